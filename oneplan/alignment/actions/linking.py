"""Links: written, confirmed, rejected, disputed, withdrawn and answered. Nothing counts until it is confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.alignment import link_rules as rules
from oneplan.alignment.choices import Event, LinkAnswerKind, LinkKind, LinkOrigin, LinkState
from oneplan.alignment.link_rules import End
from oneplan.alignment.models import BudgetLine, Link, LinkAnswer
from oneplan.alignment.parties import bound_by
from oneplan.alignment.rules import check_reason
from oneplan.alignment.signals import links_changed
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import may_sign_for
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.platform.errors import NotAllowed, RuleBroken, StaleRevision

_WITH = ("item__plan", "above__plan", "commitment__home_space", "commitment__lead", "project", "line__institution")


@transaction.atomic
def write_link(
    kind: LinkKind, left: End, right: End, *, by: Actor, reason: str, share: Decimal | None = None
) -> Link:  # fmt: skip
    """Propose that two things belong together. `left` and `right` are the ends that the kind names, in its order.

    `share`: which part of a budget line pays for the other end, above 0, at most 1. Raises NotAllowed, RuleBroken.
    """
    names = Link(kind=kind).ends
    ends = dict(zip(names, (left, right), strict=True))
    link = Link(kind=kind, **ends)
    check(by, Permission.LINK_PROPOSE, link)
    rules.check_ends(kind, left, right)
    check_reason(reason)
    known = Link.objects.filter(kind=kind, **ends).first()
    if known is not None:
        raise RuleBroken(
            _("These two are linked already; the link is %(state)s: /links/%(pk)s/.")
            % {"state": str(known.get_state_display()).lower(), "pk": known.pk}
        )
    link.share, link.origin, link.reason = share, LinkOrigin.PERSON, reason.strip()
    link.proposed_at, link.proposed_by = clock.now(), by.user
    if share is not None:
        rules.check_share(link, share, ())
    link.save()
    record(Event.LINK_WRITTEN, link, by=by, reason=reason, after={"kind": kind, "share": str(share or "")})
    _tell(link)
    return link


@transaction.atomic
def confirm_link(link: Link, *, by: Actor, revision: int, reason: str, share: Decimal | None = None) -> Link:
    """Say that a link holds: from now on it counts. Of a line that pays, `share` is its part; without one what is left.

    Raises NotAllowed, StaleRevision, RuleBroken.
    """
    row = _locked(link, Permission.LINK_CONFIRM, by, revision)
    rules.check_can_move(row, LinkState.CONFIRMED)
    for end in _ends(row):
        rules.check_stands(end)
    check_reason(reason)
    row.share = rules.check_share(row, share if share is not None else row.share, _taken(row))
    return _move(row, LinkState.CONFIRMED, Event.LINK_CONFIRMED, by=by, reason=reason)


@transaction.atomic
def reject_link(link: Link, *, by: Actor, revision: int, reason: str) -> Link:
    """Say that the two do not belong together. It is not proposed again. Raises as `confirm_link` does."""
    return _decide(link, LinkState.REJECTED, Event.LINK_REJECTED, Permission.LINK_CONFIRM, by, revision, reason)


@transaction.atomic
def dispute_link(link: Link, *, by: Actor, revision: int, reason: str) -> Link:
    """Say that it is doubted: it does not count until somebody confirms it again. Raises as `confirm_link` does."""
    return _decide(link, LinkState.DISPUTED, Event.LINK_DISPUTED, Permission.LINK_PROPOSE, by, revision, reason)


@transaction.atomic
def withdraw_link(link: Link, *, by: Actor, revision: int, reason: str) -> Link:
    """End a link; it is kept, and counts no more. Raises as `confirm_link` does."""
    return _decide(link, LinkState.WITHDRAWN, Event.LINK_WITHDRAWN, Permission.LINK_CONFIRM, by, revision, reason)


@transaction.atomic
def reopen_link(link: Link, *, by: Actor, revision: int, reason: str) -> Link:
    """Take a decision back: the link is proposed again. Raises as `confirm_link` does."""
    return _decide(link, LinkState.PROPOSED, Event.LINK_REOPENED, Permission.LINK_CONFIRM, by, revision, reason)


@transaction.atomic
def share_line(link: Link, *, by: Actor, revision: int, reason: str, share: Decimal) -> Link:
    """Change which part of a line pays for the other end. Raises as `confirm_link` does."""
    row = _locked(link, Permission.LINK_CONFIRM, by, revision)
    check_reason(reason)
    if row.state in (LinkState.REJECTED, LinkState.WITHDRAWN):
        raise RuleBroken(_("This link does not stand, so its share cannot be changed. Open it again first."))
    before = row.share
    row.share = rules.check_share(row, share, _taken(row))
    row.revision += 1
    row.save()
    record(
        Event.LINK_SHARED,
        row,
        by=by,
        reason=reason,
        before={"share": str(before or "")},
        after={"share": str(row.share)},
    )
    _tell(row)
    return row


@transaction.atomic
def answer_link(
    link: Link, *, by: Actor, revision: int, institution: Institution, answer: LinkAnswerKind, reason: str
) -> LinkAnswer:  # fmt: skip
    """What an institution that the link binds says of it: its accounting officer, or who holds a written delegation.

    A link that is disputed counts no more until it is confirmed again. Raises NotAllowed, StaleRevision, RuleBroken.
    """
    row = _row(link, revision)
    if institution.pk not in {each.pk for each in bound_by(row)}:
        raise NotAllowed(
            _("This link binds no promise, project, plan or budget of %(institution)s, so it has nothing to answer.")
            % {"institution": institution.name}
        )
    power = may_sign_for(by, institution, clock.today())
    if power is None:
        raise NotAllowed(
            _("Only the accounting officer of %(institution)s, or who holds a written delegation, answers for it.")
            % {"institution": institution.name}
        )
    check_reason(reason)
    if row.state in (LinkState.REJECTED, LinkState.WITHDRAWN):
        raise RuleBroken(_("This link does not stand, so there is nothing to answer."))
    row.answers.filter(institution=institution, is_standing=True).update(is_standing=False)
    told = LinkAnswer.objects.create(
        link=row, institution=institution, answer=answer, reason=reason.strip(), answered_at=clock.now(),
        answered_by=power.sentence[:200], answered_post=power.post, delegation=power.delegation,
    )  # fmt: skip
    before = row.state
    if answer == LinkAnswerKind.DISPUTES and row.state != LinkState.DISPUTED:
        row.state, row.decided_at, row.decided_by, row.reason = (
            LinkState.DISPUTED, clock.now(), by.user, reason.strip(),
        )  # fmt: skip
    row.revision += 1
    row.save()
    record(
        Event.LINK_ANSWERED, row, by=by, reason=reason, before={"state": before},
        after={"state": row.state, "institution": institution.pk, "answer": answer},
    )  # fmt: skip
    _tell(row)
    return told


def _decide(
    link: Link, to: LinkState, event: Event, permission: Permission, by: Actor, revision: int, reason: str
) -> Link:  # fmt: skip
    row = _locked(link, permission, by, revision)
    rules.check_can_move(row, to)
    check_reason(reason)
    return _move(row, to, event, by=by, reason=reason)


def _move(row: Link, to: LinkState, event: Event, *, by: Actor, reason: str) -> Link:
    before, row.state, row.reason = row.state, to, reason.strip()
    is_open = to == LinkState.PROPOSED
    row.decided_at, row.decided_by = (None, None) if is_open else (clock.now(), by.user)
    row.revision += 1
    row.save()
    after = {"state": row.state, "share": str(row.share or "")}
    record(event, row, by=by, reason=reason, before={"state": before}, after=after)
    _tell(row)
    return row


def _locked(link: Link, permission: Permission, by: Actor, revision: int) -> Link:
    row = _row(link, revision=None)
    check(by, permission, row)
    if row.revision != revision:
        raise StaleRevision(current=row)
    return row


def _row(link: Link, revision: int | None) -> Link:
    """The link for update. The line goes first: whoever shares it out waits for who does so now."""
    if link.line_id:
        BudgetLine.objects.select_for_update().get(pk=link.line_id)
    row = Link.objects.select_for_update(of=("self",)).select_related(*_WITH).get(pk=link.pk)
    if revision is not None and row.revision != revision:
        raise StaleRevision(current=row)
    return row


def _ends(row: Link) -> Iterable[End]:
    return (getattr(row, name) for name in row.ends)


def _taken(row: Link) -> list[tuple[str, Decimal]]:
    """What else the line pays for, with its shares: confirmed links of the same kind."""
    if row.line_id is None:
        return []
    rows = Link.objects.filter(line=row.line_id, kind=row.kind, state=LinkState.CONFIRMED).exclude(pk=row.pk)
    name = row.ends[0]
    return [(ref, share) for ref, share in rows.values_list(f"{name}__ref", "share") if share is not None]


def _tell(row: Link) -> None:
    """Say on commit whose money or alignment may read otherwise now: all that share the line with it, too."""
    commitments = {row.commitment_id} if row.commitment_id else set()
    if row.line_id:
        rows = Link.objects.filter(line=row.line_id, kind=LinkKind.COMMITMENT_LINE)
        commitments |= set(rows.values_list("commitment_id", flat=True))
    told = sorted(pk for pk in commitments if pk)
    transaction.on_commit(lambda: links_changed.send(sender=Link, commitments=told))
