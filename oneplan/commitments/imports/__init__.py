"""What a table of commitments is to exchange."""

from oneplan.commitments.imports.kind import KIND

__all__ = ["KIND"]
