"""From a subject key in the log to the thing it names, as far as the reader may see it; and the log for auditors."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from oneplan.access import choices as access_choices
from oneplan.access.actors import Actor
from oneplan.access.permissions import Permission
from oneplan.access.queries import visible_people
from oneplan.access.scopes import known_scopes
from oneplan.alignment import choices as alignment_choices
from oneplan.budgets import choices as budget_choices
from oneplan.commitments import choices as commitment_choices
from oneplan.commitments import queries as commitments
from oneplan.commitments.models import Party, Pledge
from oneplan.committees import choices as committee_choices
from oneplan.committees.models import Committee
from oneplan.exchange import choices as exchange_choices
from oneplan.institutions import choices as institution_choices
from oneplan.institutions.models import Institution, Post
from oneplan.joint_planning import choices as joint_choices
from oneplan.periods.clock import JOHANNESBURG
from oneplan.plans import choices as plan_choices
from oneplan.plans import queries as plans
from oneplan.platform.models import LogEntry
from oneplan.portal.queries import wording
from oneplan.portal.queries.naming import Names
from oneplan.projects import choices as project_choices
from oneplan.projects import queries as projects
from oneplan.projects.queries.programmes import programmes_visible_to
from oneplan.source_plans import choices as source_plan_choices
from oneplan.spaces import choices as space_choices
from oneplan.spaces.models import Space

_ROOMS = (
    access_choices, space_choices, institution_choices, exchange_choices, committee_choices, plan_choices,
    commitment_choices, joint_choices, project_choices, alignment_choices, budget_choices,
    source_plan_choices,
)  # fmt: skip
EVENTS: dict[str, str | Promise] = {
    event.value: event.label
    for room in _ROOMS
    if isinstance(getattr(room, "Event", None), type) and issubclass(room.Event, TextChoices)
    for event in room.Event
} | {"document.stored": "A document was stored"}


def register_events(events: type[TextChoices]) -> None:
    """Teach the log the words of a room above (from its `apps.ready`)."""
    EVENTS.update({event.value: event.label for event in events})


@dataclass(frozen=True)
class Subject:
    """A thing with a history: what it is called, where it lives, and which entries are its own."""

    key: str
    label: str
    kind: str
    href: str
    entries: QuerySet[LogEntry]
    space: Space | None = None


def find_subject(key: str, actor: Actor) -> Subject | None:
    """The subject of a key such as "commitment:DC36-C-0001", or None where it is unknown or not for this actor."""
    kind, _colon, rest = key.partition(":")
    finder = _FINDERS.get(kind)
    return finder(key, rest, actor) if finder and rest else None


def _own(keys: Iterable[str]) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(subject__in=list(keys)).select_related("actor")


def _address(name: str, *args: Any) -> str:
    """The address of a page of a room below; empty where the room has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _commitment(key: str, ref: str, actor: Actor) -> Subject | None:
    """A commitment with its parties and pledges: one promise, one history."""
    row = commitments.visible_to(actor).select_related("home_space").filter(ref=ref).first()
    if row is None:
        return None
    parties = Party.objects.filter(commitment=row).values_list("pk", "pledges__pk")
    keys = {
        key,
        *(f"party:{party}" for party, _p in parties),
        *(f"pledge:{pledge}" for _p, pledge in parties if pledge),
    }
    return Subject(
        key,
        f"{row.ref} {row.title}",
        _("Commitment"),
        _address("commitments:commitment", row.ref),
        _own(keys),
        row.home_space,
    )


def _part_of_commitment(key: str, rest: str, actor: Actor, part: type[Party] | type[Pledge]) -> Subject | None:
    if not rest.isdecimal():
        return None
    chosen = part.objects.filter(pk=rest).values("commitment" if part is Party else "party__commitment")
    ref = commitments.visible_to(actor).filter(pk__in=chosen).values_list("ref", flat=True).first()
    return _commitment(f"commitment:{ref}", ref, actor) if ref else None


