"""What a table of the items of a source plan is to exchange."""

from oneplan.source_plans.imports.kind import KIND

__all__ = ["KIND"]
