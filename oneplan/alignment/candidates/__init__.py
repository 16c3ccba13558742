"""Which things perhaps belong together, by place, time, institution, function, identifiers, amounts and words. Pure."""

from oneplan.alignment.candidates.finding import Candidate, find
from oneplan.alignment.candidates.reading import ENGINE
from oneplan.alignment.candidates.things import Thing

__all__ = ["ENGINE", "Candidate", "Thing", "find"]
