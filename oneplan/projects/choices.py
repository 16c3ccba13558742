"""The words of this room: what a project is, how far it is, how its place is known, and what the log says of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Feed(TextChoices):
    """From where a submission came: one kind of import each."""

    IRM = "irm", _("Infrastructure Reporting Model (provinces)")
    SA36 = "sa36", _("SA36, medium-term capital projects (municipalities)")
    SC36 = "sc36", _("SC36, in-year capital projects (municipalities)")
    NATIONAL = "national", _("National infrastructure list")
    PROJECTS = "projects", _("A table of projects")
    OC4IDS = "oc4ids", _("OC4IDS (open contracting for infrastructure)")
    SHAPES = "shapes", _("A file of shapes")
    HAND = "hand", _("Registered by hand")


class ProjectKind(TextChoices):
    """What a row of a feed is. Only works stand on the ground: the others keep their kind and are never one pin."""

    WORKS = "works", _("Works on the ground")
    TRANSFER = "transfer", _("Transfer to another body")
    PACKAGED = "packaged", _("Packaged programme of small works")
    NON_INFRASTRUCTURE = "non_infrastructure", _("Not infrastructure")
    COMPENSATION = "compensation", _("Compensation of employees")


class Stage(TextChoices):
    """The statuses of National Treasury's Infrastructure Reporting Model, in order (domain.md 5.1)."""

    INITIATION = "initiation", _("Project initiation")
    PRE_FEASIBILITY = "pre_feasibility", _("Pre-feasibility")
    FEASIBILITY = "feasibility", _("Feasibility")
    TENDER = "tender", _("Tender")
    DESIGN = "design", _("Design")
    SITE_HANDED_OVER = "site_handed_over", _("Site handed over to contractor")
    CONSTRUCTION_25 = "construction_25", _("Construction 1–25 %")
    CONSTRUCTION_50 = "construction_50", _("Construction 26–50 %")
    CONSTRUCTION_75 = "construction_75", _("Construction 51–75 %")
    CONSTRUCTION_99 = "construction_99", _("Construction 76–99 %")
    PRACTICAL_COMPLETION = "practical_completion", _("Practical completion")
    FINAL_COMPLETION = "final_completion", _("Final completion")
    ON_HOLD = "on_hold", _("On hold")
    TERMINATED = "terminated", _("Terminated")
    PACKAGED = "packaged", _("Packaged ongoing project")
    COMPENSATION = "compensation", _("Compensation of employees")


# The phases into which lists and maps sort stages; a stage that is unknown ("") has none.
PLANNING = (Stage.INITIATION, Stage.PRE_FEASIBILITY, Stage.FEASIBILITY, Stage.TENDER, Stage.DESIGN)
BUILDING = (
    Stage.SITE_HANDED_OVER,
    Stage.CONSTRUCTION_25,
    Stage.CONSTRUCTION_50,
    Stage.CONSTRUCTION_75,
    Stage.CONSTRUCTION_99,
)
DONE = (Stage.PRACTICAL_COMPLETION, Stage.FINAL_COMPLETION)
STOPPED = (Stage.ON_HOLD, Stage.TERMINATED)


class Nature(TextChoices):
    """Nature of investment, as the IRM and SA36 have it."""

    NEW = "new", _("New or replaced infrastructure")
    UPGRADE = "upgrade", _("Upgrading and additions")
    RENEWAL = "renewal", _("Rehabilitation, renovation and refurbishment")
    MAINTENANCE = "maintenance", _("Maintenance and repairs")
    TRANSFER_CAPITAL = "transfer_capital", _("Infrastructure transfer, capital")
    TRANSFER_CURRENT = "transfer_current", _("Infrastructure transfer, current")
    LEASE = "lease", _("Infrastructure lease")
    NON_INFRASTRUCTURE = "non_infrastructure", _("Non-infrastructure")


class Tabling(TextChoices):
    """Whether money for it stands in a tabled budget, as its source says."""

    TABLED = "tabled", _("Tabled")
    NOT_TABLED = "not_tabled", _("Not tabled")


