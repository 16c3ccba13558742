"""Links: the queue of what is proposed, one link with both its sides, and what other pages say of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oneplan.access.actors import Actor
from oneplan.access.checks import check, passes
from oneplan.access.middleware import ActorHttpRequest
from oneplan.access.permissions import Permission
from oneplan.alignment import link_rules as rules
from oneplan.alignment.choices import ALLOWED_LINK_MOVES, LinkState
from oneplan.alignment.link_forms import LinkFilter
from oneplan.alignment.link_words import end_named, evidence_sentences
from oneplan.alignment.models import Link
from oneplan.alignment.parties import bound_by
from oneplan.alignment.queries.links import LinkFilters, links_of, links_visible_to
from oneplan.alignment.sharing import amounts_on
from oneplan.commitments.models import Commitment
from oneplan.institutions.queries import may_sign_for
from oneplan.periods import clock
from oneplan.platform.audit import history, subject_key, told
from oneplan.platform.web.lists import chips, paginate
from oneplan.platform.web.responses import csv_response, render_page_or_part
from oneplan.platform.web.sections import Section
from oneplan.projects.models import Project

PER_PAGE = 25


@login_required
@require_safe
def link_list(request: ActorHttpRequest) -> HttpResponse:
    """The links that fit, the surest first; several can be decided at once."""
    filters = LinkFilters.read(request.GET)
    rows = filters.apply(links_visible_to(request.actor)).order_by("-confidence", "pk")
    form = LinkFilter(request.GET)
    page = paginate(request, rows, PER_PAGE)
    lines = [(link, passes(check, request.actor, Permission.LINK_CONFIRM, link)) for link in page]
    context = {
        "form": form, "chips": chips(request, form), "page": page, "lines": [_line(link, may) for link, may in lines],
        "is_filtered": filters != LinkFilters(), "csv": f"/links/list.csv?{request.GET.urlencode()}",
        "as_at": clock.now(), "is_sample": any(_is_sample(link) for link in page),
        "may_decide": any(may and link.state == LinkState.PROPOSED for link, may in lines),
        "may_propose": any(request.actor.scopes_with(Permission.LINK_PROPOSE)),
    }  # fmt: skip
    return render_page_or_part(request, "alignment/links.html", "alignment/_link_rows.html", context)


def _line(link: Link, may: bool) -> dict[str, Any]:
    left, right = (end_named(getattr(link, name)) for name in link.ends)
    return {
        "link": link, "left": left, "right": right, "may": may and link.state == LinkState.PROPOSED,
        "is_sample": _is_sample(link), "share": rules.percent(link.share) if link.share is not None else "",
        "why": evidence_sentences(link)[:2],
    }  # fmt: skip


def _is_sample(link: Link) -> bool:
    return any(getattr(getattr(link, name), "is_sample", False) for name in link.ends)


@login_required
@require_safe
def links_csv(request: ActorHttpRequest) -> StreamingHttpResponse:
    """Every link of the current filter."""
    rows = LinkFilters.read(request.GET).apply(links_visible_to(request.actor)).order_by("-confidence", "pk")
    return csv_response(_csv(rows), "links")


def _csv(rows: QuerySet[Link]) -> Iterator[list[Any]]:
    yield ["id", "kind", "state", "left", "left_title", "right", "right_title", "share", "confidence", "origin",
           "evidence", "proposed_at", "decided_at", "reason", "sample"]  # fmt: skip
    for link in rows.iterator(chunk_size=500):
        left, right = (end_named(getattr(link, name)) for name in link.ends)
        yield [
            link.pk, link.kind, link.state, left.ref, left.title, right.ref, right.title,
            "" if link.share is None else f"{link.share.normalize():f}",
            "" if link.confidence is None else round(link.confidence, 3), link.origin,
            " ".join(evidence_sentences(link)), link.proposed_at.isoformat(),
            link.decided_at.isoformat() if link.decided_at else "", link.reason, "yes" if _is_sample(link) else "",
        ]  # fmt: skip


def find_link(request: ActorHttpRequest, pk: int) -> Link:
    """The link, if the reader may see both its ends; else 404."""
    found: Link = get_object_or_404(links_visible_to(request.actor), pk=pk)
    return found


@require_safe
def link(request: ActorHttpRequest, pk: int) -> HttpResponse:
    """One link: both sides, why they may belong together, what was decided and answered, and what can be done."""
    row = find_link(request, pk)
    ends = [end_named(getattr(row, name)) for name in row.ends]
    actor = request.actor
    may_confirm = passes(check, actor, Permission.LINK_CONFIRM, row)
    may_propose = passes(check, actor, Permission.LINK_PROPOSE, row)
    can = {LinkState(each) for each in ALLOWED_LINK_MOVES[row.state]}
    acts = [
        (name, label)
        for name, label, to, may in (
            ("confirm_link", _("Confirm"), LinkState.CONFIRMED, may_confirm),
            ("reject_link", _("Reject"), LinkState.REJECTED, may_confirm),
            ("dispute_link", _("Dispute"), LinkState.DISPUTED, may_propose),
            ("withdraw_link", _("Withdraw"), LinkState.WITHDRAWN, may_confirm),
            ("reopen_link", _("Take the decision back"), LinkState.PROPOSED, may_confirm),
        )
        if may and to in can
    ]  # fmt: skip
    stands = row.state not in (LinkState.REJECTED, LinkState.WITHDRAWN)
    if row.line_id and may_confirm and stands:
        acts.append(("share_line", _("Change the share")))
    if actor.is_signed_in and stands and any(may_sign_for(actor, each, clock.today()) for each in bound_by(row)):
        acts.append(("answer_link", _("Answer for your institution")))
    return render(request, "alignment/link.html", {
        "link": row, "ends": ends, "why": evidence_sentences(row), "acts": acts,
        "share": rules.percent(row.share) if row.share is not None else "",
        "amounts": line_amounts(row, actor), "answers": row.answers.select_related("institution"),
        "bound": bound_by(row), "entries": told(history(row)[:10], subject_key(row)), "as_at": clock.now(),
        "is_sample": _is_sample(row),
    })  # fmt: skip


def line_amounts(row: Link, actor: Actor) -> list[dict[str, Any]]:
    """What the line of a link is in the served build, by year and kind, with the part that falls to the other end."""
    if row.line is None:
        return []
    return [
        {"told": each, "part": (each.amount * row.share).quantize(each.amount) if row.share is not None else None}
        for each in amounts_on(row.line, actor)
    ]


def section_of_commitment(actor: Actor, commitment: Commitment) -> Section | None:
    """What a commitment is linked with."""
    return _section(actor, commitment, f"commitment={commitment.ref}")


def section_of_project(actor: Actor, project: Project) -> Section | None:
    """What a project is linked with; nothing for strangers where nothing is confirmed."""
    return _section(actor, project, f"project={project.ref}")


def _section(actor: Actor, end: Commitment | Project, query: str) -> Section | None:
    links = links_of(actor, end)
    if not links and not actor.is_signed_in:
        return None
    lines = []
    for each in links:
        other = next(name for name in each.ends if getattr(each, name) != end)
        lines.append({
            "link": each, "other": end_named(getattr(each, other)),
            "share": rules.percent(each.share) if each.share is not None else "",
        })  # fmt: skip
    may = passes(check, actor, Permission.LINK_PROPOSE, end)
    return Section("alignment/_links_section.html", {"lines": lines, "add": f"/links/new/?{query}" if may else ""})
