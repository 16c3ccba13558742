"""Reads across rooms. Each page's reads are a fixed number of queries, whatever the size of the data."""
