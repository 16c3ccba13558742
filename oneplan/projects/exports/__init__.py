"""What this room gives away as files."""
