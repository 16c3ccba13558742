"""Reads of workbooks and returns, and the comparison of a return as it stands now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import IssueFound
from oneplan.institutions.models import Institution
from oneplan.plans.models import Edition
from oneplan.plans.queries import readable_spaces
from oneplan.platform.errors import RuleBroken
from oneplan.spaces.models import Space
from oneplan.workbooks.choices import ReturnState, WorkbookState
from oneplan.workbooks.comparing import Comparison, compare, with_refusals
from oneplan.workbooks.contents import House
from oneplan.workbooks.lists import Lists
from oneplan.workbooks.models import Workbook, WorkbookReturn
from oneplan.workbooks.reading import Difference
from oneplan.workbooks.rights import with_rights

WRITING = (
    Permission.PLAN_WRITE, Permission.COMMITMENT_PROPOSE, Permission.COMMITMENT_AMEND, Permission.PLEDGE_DRAFT,
)  # fmt: skip


def reads_by_role(actor: Actor, space: Space) -> bool:
    """Whether the actor reads the drafts of a space by a role there or above, not only as one party among others."""
    return actor.may(Permission.PLAN_READ, [*space.scopes(), "national"])


def speaks_for(actor: Actor, space: Space, institution: Institution) -> bool:
    """Whether the actor reads for the space, or belongs to the institution."""
    return reads_by_role(actor, space) or actor.may(Permission.PLAN_READ, [f"institution:{institution.pk}"])


def writes(actor: Actor, scopes: Iterable[str]) -> bool:
    """Whether the actor may change anything of a workbook's kind at one of the scopes."""
    keys = list(scopes)
    return any(actor.may(permission, keys) for permission in WRITING)


def _seen(actor: Actor, prefix: str = "") -> Q:
    """Those of the spaces that the actor reads by a role, and those of its institution while it reads the drafts."""
    if actor.is_national(Permission.PLAN_READ):
        return Q()
    spaces = Space.objects.filter(
        Q(pk__in=actor.codes_with(Permission.PLAN_READ, "space"))
        | Q(province_id__in=actor.codes_with(Permission.PLAN_READ, "province"))
    )
    own = Q(**{f"{prefix}institution__in": actor.codes_with(Permission.PLAN_READ, "institution")})
    mine = own & Q(**{f"{prefix}space__in": readable_spaces(actor).values("pk")})
    return Q(**{f"{prefix}space__in": spaces.values("pk")}) | mine


def visible_to(actor: Actor) -> QuerySet[Workbook]:
    """The workbooks an actor may have."""
    rows = Workbook.objects.select_related("space__province", "edition", "institution", "issued_by", "document")
    if not (actor.is_signed_in or actor.is_system):
        return rows.none()
    return rows.filter(_seen(actor)).defer("packed")


def returns_visible_to(actor: Actor) -> QuerySet[WorkbookReturn]:
    """The returns an actor may see: those of workbooks it may have; a file that names none only its sender."""
    rows = WorkbookReturn.objects.select_related(
        "space", "workbook__space__province", "workbook__edition__plan__space", "workbook__institution", "returned_by",
        "document",
    ).defer("workbook__packed")  # fmt: skip
    if not (actor.is_signed_in or actor.is_system):
        return rows.none()
    unknown = Q(workbook=None, returned_by_id=actor.user_id) if actor.user_id else Q(pk__in=[])
    return rows.filter(unknown | (Q(workbook__isnull=False) & _seen(actor, "workbook__")))


def lists_of_returns(rows: QuerySet[WorkbookReturn]) -> QuerySet[WorkbookReturn]:
    """Without what only the comparison needs."""
    return rows.defer("workbook__packed", "rows", "gone", "errors", "choices", "taken")


def spaces_of(institution: Institution) -> QuerySet[Space]:
    """The spaces in whose plans an institution takes part, and that have a plan."""
    return Space.objects.filter(one_plan__involvements__institution=institution).order_by("name")


def house_of(workbook: Workbook) -> House:
    """The house as that workbook sees it: of the same edition, the same party, in the words it was issued with."""
    edition = Edition.objects.select_related("plan__space").get(pk=workbook.edition_id)
    kept = workbook.issued.get("words") if workbook.is_issued else None
    return House(edition, workbook.institution, Lists(edition, workbook.institution, workbook.language, kept))


def taken_before(workbook: Workbook, but: WorkbookReturn | None = None) -> list[list[str]]:
    """New rows of a workbook that earlier returns brought in: (sheet, words, reference)."""
    rows = WorkbookReturn.objects.filter(workbook=workbook, state=ReturnState.TAKEN_IN)
    rows = rows.exclude(pk=but.pk) if but else rows
    return [new for taken in rows.order_by("pk").values_list("taken", flat=True) for new in taken]


def issue_from(said: dict[str, Any]) -> IssueFound:
    """An issue as it was kept."""
    return IssueFound(
        said["sheet"], said["row"], said["column"], said["value"], IssueKind(said["kind"]), Severity(said["severity"]),
        said["message"],
    )  # fmt: skip


def stalled_returns(before: datetime, most_attempts: int) -> QuerySet[WorkbookReturn]:
    """Returns at work since before that time; of those being compared the ones begun fewer than so many times."""
    rows = WorkbookReturn.objects.filter(
        Q(at_work_since__lt=before) | Q(at_work_since=None, returned_at__lt=before)
    ).order_by("pk")
    return rows.filter(Q(state=ReturnState.TAKING) | Q(state=ReturnState.RETURNED, attempt__lt=most_attempts))


def stalled_workbooks(before: datetime) -> QuerySet[Workbook]:
    """Workbooks that were asked for before that time and are not made yet."""
    return Workbook.objects.filter(state=WorkbookState.ASKED, issued_at__lt=before).defer("packed").order_by("pk")


def comparison_of(row: WorkbookReturn, by: Actor) -> Comparison:
    """The three sides of a return as they stand now, and as `by` may take it in.

    Raises RuleBroken where the file was not recognised.
    """
    workbook = row.workbook
    if workbook is None:
        raise RuleBroken(_("The file was not recognised as a workbook; there is nothing to compare."))
    differences = [
        Difference(each["sheet"], each["row"], each["id"], each["cells"], [issue_from(flaw) for flaw in each["flaws"]])
        for each in row.rows
    ]
    house = house_of(workbook)
    found = compare(workbook, differences, row.gone, house, taken_before(workbook, row))
    refusals = {
        f"{each['sheet']}:{each['row']}": [
            issue_from(said) for said in each["refusals"] if said["kind"] != IssueKind.NOT_ALLOWED
        ]  # of returns that were compared when a rehearsal still asked who may
        for each in row.rows
        if each.get("refusals")
    }
    return with_rights(with_refusals(found, refusals), house, by)
