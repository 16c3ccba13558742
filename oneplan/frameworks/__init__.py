"""Which rules are in force: stages, gates, areas, bands, clocks, committees, priorities. Dated data, read only."""
