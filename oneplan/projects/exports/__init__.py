<<<<<<< HEAD
"""What this room gives away: projects as files and as open data."""
=======
"""What this room gives away as files."""
>>>>>>> place-feeds
