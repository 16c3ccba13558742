"""Links proposed in bulk by the engine of candidates. What a person decided, wrote or answered is kept as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from oneplan.access.actors import Actor
from oneplan.access.checks import check
from oneplan.access.permissions import Permission
from oneplan.alignment.actions.recording import record_line
from oneplan.alignment.candidates import find
from oneplan.alignment.choices import Event, LinkKind, LinkOrigin, LinkState
from oneplan.alignment.lines import FoundLine, now_serving
from oneplan.alignment.models import BudgetLine, Link, LinkAnswer
from oneplan.alignment.queries.linkable import Side, commitments, items, lines, projects
from oneplan.periods import clock
from oneplan.platform.audit import record
from oneplan.warehouse.connection import NothingBuilt

BATCH = 500
_PAID = (LinkKind.COMMITMENT_LINE, LinkKind.PROJECT_LINE, LinkKind.LINE_ITEM)
Pairs = dict[tuple[Any, Any], tuple[float, dict[str, Any]]]


@dataclass
class Proposed:
    """What one search did. `found`: new proposals; `kept`: rows there before that stay; `gone`: no longer found."""

    found: int = 0
    kept: int = 0
    gone: int = 0


@transaction.atomic
def propose_links(
    *, by: Actor, kinds: Collection[str] | None = None, spaces: Collection[str] | None = None
) -> Proposed:
    """Look for links and keep what was found. `spaces`: of commitments, projects, items and lines that lie there alone.

    Kinds with budget lines are left as they are where no build is served. Raises NotAllowed.
    """
    check(by, Permission.LINK_PROPOSE, "national")
    told = Proposed()
    for kind in LinkKind:
        if kinds is not None and kind not in kinds:
            continue
        try:
            subjects, objects = _sides(kind, spaces, by)
        except NothingBuilt:
            continue
        _keep(kind, subjects, objects, told, everywhere=spaces is None)
    if told.found or told.gone:
        record(Event.LINKS_PROPOSED, "links", by=by, proposed=told.found, gone=told.gone)
    return told


def _sides(kind: LinkKind, spaces: Collection[str] | None, by: Actor) -> tuple[Side, Side]:
    if kind == LinkKind.ITEM_ITEM:
        return items(national=False, spaces=spaces), items(national=True)
    if kind == LinkKind.LINE_ITEM:
        return lines(spaces, by=by), items()
    subjects = commitments(spaces) if kind in (LinkKind.COMMITMENT_ITEM, LinkKind.COMMITMENT_LINE) else projects(spaces)
    return subjects, lines(None, by=by) if kind in _PAID else items()


def _keep(kind: LinkKind, subjects: Side, objects: Side, told: Proposed, *, everywhere: bool) -> None:
    left, right = Link(kind=kind).ends
    found: Pairs = {
        (_name(subjects.names[each.subject]), _name(objects.names[each.object])): (each.confidence, each.evidence)
        for each in find(subjects.things, objects.things)
    }
    known = {str(name.terms.key): name for side in (subjects, objects) for name in side.names
             if isinstance(name, FoundLine)}  # fmt: skip
    fields = [f"{end}__key" if end == "line" else f"{end}_id" for end in (left, right)]
    held = {(row[0], row[1]): row[2] for row in Link.objects.filter(kind=kind).values_list(*fields, "pk")}
    # Undecided, computed and unanswered: what may be written again, or go.
    undecided = Link.objects.filter(kind=kind, state=LinkState.PROPOSED, origin=LinkOrigin.COMPUTED)
    locked = set(undecided.select_for_update().values_list("pk", flat=True))
    free = locked - set(LinkAnswer.objects.filter(link__kind=kind).values_list("link_id", flat=True))
    searched = {_name(name) for name in subjects.names}
    gone = [
        pk for pair, pk in held.items() if pk in free and pair not in found and (everywhere or pair[0] in searched)
    ]  # fmt: skip
    Link.objects.filter(pk__in=gone).delete()
    _write_again({held[pair]: what for pair, what in found.items() if held.get(pair) in free})
    new = {pair: what for pair, what in found.items() if pair not in held}
    _write(kind, (left, right), new, known)
    told.found, told.gone = told.found + len(new), told.gone + len(gone)
    told.kept += len(held) - len(gone)


def _name(name: Any) -> Any:
    return name.terms.key if isinstance(name, FoundLine) else name


def _write_again(found: dict[int, tuple[float, dict[str, Any]]]) -> None:
    """Newer evidence of the same pair: a new revision, so that nobody decides on what he has not seen."""
    for link in Link.objects.filter(pk__in=found):
        confidence, evidence = found[link.pk]
        if (link.confidence, link.evidence) != (confidence, evidence):
            Link.objects.filter(pk=link.pk).update(
                confidence=confidence, evidence=evidence, revision=F("revision") + 1
            )  # fmt: skip


def _write(kind: LinkKind, ends: Iterable[str], found: Pairs, known: dict[str, FoundLine]) -> None:
    now, rows, recorded = clock.now(), [], dict[str, int]()
    recorded.update(BudgetLine.objects.filter(key__in=_keys(found, known)).values_list("key", "pk"))
    for key in sorted(_keys(found, known) - recorded.keys()):
        recorded[key] = record_line(known[key].terms, build=now_serving()).pk
    for pair, (confidence, evidence) in sorted(found.items(), key=lambda each: str(each[0])):
        named = {f"{end}_id": recorded[name] if end == "line" else name for end, name in zip(ends, pair, strict=True)}
        rows.append(Link(kind=kind, confidence=confidence, evidence=evidence, proposed_at=now, **named))
    Link.objects.bulk_create(rows, batch_size=BATCH)


def _keys(found: Pairs, known: dict[str, FoundLine]) -> set[str]:
    return {name for pair in found for name in pair if name in known}