def _project(key: str, ref: str, actor: Actor) -> Subject | None:
    """A project, for those who signed in: its history says who did what."""
    row = projects.project_named(actor, ref) if actor.is_signed_in else None
    if row is None:
        return None
    label = f"{row.ref} {row.title}"
    return Subject(key, label, _("Project"), _address("projects:project", ref), _own([key]), row.space)


def _programme(key: str, ref: str, actor: Actor) -> Subject | None:
    row = programmes_visible_to(actor).filter(ref=ref).first()
    if row is None:
        return None
    return Subject(key, f"{row.ref} {row.title}", _("Programme"), _address("projects:programme", ref), _own([key]))


def _edition(key: str, rest: str, actor: Actor) -> Subject | None:
    """An edition and everything in it, or one element, stage, contribution or exception of it."""
    code, _colon, tail = rest.partition(":")
    number, _colon, inner = tail.partition(":")
    if not number.isdecimal():
        return None
    edition = plans.visible_to(actor).select_related("plan__space").filter(plan=code, number=number).first()
    if edition is None or not _may_follow(edition, actor):
        return None
    label = _("%(space)s, edition %(number)s") % {"space": edition.plan.space.name, "number": edition.number}
    base = f"edition:{code}:{edition.number}"
    entries = LogEntry.objects.filter(scope=f"space:{code}").select_related("actor")
    if inner:
        part = inner.partition(":")[0]
        kind = {"contribution": _("Contribution"), "rendition": _("Form of the plan")}.get(part, _("Element"))
        entries, label = _own([key]), Names([key]).of(key)
    else:
        entries, kind = entries.filter(Q(subject=base) | Q(subject__startswith=f"{base}:")), _("Edition")
    href = _address("joint_planning:workspace", code, edition.number)
    return Subject(key, label, kind, href, entries, edition.plan.space)


def _may_follow(edition: Any, actor: Actor) -> bool:
    """The making of an edition is for those who may read its drafts, also when it is adopted."""
    return plans.readable_spaces(actor).filter(pk=edition.plan_id).exists()


def _user(key: str, rest: str, actor: Actor) -> Subject | None:
    if not (rest.isdecimal() and actor.is_signed_in):
        return None
    person = visible_people(actor, known_scopes()).filter(pk=rest).first()
    if person is None:
        return None
    href = _address("access:person", person.pk)
    return Subject(key, person.name, _("Person"), href, _own([key]))


def _institution(key: str, code: str, actor: Actor) -> Subject | None:
    row = Institution.objects.filter(pk=code).first() if actor.is_signed_in else None
    if row is None:
        return None
    return Subject(key, row.name, _("Institution"), _address("institutions:institution", row.code), _own([key]))


def _post(key: str, rest: str, actor: Actor) -> Subject | None:
    row = (
        Post.objects.filter(Q(pk=rest) if rest.isdecimal() else Q(code=rest))
        .select_related("institution", "space")
        .first()
    )
    if row is None or not actor.is_signed_in:
        return None
    keys = [
        f"post:{row.pk}",
        f"post:{row.code}",
        *(f"holding:{pk}" for pk in row.holdings.values_list("pk", flat=True)),
    ]
    href = _address("institutions:post", row.code)
    return Subject(key, f"{row.title} · {row.institution.name}", _("Post"), href, _own(keys), row.space)


def _committee(key: str, rest: str, actor: Actor) -> Subject | None:
    code, _colon, kind = rest.partition(":")
    rows = Committee.objects.filter(space__in=plans.readable_spaces(actor), space=code, kind=kind)
    row = rows.select_related("space").order_by("-valid_from").first()
    if row is None:
        return None
    parts = [f"seat:{pk}" for pk in row.seats.values_list("pk", flat=True)]
    parts += [f"resolution:{pk}" for pk in row.resolutions.values_list("pk", flat=True)]
    return Subject(key, row.name, _("Committee"), "", _own([key, *parts]), row.space)


