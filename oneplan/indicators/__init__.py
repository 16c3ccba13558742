"""Indicators: what is measured of places and people, since when, by whom, and how values compare."""
