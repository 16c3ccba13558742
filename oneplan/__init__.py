"""OnePlan: the planning and information system for the District Development Model."""

__version__ = "0.1.0"
