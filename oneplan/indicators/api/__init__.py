"""The interface to evidence: indicators, their values, and what was decided of them. What is public is everybody's."""

from oneplan.indicators.api import decided, measures, outlook, values
from oneplan.indicators.api.routes import router

__all__ = ["decided", "measures", "outlook", "router", "values"]
