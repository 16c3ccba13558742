"""What this room gives out: projects as open data."""
