"""The interface to what a plan says: elements as they are written. Reading sealed editions joins in a room above."""

from oneplan.plans.api import writing
from oneplan.plans.api.routes import router

__all__ = ["router", "writing"]
