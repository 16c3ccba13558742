"""Population and households to come: cohorts by space, with stated assumptions, in many draws. Knows no Django."""
