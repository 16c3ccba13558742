"""The interface to workbooks: have one made, hand it in filled, read what differs, choose, take in or refuse."""

from oneplan.workbooks.api import issuing, returning
from oneplan.workbooks.api.routes import router

__all__ = ["issuing", "returning", "router"]