def _space(key: str, code: str, actor: Actor) -> Subject | None:
    """All that was remembered in a space, for those who may read its drafts."""
    row = plans.readable_spaces(actor).filter(pk=code).first()
    if row is None:
        return None
    entries = LogEntry.objects.filter(scope=key).select_related("actor")
    return Subject(key, str(row), _("Space"), _address("portal:space", row.code), entries, row)


_FINDERS: dict[str, Callable[[str, str, Actor], Subject | None]] = {
    "commitment": _commitment,
    "party": lambda key, rest, actor: _part_of_commitment(key, rest, actor, Party),
    "pledge": lambda key, rest, actor: _part_of_commitment(key, rest, actor, Pledge),
    "project": _project,
    "programme": _programme,
    "edition": _edition,
    "user": _user,
    "institution": _institution,
    "post": _post,
    "committee": _committee,
    "space": _space,
}


# --- entries as pages show them --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One entry of the log in words. `subject` is its key, `about` its name, `href` its history."""

    at: Any
    who: str
    what: str
    reason: str
    changes: list[Change]
    subject: str
    about: str
    event: str
    pk: int
    seal_id: int | None
    told: list[tuple[str, str]]

    @property
    def href(self) -> str:
        """The history of the thing; empty for a kind of thing that has no page of its own."""
        has_history = self.subject.partition(":")[0] in _FINDERS
        return reverse("portal:history", args=[self.subject]) if has_history else ""


def what(entry: LogEntry) -> str:
    """The sentence of the event."""
    return str(EVENTS.get(entry.event, entry.event))


def who(entry: LogEntry) -> str:
    """The person, or the part of OnePlan that acted by itself."""
    if entry.actor:
        return entry.actor.name
    return _("OnePlan (%(part)s)") % {"part": entry.actor_kind.removeprefix("system:")}


def is_sample(entries: Iterable[LogEntry]) -> bool:
    """Whether an invented person, or the demonstration itself, did any of this."""
    return any(
        entry.actor.is_sample if entry.actor else entry.actor_kind == "system:demonstration" for entry in entries
    )


def lines(entries: Iterable[LogEntry], about: str = "") -> list[Line]:
    """Entries in words, as they come; `about` is the key of what the reader looks at, which is not named again."""
    entries = list(entries)
    names = Names(wording.keys_in(entries, but=about))
    return [
        Line(
            entry.at, who(entry), what(entry), entry.reason, list(_changes(entry, names)), entry.subject,
            names.part(entry.subject, about), entry.event, entry.pk, entry.seal_id, wording.told_facts(entry, names),
        )
        for entry in entries
    ]  # fmt: skip


def _changes(entry: LogEntry, names: Names) -> Iterator[Change]:
    for name in sorted({*entry.before, *entry.after}):
        before, after = (wording.value_words(name, side.get(name), names) for side in (entry.before, entry.after))
        if before != after:
            yield Change(wording.field_label(name), before, after)


# --- the log, for auditors -------------------------------------------------------------------------------------------


def may_audit(actor: Actor) -> bool:
    return actor.is_national(Permission.AUDIT_READ)


def log_entries(
    *,
    event: str = "",
    about: Q | None = None,
    person: str = "",
    scope: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[LogEntry]:
    """The log, newest first, narrowed. `event` may be a whole noun ("commitment"); `until` is inclusive."""
    rows = LogEntry.objects.select_related("actor")
    if event:
        rows = rows.filter(event=event) if "." in event else rows.filter(event__startswith=f"{event}.")
    if about is not None:
        rows = rows.filter(about)
    if person:
        rows = rows.filter(Q(actor__name__icontains=person) | Q(actor__email__icontains=person))
    if scope:
        rows = rows.filter(scope=scope)
    if since and since.year > 1:  # the first and the last day there is have no instant before or after
        rows = rows.filter(at__gte=_start_of(since))
    if until and until < date.max:
        rows = rows.filter(at__lt=_start_of(date.fromordinal(until.toordinal() + 1)))
    return rows.order_by("-id")


def _start_of(day: date) -> datetime:
    """The first instant of a day in Johannesburg."""
    return datetime(day.year, day.month, day.day, tzinfo=JOHANNESBURG)