class ProjectStanding(TextChoices):
    """Whether a project is among what goes on."""

    LIVE = "live", _("Live")
    VANISHED = "vanished", _("Not in the latest submission of its source")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("One with another project")


ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    ProjectStanding.LIVE: (ProjectStanding.VANISHED, ProjectStanding.CLOSED, ProjectStanding.MERGED),
    ProjectStanding.VANISHED: (ProjectStanding.LIVE, ProjectStanding.CLOSED, ProjectStanding.MERGED),
    ProjectStanding.CLOSED: (ProjectStanding.LIVE,),
    ProjectStanding.MERGED: (ProjectStanding.LIVE, ProjectStanding.VANISHED),
}


class Audience(TextChoices):
    """Who may see it. What a source has not published stays inside government."""

    PUBLIC = "public", _("Published by its source")
    GOVERNMENT = "government", _("Inside government")


class Scheme(TextChoices):
    """Which register a name of a project comes from. Values are compared as written, folded."""

    IRM = "irm", _("IRM project id")
    IRM_NO = "irm_no", _("IRM project number")
    SA36 = "sa36", _("SA36 key")
    MSCOA = "mscoa", _("mSCOA project code")
    NATIONAL = "national", _("National list")
    OC4IDS = "oc4ids", _("OC4IDS id")
    SOURCE = "source", _("Id in its source")


class Purpose(TextChoices):
    """Where the works stand, or whom they serve: two places with evidence of their own."""

    WORKS = "works", _("Place of the works")
    SERVICE = "service", _("Area served")


class MatchState(TextChoices):
    PROPOSED = "proposed", _("Perhaps one project")
    MERGED = "merged", _("One project")
    APART = "apart", _("Two projects")


class Change(TextChoices):
    """What a submission changed against the one before it."""

    NEW = "new", _("New")
    VANISHED = "vanished", _("No longer in the file")
    IDENTIFIER = "identifier", _("Known by another id")
    MERGED = "merged", _("Several became one")
    SPLIT = "split", _("One became several")
    RENAMED = "renamed", _("Another title")
    SLIPPED = "slipped", _("Finishes later")
    BROUGHT_FORWARD = "brought_forward", _("Finishes earlier")
    COST_UP = "cost_up", _("Costs more")
    COST_DOWN = "cost_down", _("Costs less")
    STAGE_FORWARD = "stage_forward", _("A later stage")
    STAGE_BACK = "stage_back", _("An earlier stage")
    SPENDING_FELL = "spending_fell", _("Less spent than was reported before")
    MOVED = "moved", _("Another place")


class Event(TextChoices):
    PROJECT_REGISTERED = "project.registered", _("A project was registered")
    PROJECT_CORRECTED = "project.corrected", _("A project was corrected")
    PROJECT_CLOSED = "project.closed", _("A project was closed")
    PROJECT_REOPENED = "project.reopened", _("A closed project was opened again")
    PROJECT_PUBLISHED = "project.published", _("A project was shown to the public")
    PROJECT_WITHHELD = "project.withheld", _("A project was kept inside government")
    PROJECTS_IMPORTED = "projects.imported", _("A submission of projects was taken in")
    PROJECT_LOCATED = "project.located", _("A project was placed")
    PLACEMENT_REVIEWED = "placement.reviewed", _("A doubtful place was looked at and left as it is")
    PLACEMENTS_RENEWED = "placements.renewed", _("Places were read again from other boundaries")
    PROJECTS_MATCHED = "projects.matched", _("Projects that are perhaps one were proposed")
    PROJECTS_MERGED = "projects.merged", _("Two projects were declared one")
    PROJECTS_UNMERGED = "projects.unmerged", _("Projects declared one were parted again")
    PROJECTS_KEPT_APART = "projects.kept_apart", _("Two like projects were declared two")
    MILESTONE_SET = "milestone.set", _("A milestone was set")
    MILESTONE_REMOVED = "milestone.removed", _("A milestone was removed")
    PROGRAMME_REGISTERED = "programme.registered", _("A programme was registered")
    PROGRAMME_CORRECTED = "programme.corrected", _("A programme was corrected")
