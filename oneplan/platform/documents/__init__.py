"""Files as they were handed in: hashed, immutable."""

from oneplan.platform.documents.shelf import is_intact, open_document, store
from oneplan.platform.models import Classification, Document

__all__ = ["Classification", "Document", "is_intact", "open_document", "store"]
