"""The 52 spaces and what lies in them, as at a date."""
