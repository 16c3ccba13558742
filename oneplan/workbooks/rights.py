"""Who may take a row in, for many rows at once: the permission that its action asks first, of whoever looks.

The actions decide when a row is taken in. This says it before, in a number of queries that does not grow with the rows;
a test holds every answer to that of the action, for each role and each kind of row.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.commitments.actions.keeping import check_may_enter
from oneplan.commitments.models import Commitment
from oneplan.exchange.choices import IssueKind, Severity
from oneplan.exchange.issues import IssueFound
from oneplan.platform.errors import NotAllowed
from oneplan.workbooks.choices import Standing
from oneplan.workbooks.comparing import Compared, Comparison
from oneplan.workbooks.contents import House

_OF_ELEMENTS = ("findings", "outcomes", "strategies")
_NOT_TERMS = frozenset({"ref", "lead", "serves"})  # of a commitment, not taken in by amend_commitment


def with_rights(found: Comparison, house: House, by: Actor) -> Comparison:
    """The comparison as `by` may take it in: what takes another right than theirs is refused to them."""
    rights = _Rights(house, by, found.rows)
    for row in found.rows:
        if row.standing == Standing.REFUSED:
            continue
        if sentence := rights.refusal(row):
            if row.standing == Standing.GONE:
                row.note = row.note or _("It stays. %(why)s") % {"why": sentence}
                continue
            kind = IssueKind.NOT_ALLOWED
            row.issues.append(IssueFound(row.title, row.row, "", "", kind, Severity.ERROR, sentence))
            row.standing = Standing.REFUSED
    return found


class _Rights:
    def __init__(self, house: House, by: Actor, rows: Sequence[Compared]) -> None:
        self.house, self.by, self.space = house, by, house.edition.plan.space
        self._asked: dict[Any, str] = {}
        self.new = {
            name: row
            for row in rows
            if row.sheet.key == "commitments" and not row.id and (name := str(row.values.get("ref") or "").casefold())
        }
        cited = {str(row.values.get("commitment") or "").strip().upper() for row in rows if row.sheet.key == "pledges"}
        known = Commitment.objects.filter(ref__in=cited).select_related("home_space") if cited - {""} else ()
        self.cited = {row.ref: row for row in known}

    def refusal(self, row: Compared) -> str:
        """Why `by` may not take the row in, in a sentence; "" where nothing stands in the way."""
        if row.sheet.key in _OF_ELEMENTS:
            return self._ask(Permission.PLAN_WRITE, self.space.scopes())
        if row.sheet.key == "pledges":
            return self._pledge(row)
        if row.standing == Standing.NEW:
            return self._enter(row)
        scopes = row.line.scopes if row.line else ()
        if row.standing == Standing.GONE:
            return self._ask(Permission.COMMITMENT_WITHDRAW, scopes)
        changed = set(row.values)
        amends = self._ask(Permission.COMMITMENT_AMEND, scopes) if changed - _NOT_TERMS else ""
        serves = self._ask(Permission.COMMITMENT_AMEND, [*scopes, *self.space.scopes()]) if "serves" in changed else ""
        return amends or serves

    def _enter(self, row: Compared) -> str:
        lead = row.values.get("lead") or (self.house.institution.pk if self.house.institution else "")
        if not lead:
            return ""  # the rehearsal says so
        act = partial(check_may_enter, self.by, Permission.COMMITMENT_PROPOSE, lead, self.space)
        return self._once(("enter", lead), act)

    def _pledge(self, row: Compared) -> str:
        if row.standing != Standing.NEW:
            return self._ask(Permission.PLEDGE_DRAFT, row.line.scopes if row.line else ())
        name = str(row.values.get("commitment") or "").strip()
        if held := self.new.get(name.casefold()):
            lead, home = held.values.get("lead"), self.space
            if held.standing == Standing.REFUSED or self.refusal(held):
                return _("The new commitment “%(name)s” of this workbook is refused, so nothing can be pledged to it.") % {"name": name}  # fmt: skip # noqa: E501
        elif known := self.cited.get(name.upper()):
            lead, home = known.lead_id, known.home_space
        else:
            return ""  # the rehearsal says so
        own = self.house.institution.pk if self.house.institution else ""
        party = row.values.get("institution") or own or lead
        return self._ask(Permission.PLEDGE_DRAFT, [f"institution:{party}", *home.scopes()])

    def _ask(self, permission: Permission, scopes: Iterable[str]) -> str:
        key = (permission, *scopes)
        return self._once(key, partial(check, self.by, permission, list(scopes)))

    def _once(self, key: Any, act: Any) -> str:
        if key not in self._asked:
            try:
                act()
                self._asked[key] = ""
            except NotAllowed as refusal:
                self._asked[key] = refusal.sentence
        return self._asked[key]
