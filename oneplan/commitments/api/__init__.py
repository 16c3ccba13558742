"""The interface to commitments: the ledger, one commitment whole, and every verb of the pages but signing."""

from oneplan.commitments.api import parties, pledges, reading, writing
from oneplan.commitments.api.routes import router

__all__ = ["parties", "pledges", "reading", "router", "writing"]
