"""Which rules are in force: stages, gates, areas, time bands, clocks, committees, national priorities. Dated data, read only."""
