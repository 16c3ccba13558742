"""The interface to projects: what is published is everybody's; the rest takes the token of who may see it."""

from oneplan.projects.api import matches, programmes, reading, submissions, writing
from oneplan.projects.api.routes import router

__all__ = ["matches", "programmes", "reading", "router", "submissions", "writing"]
