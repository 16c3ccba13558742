"""Files as they were handed in: hashed, immutable."""

from oneplan.platform.documents.shelf import Aside, is_intact, keep, open_document, set_aside, store
from oneplan.platform.models import Classification, Document

__all__ = ["Aside", "Classification", "Document", "is_intact", "keep", "open_document", "set_aside", "store"]
