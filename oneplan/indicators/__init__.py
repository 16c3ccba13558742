"""What is measured of places: registry, observations by release, comparison and profiles."""
