"""Pages and tiles of territory."""
