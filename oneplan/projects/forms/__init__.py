"""Forms of projects. They offer what may be chosen; what may be written is decided by the actions' rules."""

from oneplan.projects.forms.filters import ProjectFilter

__all__ = ["ProjectFilter"]
