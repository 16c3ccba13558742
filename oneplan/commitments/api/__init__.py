"""The interface to commitments: the ledger, one commitment whole, and every verb of the pages."""

from oneplan.commitments.api import reading, writing
from oneplan.commitments.api.routes import router

__all__ = ["reading", "router", "writing"]
