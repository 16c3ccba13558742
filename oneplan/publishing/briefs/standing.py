"""What both briefs tell: the edition that the reader may read, who is who, and the four proofs in numbers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.commitments.choices import FundingStatus
from oneplan.joint_planning.gates import GateReport, gate_report
from oneplan.money import format_rand_short
from oneplan.periods import clock
from oneplan.plans.models import Edition
from oneplan.plans.queries import edition_in_force, edition_in_progress
from oneplan.portal.queries.space import Who, champions, find_space, who_is_who
from oneplan.publishing.pdf.blocks import Block, day, muted, state
from oneplan.publishing.pdf.reading import Json, Reading, decimal
from oneplan.publishing.queries import source_of
from oneplan.spaces.models import Space
from oneplan.spaces.queries import SpaceMap, space_map

_STAGE_STATES = {
    "not_started": "not_started",
    "current": "current",
    "passed": "passed",
    "passed_with_exceptions": "exception",
}


@dataclass(frozen=True)
class Standing:
    """A space as one reader may see it today. `plan` is None where nothing is open to the reader."""

    space: Space
    plan: Reading | None
    edition: Edition | None
    may_read: bool
    shows_names: bool
    today: date
    drawn: SpaceMap

    @property
    def is_draft(self) -> bool:
        return self.plan is not None and not self.plan.is_adopted

    @cached_property
    def gates(self) -> GateReport | None:
        """The quality gates of an edition in progress; None for what is adopted: there is nothing left to pass."""
        return gate_report(self.edition) if self.edition and self.is_draft else None

    @cached_property
    def who(self) -> list[Who]:
        return who_is_who(self.space)

    @cached_property
    def owners(self) -> list[tuple[str, list[Any]]]:
        """Champions and the posts of the hub and the district: (post, lines). Names only for who is signed in."""
        told: list[tuple[str, list[Any]]] = []
        for champion in champions(self.space.code):
            lines = [champion.person_name] if self.shows_names else []
            lines += [champion.post.title] if champion.post else []
            told.append((str(champion.get_level_display()), [*lines, muted(champion.institution.name)]))
        for post in self.who:
            told.append((post.title, [self._holder(post)] if self.shows_names else [muted(post.institution)]))
        return told

    def _holder(self, post: Who) -> Any:
        if not post.name:
            return muted(_("nobody recorded"))
        return _("%(name)s (acting)") % {"name": post.name} if post.capacity == "acting" else post.name

    @property
    def banner(self) -> str:
        """What stands in the head of the page: a sample, a draft, or nothing."""
        marks = [_("SAMPLE: invented for demonstration")] if self.plan and self.plan.is_sample else []
        marks += [_("DRAFT – not adopted")] if self.is_draft else []
        return " · ".join(marks)

    @property
    def standing_words(self) -> str:
        """Which edition this is, in one line."""
        if self.plan is None:
            return _("No One Plan of this space is adopted yet.")
        if self.plan.is_adopted:
            return _("Edition %(number)s, adopted on %(day)s and sealed") % {
                "number": self.plan.number,
                "day": day(self.plan.content["edition"]["adopted_on"]),
            }
        return _("Edition %(number)s: %(standing)s") % {
            "number": self.plan.number,
            "standing": self.plan.document.get("standing_words") or _("not adopted"),
        }

    def meta(self, title: str) -> dict[str, Any]:
        """What the template puts into the file and around the page."""
        return {
            "title": f"{title} ({self.banner})" if self.banner else title,
            "author": "OnePlan",
            "description": self.standing_words,
            "keywords": ["One Plan", self.space.name, self.space.code],
            "lang": (get_language() or "en").split("-")[0],
            "banner": self.banner,
            "heading": title,
            "sub": f"{self.space.code} · {self.space.province.name} · {self.standing_words}",
            "footer": self.permalink,
            "as-at": _("As at %(day)s") % {"day": day(self.today)},
        }

    @property
    def permalink(self) -> str:
        """The page of the same, where the figures are live."""
        return f"/spaces/{self.space.code}/" if self.may_read or self.plan is None else f"/plans/{self.space.code}/"

    # --- the four proofs ---------------------------------------------------------------------------------------------

    @property
    def commitments(self) -> list[Json]:
        return self.plan.commitments if self.plan else []

    @cached_property
    def participation(self) -> Counter[str]:
        """How many requests for a contribution stand how."""
        return Counter(each["state"] for each in self.plan.content["participation"]) if self.plan else Counter()

    @cached_property
    def silent(self) -> list[str]:
        """The parties that let a due date pass without an answer, by name."""
        rows = self.plan.content["participation"] if self.plan else []
        return sorted({each["name"] for each in rows if each["state"] == "silent"})

    @cached_property
    def unplaced(self) -> list[Json]:
        return [each for each in self.commitments if each["place"]["quality"] not in ("located", "named")]

    @cached_property
    def short_of_money(self) -> list[Json]:
        """Commitments whose cost is not covered by committed or tabled pledges."""
        return [each for each in self.commitments if each["funding"] != "funded"]

    @cached_property
    def late(self) -> list[Json]:
        """Commitments past their finish and not delivered."""
        today = self.today.isoformat()
        return [
            each
            for each in self.commitments
            if (each["timeline"]["finish_on"] or "9999") < today
            and self.plan is not None
            and self.plan.state_of(each) != "delivered"
        ]

    @cached_property
    def unfunded_rand(self) -> Decimal:
        """Rand said to be unfunded, all years of both calendars, by the space's share: a size, not a budget."""
        years = [year for rows in self.plan.money.values() for year in rows] if self.plan else []
        return sum((year.unfunded for year in years), Decimal(0))

    @cached_property
    def secured_rand(self) -> Decimal:
        years = [year for rows in self.plan.money.values() for year in rows] if self.plan else []
        return sum((sum(year.spheres.values(), Decimal(0)) for year in years), Decimal(0))

    def numbers(self) -> Block:
        """Party, money, place and delivery: one figure each, with what it counts."""
        every = len(self.commitments)
        asked, made = sum(self.participation.values()), self.participation["contributed"]
        funded, placed = every - len(self.short_of_money), every - len(self.unplaced)
        return {
            "k": "numbers",
            "rows": [
                _number(
                    _("Party"),
                    _of(made, asked),
                    _("contributions asked for were made"),
                    ngettext("%(n)s party silent past the date", "%(n)s parties silent past the date", len(self.silent))
                    % {"n": len(self.silent)},
                    made < asked,
                ),
                _number(
                    _("Money"),
                    _of(funded, every),
                    _("commitments are fully funded"),
                    _("%(unfunded)s is said to be unfunded, all years")
                    % {"unfunded": format_rand_short(self.unfunded_rand)},
                    funded < every,
                ),
                _number(
                    _("Place"),
                    _of(placed, every),
                    _("commitments name a ward or municipal area"),
                    _("%(n)s do not") % {"n": every - placed},
                    placed < every,
                ),
                _number(
                    _("Delivery"),
                    str(len(self.late)),
                    _("commitments are past their date and not delivered"),
                    _("of %(n)s") % {"n": every},
                    bool(self.late),
                ),
            ],
        }

    def stages(self) -> Block:
        """The seven stages in a strip: number, name, state, date."""
        rows = self.plan.content["stages"] if self.plan else []
        return {"k": "strip", "rows": [self._stage(each) for each in rows]}

    def _stage(self, row: Json) -> dict[str, Any]:
        passed = row["state"] in ("passed", "passed_with_exceptions")
        is_late = row["state"] == "current" and bool(row["due_on"]) and row["due_on"] < self.today.isoformat()
        return {
            "number": str(row["number"]),
            "label": row["label"],
            "state": state("late") if is_late else state(_STAGE_STATES.get(row["state"], "")),
            "date": day(row["passed_at"]) if passed else _("due %(day)s") % {"day": day(row["due_on"], missing="–")},
        }


