"""Readers: a file on disk in, rows of cells out. They know nothing of rooms or databases."""

from oneplan.exchange.readers.table import Head, RawRow, Table, open_table

__all__ = ["Head", "RawRow", "Table", "open_table"]
