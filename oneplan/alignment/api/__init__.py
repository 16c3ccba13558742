"""The interface to clashes, ties and links."""

from oneplan.alignment.api import clashes, links

__all__ = ["clashes", "links"]