def _of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s") % {"part": part, "whole": whole}


def _number(label: str, figure: str, what: str, note: str, is_short: bool) -> dict[str, str]:
    return {"label": label, "figure": figure, "what": what, "note": note, "tone": "part" if is_short else "done"}


def standing(actor: Actor, space: Space) -> Standing:
    """The space as the actor may see it: the edition in progress for its readers, for all others what is adopted."""
    found = find_space(space.pk, actor)
    if found is None:
        raise Space.DoesNotExist(space.pk)
    known, may_read = found
    edition = (edition_in_progress(known) if may_read else None) or edition_in_force(known)
    plan = None
    if edition is not None:
        told = source_of(edition, as_draft=edition.state in ("open", "frozen"))
        plan = Reading(told.document())
    return Standing(known, plan, edition, may_read, actor.is_signed_in, clock.today(), space_map(known))


def short(text: str, words: int) -> str:
    """The first words of a text, with a mark where more follows.

    >>> short("One two three four", 3), short("One two", 3)
    ('One two three …', 'One two')
    """
    every = text.split()
    return " ".join(every[:words]) + ("\N{NO-BREAK SPACE}…" if len(every) > words else "")


def cost(row: Json) -> Decimal:
    """What of a commitment's cost is said to be unfunded; its whole cost where nothing is pledged."""
    pledged = [each for party in row["parties"] for each in party["pledges"]]
    missing = [decimal(each["amount"]) or Decimal(0) for each in pledged if each["status"] == FundingStatus.UNFUNDED]
    if missing:
        return sum(missing, Decimal(0))
    return Decimal(0) if pledged else decimal(row["total_cost"]) or Decimal(0)


def columns(*lists: Sequence[Block], widths: Sequence[str] = ()) -> Block:
    """Blocks beside each other."""
    return {"k": "columns", "lists": [list(each) for each in lists], "widths": list(widths) or ["1fr"] * len(lists)}
