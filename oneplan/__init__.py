"""OnePlan: the planning and information system for the District Development Model."""

__version__ = "0.2.0.dev0"
