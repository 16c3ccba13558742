"""Forms of projects. They offer what may be chosen; what may be written is decided by the actions' rules."""

from oneplan.projects.forms.acts import (
    CorrectForm,
    CorrectProgrammeForm,
    MergeForm,
    MilestoneForm,
    ProgrammeForm,
    RegisterForm,
)
from oneplan.projects.forms.filters import ProjectFilter, ReviewFilter
from oneplan.projects.forms.placing import LocateForm, RenewForm

__all__ = [
    "CorrectForm",
    "CorrectProgrammeForm",
    "LocateForm",
    "MergeForm",
    "MilestoneForm",
    "ProgrammeForm",
    "ProjectFilter",
    "RegisterForm",
    "RenewForm",
    "ReviewFilter",
]
