"""The plans that a One Plan must be aligned with: national, provincial, municipal, of sectors, as dated trees."""
