"""One A4 page for who has two minutes: the district brief, and the brief for a meeting."""

from oneplan.publishing.briefs.district import district_brief
from oneplan.publishing.briefs.meeting import meeting_brief

__all__ = ["district_brief", "meeting_brief"]
