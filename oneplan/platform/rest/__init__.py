"""What every room's `api.py` is made with: problems, pages, tags and the shapes they share. No noun of the domain."""
