"""What a row of a commitments table means. exchange runs the pipeline; see its README.

Place, institution and money are looked up, never guessed: a name that means nothing or several things refuses its row
with the remedy. A file of the whole country (constant `other_spaces: leave_out`) is cut to the space asked for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from oneplan.access.actors import Actor
from oneplan.commitments import actions, queries, rules
from oneplan.commitments.actions.imported import ImportedCommitment, ImportedPledge
from oneplan.commitments.choices import CommitmentKind, CommitmentState, Novelty
from oneplan.commitments.imports.known import Elements, Offices
from oneplan.commitments.imports.money import Money, source_row
from oneplan.commitments.models import Commitment
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.kinds import ImportOrder
from oneplan.exchange.models import ImportRun
from oneplan.exchange.rows import Row, Standing
from oneplan.institutions.queries import Directory
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.projects.choices import Stage
from oneplan.spaces.choices import Level
from oneplan.spaces.models import Space, Ward
from oneplan.spaces.queries import gazetteer, locate

# Stages and ends a row can have that are not the stage of something still to be done; each is counted by its reason.
ENDED = {
    "practical_completion": _l("completed"),
    "final_completion": _l("completed"),
    "terminated": _l("terminated"),
    "compensation": _l("compensation of employees"),
}
STAGES: dict[str, Any] = dict(Stage.choices)
NAMES = 10_000  # looked up names that are kept; a file of the country has some hundred
AT_ONCE = 2_000  # rows stored together; exchange remembers rows some thousand behind
_PAIR = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*[,;]\s*(-?\d+(?:\.\d+)?)\s*$")
_SPLIT = re.compile(r"\s*[,;]\s*|\s+and\s+")
_TEXT = {"title": 300, "indicator": 300, "unit": 60, "place_text": 300}
_AS_READ = (
    "title", "description", "objective", "indicator", "unit", "outputs", "start_on", "finish_on", "total_cost",
    "spent_before", "place_text",
)  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """Where a row lies: the space, the municipal areas named, and what else was said of the place."""

    space: str
    areas: tuple[str, ...] = ()
    whole_space: bool = False


@dataclass(frozen=True)
class _Point:
    """Longitude and latitude as given, what is wrong with them, and what the boundaries say of them."""

    at: tuple[float, float]
    flaw: str = ""
    space: str = ""
    quality: str = ""


class CommitmentRows:
    """The reader of one run."""

    def __init__(self, order: ImportOrder) -> None:
        self._order = order
        self._on = order.as_at or clock.today()
        self._today = clock.today()
        self._spaces = {space.pk: space for space in Space.objects.select_related("province")}
        if order.space and order.space not in self._spaces:
            raise RuleBroken(_("There is no space %(code)s. Write a code such as DC36 or ETH.") % {"code": order.space})
        self._frozen = {edition.plan_id for edition in queries.frozen_editions(self._spaces)}
        if order.space in self._frozen:
            rules.check_spaces_are_open([order.space])
        # A file repeats its names: each is looked up once.
        self._places = lru_cache(maxsize=NAMES)(partial(gazetteer().resolve, on=self._on))
        directory = Directory(self._today)
        self._institutions = lru_cache(maxsize=NAMES)(directory.resolve)
        self._offices = Offices(directory.institutions)
        self._elements = Elements(self._spaces)
        self._wards: dict[str, str] = {}
        self._money = Money(self._today)

    # --- check -------------------------------------------------------------------------------------------------------

    def check(self, rows: Sequence[Row]) -> None:
        """Look up places, institutions and money of a batch; refuse, warn, or leave out."""
        wards = {str(row["ward"]) for row in rows if row["ward"]}
        self._wards = (
            dict(Ward.objects.filter(pk__in=wards).values_list("pk", "municipal_area__space_id")) if wards else {}
        )
        keys = {source_row(row) for row in rows}
        held = Commitment.objects.filter(source=self._order.source, source_row__in=keys).only(
            "ref", "state", "source_row"
        )
        stored = {commitment.source_row: commitment for commitment in held}
        self._money.hold(stored.values())
        points = self._points(rows)
        for row in rows:
            point = points.get(id(row))
            place = self._place(row, point.space if point else "")
            if place is None or self._is_over(row):
                continue
            lead = self._lead(row, place.space)
            pledges = self._money.pledges(row)
            office = self._offices.named(row, lead) if lead else None
            serves = self._elements.named(row, place.space)
            self._check_changed(row, stored)
            if place.space in self._frozen:
                row.refuse(
                    "space", IssueKind.RULE_BROKEN,
                    _("%(space)s is out for signing. Withdraw its signing copy first.") % {"space": place.space},
                )  # fmt: skip
            if lead and not row.is_refused:
                item = self._item(row, place, point, lead, pledges)
                item.accountable_post, item.serves = office, serves
                row.found["item"] = item

    def _is_over(self, row: Row) -> bool:
        """Rows of what has ended are counted by reason and not proposed."""
        stage, finish = row["stage"], row["finish_on"]
        if stage in ENDED:
            row.leave_out(str(ENDED[stage]))
        elif row["past_before"] and finish and finish < row["past_before"]:
            row.leave_out(_("past year: due to finish before the year of the file"))
        elif row["past_before"] and row["year"] and row["year"].ends_on < row["past_before"]:
            row.leave_out(_("past year: the money is of a year before the year of the file"))
        return bool(row.left_out)

    def _points(self, rows: Sequence[Row]) -> dict[int, _Point]:
        """For each row with coordinates.

        What is wrong with them, or the space they lie in and how well that is known.
        """
        given = {id(row): at for row in rows if (at := self._point_of(row)) is not None}
        usable = [key for key, at in given.items() if not rules.point_flaw(*at)]
        points = {key: _Point(at, flaw=rules.point_flaw(*at)) for key, at in given.items()}
        if usable:
            found = locate([given[key] for key in usable])
            for index, key in enumerate(usable):
                points[key] = _Point(given[key], space=str(found.space[index]), quality=str(found.quality[index]))
        return points

    def _point_of(self, row: Row) -> tuple[float, float] | None:
        if row["longitude"] is not None and row["latitude"] is not None:
            return row["longitude"], row["latitude"]
        pair = _PAIR.match(row["coordinates"] or "")
        return (float(pair[2]), float(pair[1])) if pair else None

    def _place(self, row: Row, space_of_point: str) -> _Place | None:
        """The place of a row; None where it is refused or left out for being another space's."""
        asked, elsewhere_is_fine = self._order.space, row["other_spaces"] == "leave_out"
        said = (row["space"] or "").strip()
        named = self._space_named(row, said) if said else ""
        if said and not named:
            return None
        if not named and elsewhere_is_fine:
            named = space_of_point
            if not named:
                row.leave_out(_("no district and no single point stated"))
                return None
        if asked and named and named != asked:
            self._elsewhere(row, "space" if said else "coordinates", said or named, elsewhere_is_fine)
            return None
        return self._municipalities(row, named or asked, elsewhere_is_fine)

    def _elsewhere(self, row: Row, target: str, value: str, is_fine: bool) -> None:
        if is_fine:
            row.leave_out(_("another space"))
            return
        row.refuse(
            target, IssueKind.WRONG_SPACE,
            _("%(value)s is another space's row; this import is for %(space)s. Import it there, or correct the place.")
            % {"value": value, "space": self._spaces[self._order.space]},
        )  # fmt: skip

    def _space_named(self, row: Row, said: str) -> str:
        matches = [m.code for m in self._places(said, Level.SPACE)]
        codes = matches or sorted({m.parent_code for m in self._places(said, Level.MUNICIPAL_AREA)} & set(self._spaces))
        if len(codes) == 1:
            return codes[0]
        kind = IssueKind.AMBIGUOUS if codes else IssueKind.UNKNOWN_PLACE
        row.refuse(
            "space", kind,
            (_("%(value)s may mean %(codes)s. Write the code.") if codes else
             _("There is no district or metropolitan space %(value)s. Write its code, such as DC36 or ETH."))
            % {"value": said, "codes": ", ".join(codes)},
        )  # fmt: skip
        return ""

    def _municipalities(self, row: Row, space: str, elsewhere_is_fine: bool) -> _Place | None:
        """Municipal areas by name, within the space where it is known; the space itself named means the whole of it."""
        text = (row["municipality"] or "").strip()
        if ward := str(row["ward"] or ""):
            home = self._wards.get(ward)
            if home is None:
                row.refuse(
                    "ward",
                    IssueKind.UNKNOWN_PLACE,
                    _("There is no ward %(code)s. Write its eight digits.") % {"code": ward},
                )
                return None
            if space and home != space:
                self._elsewhere(row, "ward", ward, False)
                return None
            space = space or home
        if not text:
            if not space:
                row.refuse(
                    "space",
                    IssueKind.UNKNOWN_PLACE,
                    _("No space and no municipality is named. Name one, or import with --space."),
                )
                return None
            return _Place(space, whole_space=bool(row["whole_space"]))
        parts = [text] if self._places(text, "") else [part for part in _SPLIT.split(text) if part]
        found: list[str] = []
        whole = False
        for part in parts:
            matches = self._places(part, Level.MUNICIPAL_AREA)
            inside = [m for m in matches if not space or m.parent_code == space]
            if len(inside) == 1 or (inside and inside[0].by == "successor"):
                found += [m.code for m in inside]
                space = space or inside[0].parent_code
            elif space in {m.code for m in self._places(part, Level.SPACE)}:
                whole = True
            elif matches and not inside:
                self._elsewhere(row, "municipality", part, False)
                return None
            else:
                self._refuse_municipality(row, part, [m.code for m in inside])
                return None
        return _Place(space, tuple(dict.fromkeys(found)), whole or bool(row["whole_space"]))

    def _refuse_municipality(self, row: Row, part: str, codes: list[str]) -> None:
        if codes:
            sentence = _("%(value)s may mean %(codes)s. Write the code.")
            row.refuse("municipality", IssueKind.AMBIGUOUS, sentence % {"value": part, "codes": ", ".join(codes)})
        else:
            sentence = _("There is no municipality %(value)s in the register. Write its name as gazetted, or its code.")
            row.refuse("municipality", IssueKind.UNKNOWN_PLACE, sentence % {"value": part})

    def _lead(self, row: Row, space: str) -> str:
        """The code of the leading institution, by its name and province; never guessed."""
        name, province = (row["lead"] or "").strip(), (row["province"] or "").strip()
        found = self._institutions(name, province=province or None, sphere=row["sphere"] or None)
        meant = {match.institution.pk: match.how for match in found.matches}
        if not province and not row["sphere"] and "code" not in meant.values():
            # "Department of Health" names the national one exactly, and in a province's own list means another.
            near = self._institutions(name, province=self._spaces[space].province_id)
            meant |= {match.institution.pk: match.how for match in near.matches}
        if len(meant) == 1:
            return next(iter(meant))
        if meant:
            row.refuse(
                "lead", IssueKind.AMBIGUOUS,
                _("%(name)s may mean %(codes)s. Write the code, or name the province in a column of its own.")
                % {"name": name, "codes": ", ".join(sorted(meant)[:12])},
            )  # fmt: skip
            return ""
        like = "; ".join(f"{each.name} ({each.institution.pk})" for each in found.suggestions[:3])
        where = _(" in %(province)s") % {"province": province} if province else ""
        row.refuse(
            "lead", IssueKind.UNKNOWN_INSTITUTION,
            _("The register knows no institution %(name)s%(where)s.") % {"name": name, "where": where} + " "
            + (_("Did you mean: %(near)s? Write the code.") % {"near": like} if like
               else _("Register it first, or record the name as another name of the right one.")),
        )  # fmt: skip
        return ""

    def _check_changed(self, row: Row, stored: Mapping[str, Commitment]) -> None:
        """A changed row amends what is still proposed. What parties agreed to is not changed by a file."""
        commitment = stored.get(source_row(row))
        if commitment is not None and commitment.state != CommitmentState.PROPOSED:
            row.refuse(
                "", IssueKind.RULE_BROKEN,
                _("%(ref)s, which this row became, is %(state)s. A file does not change it: amend it on its"
                  " page, with a reason.")
                % {"ref": commitment.ref, "state": commitment.get_state_display().lower()},
            )  # fmt: skip

    def _point_quality(self, row: Row, place: _Place, point: _Point | None) -> str:
        """What the point is worth as evidence: nothing where it is flawed or lies elsewhere; each is said."""
        if point is None:
            return ""
        target = "coordinates" if row["coordinates"] else "latitude"
        if point.flaw:
            row.warn(
                target, IssueKind.BAD_GEOMETRY,
                _FLAWS[point.flaw] % {"longitude": point.at[0], "latitude": point.at[1]},
            )  # fmt: skip
            return ""
        if point.space and point.space != place.space:
            row.warn(
                target, IssueKind.WRONG_SPACE,
                _("By the %(quality)s boundaries the point lies in %(there)s; the row is of %(space)s. It is"
                  " kept, and does"
                  " not count as placed.") % {"there": point.space, "quality": point.quality, "space": place.space},
            )  # fmt: skip
            return ""
        if point.quality == "approximate" and not row["space"] and not row["municipality"] and not row["ward"]:
            row.warn(
                target, IssueKind.UNKNOWN_PLACE,
                _("The space %(space)s was read from the point by the approximate map. Check it; it does not"
                  " count as placed.")
                % {"space": place.space},
            )  # fmt: skip
        return point.quality

    def _item(
        self, row: Row, place: _Place, point: _Point | None, lead: str, pledges: list[ImportedPledge]
    ) -> ImportedCommitment:
        quality = self._point_quality(row, place, point)
        is_usable = point is not None and not point.flaw
        fields: dict[str, Any] = {
            name: (row[name] if row[name] is not None else "") if name not in _NULLABLE else row[name]
            for name in _AS_READ
        }
        fields |= {name: fields[name][:most] for name, most in _TEXT.items()}
        fields |= {
            "kind": row["kind"] or CommitmentKind.PROJECT,
            "area": row["area"] or "",
            "novelty": row["novelty"] or Novelty.EXISTING,
            "is_catalytic": bool(row["catalytic"]),
            "project_stage": row["stage"] or "",
            "baseline": None if row["baseline"] is None else Decimal(str(row["baseline"])),
            "target": None if row["target"] is None else Decimal(str(row["target"])),
            "whole_space": place.whole_space,
            "longitude": point.at[0] if point and is_usable else None,
            "latitude": point.at[1] if point and is_usable else None,
            "ward_id": str(row["ward"]) if row["ward"] else None,
            "external_ids": {
                name: str(row[name]) for name in ("project_id", "project_no") if row[name] not in (None, "")
            },
            "is_sample": bool(row["is_sample"]),
        }
        return ImportedCommitment(
            space=place.space, lead=lead, source_row=source_row(row), fields=fields,
            municipal_areas=place.areas, point_quality=quality, responsibility=row["responsibility"] or "",
            pledges=pledges, ref=row.subject if row.standing == Standing.CHANGED else "",
        )  # fmt: skip

    # --- accept ------------------------------------------------------------------------------------------------------

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Propose or amend, some thousand rows at a time; rows of one project become one commitment."""
        progress = actions.Progress()
        while batch := list(islice(rows, AT_ONCE)):
            self._accept(batch, run, by, progress)

    def _accept(self, rows: Sequence[Row], run: ImportRun, by: Actor, progress: actions.Progress) -> None:
        items: dict[str, ImportedCommitment] = {}
        members: dict[str, list[Row]] = {}
        for row in rows:
            item: ImportedCommitment = row.found["item"]
            held = items.setdefault(item.source_row, item)
            if held is not item:
                held.pledges += item.pledges
                held.ref = held.ref or item.ref
                held.accountable_post = held.accountable_post or item.accountable_post
                held.serves += item.serves
            members.setdefault(item.source_row, []).append(row)
        self._known_projects(items, run)
        refs = actions.import_commitments(items.values(), run=run, by=by, progress=progress)
        for key, ref in zip(items, refs, strict=True):
            for row in members[key]:
                row.subject = ref

    def _known_projects(self, items: Mapping[str, ImportedCommitment], run: ImportRun) -> None:
        """A further year of a project that an earlier run stored belongs to it, though its row is new.

        `check` has refused a year that came from another row (money.py).
        """
        known = dict(
            Commitment.objects.filter(
                source=run.source, source_row__in=[item.source_row for item in items.values() if not item.ref]
            ).values_list("source_row", "ref")
        )
        for item in items.values():
            item.ref = item.ref or known.get(item.source_row, "")


_NULLABLE = frozenset({"start_on", "finish_on", "total_cost", "spent_before"})
_FLAWS = {
    "zero": _l("The point %(longitude)s, %(latitude)s is no place: a coordinate is 0. It is not used; the place"
        " stays as named."),
    "swapped": _l(
        "Longitude %(longitude)s and latitude %(latitude)s look swapped or have lost their sign. They are not"
        " used; correct the source."
    ),
    "outside": _l("The point %(longitude)s, %(latitude)s does not lie in South Africa. It is not used; correct"
        " the source."),
}  # fmt: skip
