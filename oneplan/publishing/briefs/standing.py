"""What both briefs tell: the edition that the reader may read, who is who, and the four proofs in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.joint_planning.gates import StageReport, current_gate
from oneplan.money import format_rand_short
from oneplan.periods import clock
from oneplan.plans.choices import EditionState
from oneplan.plans.models import Edition
from oneplan.plans.queries import edition_in_force, edition_in_progress
from oneplan.portal.queries.sealed import content_of, editions_of
from oneplan.portal.queries.space import Who, champions, find_space, who_is_who
from oneplan.publishing.briefs.figures import Figures, sealed_figures
from oneplan.publishing.briefs.live import live_figures
from oneplan.publishing.content import Standing as Adopted
from oneplan.publishing.content import Told
from oneplan.publishing.parts import Stage
from oneplan.publishing.pdf.blocks import Block, day, muted, state
from oneplan.publishing.pdf.document import site_address
from oneplan.publishing.reading import read
from oneplan.spaces.models import Space
from oneplan.spaces.queries import SpaceMap, space_map

_STAGE_STATES = {"passed_with_exceptions": "exception"}


@dataclass(frozen=True)
class Standing:
    """A space as one reader may see it today. `figures` and `edition` are None where nothing is open to the reader."""

    space: Space
    edition: Edition | None
    figures: Figures | None
    may_read: bool
    shows_names: bool
    today: date
    drawn: SpaceMap

    @property
    def is_draft(self) -> bool:
        return self.edition is not None and self.edition.state != EditionState.ADOPTED

    @cached_property
    def gate(self) -> StageReport | None:
        """The next quality gate of an edition in progress; None for what is adopted: there is nothing left to pass."""
        return current_gate(self.edition) if self.edition and self.is_draft else None

    @cached_property
    def owners(self) -> list[tuple[str, Any]]:
        """Champions and the posts of the hub and the district: (post, lines). Names only for who is signed in."""
        told: list[tuple[str, Any]] = []
        for champion in champions(self.space.code):
            lines = [champion.person_name] if self.shows_names else []
            lines += [champion.post.title] if champion.post else []
            told.append((str(champion.get_level_display()), [*lines, muted(champion.institution.name)]))
        for post in who_is_who(self.space):
            told.append((post.title, _holder(post) if self.shows_names else muted(post.institution)))
        return told or [(_("Champion"), muted(_("none named")))]

    @property
    def banner(self) -> str:
        """What stands in the head of the page: a sample, a draft, or nothing."""
        marks = [_("SAMPLE: invented for demonstration")] if self.edition and self.edition.is_sample else []
        marks += [_("DRAFT – not adopted")] if self.is_draft else []
        return " · ".join(marks)

    @property
    def standing_words(self) -> str:
        """Which edition this is, in one line."""
        if self.edition is None:
            return _("No One Plan of this space is adopted yet.")
        told = {"number": self.edition.number, "day": day(self.edition.adopted_on)}
        if not self.is_draft:
            return _("Edition %(number)s, adopted on %(day)s and sealed") % told
        if self.edition.state == EditionState.FROZEN:
            return _("Edition %(number)s: signing copy, not adopted") % told
        return _("Edition %(number)s: edition in progress, not adopted") % told

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
            "footer": f"{site_address()}/spaces/{self.space.code}/",
            "as-at": _("As at %(day)s") % {"day": day(self.today)},
        }


def standing(actor: Actor, space: Space) -> Standing:
    """The space as the actor may see it: the edition in progress for its readers, for all others what is adopted.

    Raises Space.DoesNotExist.
    """
    found = find_space(space.pk, actor)
    if found is None:
        raise Space.DoesNotExist(space.pk)
    known, may_read = found
    today = clock.today()
    edition = (edition_in_progress(known) if may_read else None) or edition_in_force(known)
    figures = None
    if edition is not None:
        adopted = edition.state == EditionState.ADOPTED
        figures = _sealed(edition, today) if adopted else live_figures(edition, today)
    return Standing(known, edition, figures, may_read, actor.is_signed_in, today, space_map(known))


def _sealed(edition: Edition, today: date) -> Figures:
    """The figures of an adopted edition, out of its sealed bundle alone."""
    sealed = next(each for each in editions_of(edition.space_id) if each.number == edition.number)
    adopted_on = sealed.adopted_on or today
    told = Told(content_of(sealed), Adopted.ADOPTED, sealed.content_hash, adopted_on, sealed.key_id)
    return sealed_figures(read(told), today)


def _holder(post: Who) -> Any:
    if not post.name:
        return muted(_("nobody recorded"))
    return _("%(name)s (acting)") % {"name": post.name} if post.capacity == "acting" else post.name


# --- blocks that both share ------------------------------------------------------------------------------------------


def numbers(figures: Figures) -> Block:
    """Party, money, place and delivery: one figure each, with what it counts."""
    every, silent = figures.every, len(figures.silent)
    unplaced = every - figures.placed
    return {
        "k": "numbers",
        "rows": [
            _number(
                _("Party"),
                _of(figures.contributed, figures.asked),
                _("contributions asked for were made"),
                ngettext("%(n)s party silent past the date", "%(n)s parties silent past the date", silent)
                % {"n": silent},
                figures.contributed < figures.asked,
            ),
            _number(
                _("Money"),
                _of(figures.funded, every),
                _("commitments are fully funded"),
                _("%(rand)s is said to be unfunded, all years") % {"rand": format_rand_short(figures.unfunded_rand)},
                figures.funded < every,
            ),
            _number(
                _("Place"),
                _of(figures.placed, every),
                _("commitments name a ward or municipal area"),
                ngettext("%(n)s does not", "%(n)s do not", unplaced) % {"n": unplaced},
                bool(unplaced),
            ),
            _number(
                _("Delivery"),
                str(figures.late),
                ngettext(
                    "commitment is past its date and not delivered",
                    "commitments are past their date and not delivered",
                    figures.late,
                ),
                _("of %(n)s") % {"n": every},
                bool(figures.late),
            ),
        ],
    }


def strip(figures: Figures, today: date) -> Block:
    """The stages in a row: number, name, state, date."""
    return {"k": "strip", "rows": [_stage(each, today) for each in figures.stages]}


def is_late(stage: Stage, today: date) -> bool:
    """Whether the work stands in this stage past its due date."""
    return bool(stage.state == "current" and stage.due_on and stage.due_on < today)


def _stage(row: Stage, today: date) -> dict[str, Any]:
    passed = row.state in ("passed", "passed_with_exceptions")
    return {
        "number": str(row.number),
        "label": row.label,
        "state": state("late" if is_late(row, today) else _STAGE_STATES.get(row.state, row.state)),
        "date": day(row.passed_on) if passed else _("due %(day)s") % {"day": day(row.due_on, missing="–")},
    }


def _of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s") % {"part": part, "whole": whole}


def _number(label: str, figure: str, what: str, note: str, is_short: bool) -> dict[str, str]:
    return {"label": label, "figure": figure, "what": what, "note": note, "tone": "part" if is_short else "done"}


def columns(*lists: Sequence[Block]) -> Block:
    """Blocks beside each other, in columns of the same width."""
    return {"k": "columns", "lists": [list(each) for each in lists], "widths": ["1fr"] * len(lists)}


def short(text: str, words: int) -> str:
    """The first words of a text, with a mark where more follows.

    >>> short("One two three four", 3).replace("\\u00a0", " "), short("One two", 3)
    ('One two three …', 'One two')
    """
    every = text.split()
    return " ".join(every[:words]) + ("\N{NO-BREAK SPACE}…" if len(every) > words else "")
