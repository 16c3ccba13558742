"""SDMX, the exchange form of statistical offices: how our values are told in it, and what its codes mean here."""
