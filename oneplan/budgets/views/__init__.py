"""Pages of money, one file a subject."""
