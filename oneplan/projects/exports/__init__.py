"""What this room gives away: projects as files and as open data."""
