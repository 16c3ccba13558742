"""The profile of a space, made once of the build; pages and documents translate it."""

from oneplan.indicators.profile.assembling import profile_of
from oneplan.indicators.profile.parts import Profile

__all__ = ["Profile", "profile_of"]
