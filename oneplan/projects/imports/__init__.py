"""What files of projects are to exchange."""

from oneplan.projects.imports.kinds import KINDS

__all__ = ["KINDS"]
