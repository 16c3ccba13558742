"""What the rows of a table of plan items mean. exchange runs the pipeline; see its README.

The tree is judged over all rows, before any is stored: what cannot be one tree is named row by row, and nothing of the
file is stored. A row that is wrong by itself is set aside, and what stands under it with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from oneplan.access.actors import Actor
from oneplan.exchange.choices import IssueKind
from oneplan.exchange.issues import FileRefused, IssueLog
from oneplan.exchange.kinds import ImportOrder, TableHead
from oneplan.exchange.models import ImportRun
from oneplan.exchange.rows import Row
from oneplan.exchange.values import fold, is_formula_text
from oneplan.institutions.models import Institution
from oneplan.institutions.queries import Directory
from oneplan.periods import clock
from oneplan.platform.errors import RuleBroken
from oneplan.source_plans import actions, queries, rules
from oneplan.source_plans.choices import RESPONSIBLE
from oneplan.source_plans.imports.tree import KINDS, Levels, Node, listed
from oneplan.source_plans.models import PlanItem, SourcePlan
from oneplan.source_plans.rules import ItemTerms
from oneplan.spaces.choices import Level
from oneplan.spaces.models import MunicipalArea, Space
from oneplan.spaces.queries import gazetteer

_TEXTS = ("title", "description", "place_text", "unit", "baseline", "target")
_LONGEST_PLACE = 300
_OWN = ("standing", "source_row")  # what our own export says of an item besides
_TOLD = 5  # items that a sentence names


def plan_named(order: ImportOrder) -> SourcePlan:
    """The plan whose items a file holds. Raises RuleBroken where the register has none of that code."""
    code = order.details.get("plan", "")
    plan = SourcePlan.objects.select_related("owner", "space", "province").filter(code=code).first()
    if plan is None:
        raise RuleBroken(
            _("There is no plan “%(code)s” in the register. Register it first, or write the code that its page shows.")
            % {"code": code}
        )
    return plan


class PlanItemRows:
    """The reader of one run."""

    def __init__(self, order: ImportOrder) -> None:
        self._plan, self._file = plan_named(order), order.file_name
        rules.check_can_change(self._plan)
        self._known = queries.known_refs(self._plan)
        self._nodes: dict[str, Node] = {}
        self._named: set[str] = set()  # numbers in the file, those of refused rows included
        self._at_fault = 0
        self._is_list, self._has_codes = False, False
        self._places: dict[str, int] = {}
        self._directory: Directory | None = None
        self._institution = lru_cache(maxsize=None)(self._resolve_institution)
        self._place_of = lru_cache(maxsize=None)(self._resolve_place)

    # --- the table as a whole ----------------------------------------------------------------------------------------

    def meet(self, head: TableHead, log: IssueLog) -> Mapping[str, Any]:
        """Tell a list from a table of levels. Raises FileRefused for what is neither."""
        self._places = {level: head.places[level] for level in KINDS if level in head.places}
        self._is_list = "title" in head.fed
        self._has_codes = bool({"space", "municipality"} & head.fed)
        if self._is_list and (missing := [name for name in ("ref", "kind") if name not in head.fed]):
            raise _missing(
                head, _("A list of items needs a column for %(missing)s besides the title. Match one, or leave the"
                        " title unmatched where the levels stand side by side.") % {"missing": ", ".join(missing)}
            )  # fmt: skip
        if not self._is_list and not self._places:
            raise _missing(
                head, _("No column says what an item is. Match the columns of the levels (goal, outcome, objective,"
                        " indicator, project), or number, kind and title of a list.")
            )  # fmt: skip
        if self._is_list and self._places:
            levels = ", ".join(head.headers[place] for place in self._places.values())
            log.warn(
                IssueKind.BAD_MAPPING,
                _("The file is read as a list, because a column is matched to the title; %(columns)s were not read.")
                % {"columns": levels}, sheet=head.sheet,
            )  # fmt: skip
        if unread := [header for header in head.unread if header not in _OWN]:
            log.warn(
                IssueKind.BAD_MAPPING,
                _("Nothing is read from %(columns)s. Match them where they hold something of the items.")
                % {"columns": ", ".join(f"“{header}”" for header in unread)[:600]}, sheet=head.sheet,
            )  # fmt: skip
        return {}

    def survey(self, rows: Sequence[Row]) -> None:
        """Make items of all rows and judge their tree."""
        for row in rows:
            row.values.update({name: _plain(text) for name, text in row.values.items() if isinstance(text, str)})
        stated: list[tuple[Row, list[Node]]] = []
        for row, nodes in listed(rows) if self._is_list else Levels(self._places, *self._before()).read(rows):
            fault = next(filter(None, (rules.fault_of_facts(_bare(node)) for node in nodes)), "")
            if fault and not row.is_refused:
                row.refuse("", IssueKind.RULE_BROKEN, fault)
            stated.append((row, nodes))
        if self._is_list:
            self._set_aside_below(rows, stated)
        self._named = {row["ref"] for row in rows} | {node.ref for _row, nodes in stated for node in nodes}
        self._judge([(row, nodes) for row, nodes in stated if not row.is_refused])

    def _before(self) -> tuple[dict[tuple[str, str, str], str], set[str]]:
        """What the plan has: (number above, kind, folded title) → number; and all numbers that it ever gave."""
        items = self._plan.items.select_related("parent")
        known = {
            (item.parent.ref if item.parent else "", item.kind, fold(item.title)): item.ref
            for item in items if item.withdrawn_at is None
        }  # fmt: skip
        return known, {item.ref for item in items}

    def _set_aside_below(self, rows: Sequence[Row], stated: Sequence[tuple[Row, list[Node]]]) -> None:
        """Refuse what stands under a refused row, unless the plan has that item already."""
        fine = {nodes[-1].ref for row, nodes in stated if not row.is_refused} | self._known.keys()
        refused = {row["ref"]: row.number for row in rows if row.is_refused and row["ref"] not in fine}
        below: dict[str, list[tuple[Row, Node]]] = {}
        for row, nodes in stated:
            if not row.is_refused:
                below.setdefault(nodes[-1].parent, []).append((row, nodes[-1]))
        waiting = list(refused)
        while waiting:
            above = waiting.pop()
            for row, node in below.pop(above, ()):
                row.refuse(
                    "parent", IssueKind.REQUIRED,
                    _("The item stands under %(ref)s, whose row %(row)s is refused. Mend that row; this one needs no"
                      " change.") % {"ref": above, "row": refused[above]},
                )  # fmt: skip
                refused.setdefault(node.ref, row.number)
                waiting.append(node.ref)

    def _judge(self, stated: Sequence[tuple[Row, list[Node]]]) -> None:
        """Refuse every row whose items cannot stand in one tree, and name the others."""
        every: dict[tuple[str, str] | int, tuple[Row, Node]] = {}
        for row, nodes in stated:
            for node in nodes:  # a list may state an item twice; in levels each row names those above it again
                every.setdefault(id(node), (row, node))
        by_place = {str(index): (row, node) for index, (row, node) in enumerate(every.values())}
        terms = [_bare(node, place) for place, (_row, node) in by_place.items()]
        for fault in rules.faults_of(terms, self._known):
            row, node = by_place[fault.source_row]
            column = node.kind if not self._is_list else "parent" if node.parent else "ref"
            row.refuse(column, IssueKind.RULE_BROKEN, fault.sentence)
            self._at_fault += 1
        for row, nodes in stated:
            if not row.is_refused:
                row.key = nodes[-1].ref
                row.found["refs"] = [node.ref for node in nodes]
                self._nodes |= {node.ref: node for node in nodes}

    def leave(self, keys: Collection[str], log: IssueLog) -> None:
        """Refuse the file where its items are no tree; else say which items of the plan it does not name."""
        if self._at_fault:
            raise FileRefused(
                IssueKind.RULE_BROKEN,
                _("The items of the file do not make one tree. Each item at fault is named with its row (%(count)s)."
                  " Nothing of the file is stored: mend them and import it again.") % {"count": self._at_fault},
            )  # fmt: skip
        if missing := [ref for ref in self._known if ref not in self._named]:
            log.warn(
                IssueKind.REPORTED_BEFORE,
                _("%(count)s items of the plan are not in this file, such as %(refs)s. They stay; withdraw on the"
                  " plan's page what no longer holds.") % {"count": len(missing), "refs": ", ".join(missing[:_TOLD])},
            )  # fmt: skip

    # --- row by row --------------------------------------------------------------------------------------------------

    def check(self, rows: Sequence[Row]) -> None:
        """Look up institutions and places: what is unknown is kept as text, with a warning."""
        for row in rows:
            named = [self._nodes[ref] for ref in row.found["refs"]]
            for node in (each for each in named if each.row is row or each is named[-1]):
                if said := node.facts.get("institution"):
                    _found, kind, sentence = self._institution(said)
                    if sentence:
                        row.warn("institution", kind, sentence)
                for name in ("space", "municipality", "place"):
                    if said := node.facts.get(name):
                        _found_place, kind, sentence = self._place_of(name, said)
                        if sentence:
                            row.warn(name, kind, sentence)

    def _resolve_institution(self, said: str) -> tuple[Institution | None, IssueKind, str]:
        self._directory = self._directory or Directory(clock.today())
        province = self._plan.province_id or (self._plan.space.province_id if self._plan.space else None)
        found = self._directory.resolve(said)
        if len(found.matches) != 1 and province:
            found = self._directory.resolve(said, province=province)
        if found.institution:
            return found.institution, IssueKind.UNKNOWN_INSTITUTION, ""
        if found.matches:
            codes = ", ".join(sorted(match.institution.pk for match in found.matches)[:_TOLD])
            return (
                None,
                IssueKind.AMBIGUOUS,
                _("%(name)s may mean %(codes)s; the name is kept as text. Write the code to settle it.")
                % {"name": said, "codes": codes},
            )
        like = "; ".join(f"{each.institution.name} ({each.institution.pk})" for each in found.suggestions[:3])
        sentence = _("The register knows no institution %(name)s; the name is kept as text.") % {"name": said}
        near = _("It may be: %(near)s. Write the code.") % {"near": like} if like else ""
        return None, IssueKind.UNKNOWN_INSTITUTION, f"{sentence} {near}".strip()

    def _resolve_place(self, target: str, said: str) -> tuple[tuple[str, str], IssueKind, str]:
        """((space, municipal area), kind, warning) that a name means; texts are looked up where no column has codes."""
        if target == "place" and self._has_codes:
            return ("", ""), IssueKind.UNKNOWN_PLACE, ""
        levels = {"space": (Level.SPACE,), "municipality": (Level.MUNICIPAL_AREA,)}
        for level in levels.get(target, (Level.MUNICIPAL_AREA, Level.SPACE)):
            found = [each.code for each in gazetteer().resolve(said, level=level)]
            if len(found) == 1:
                place = (found[0], "") if level == Level.SPACE else ("", found[0])
                return place, IssueKind.UNKNOWN_PLACE, ""
            if found:
                return (
                    ("", ""),
                    IssueKind.AMBIGUOUS,
                    _("%(name)s may mean %(codes)s; it is kept as text. Write the code to settle it.")
                    % {"name": said, "codes": ", ".join(found[:_TOLD])},
                )
        sentence = _("The register knows no place %(name)s; it is kept as text.") % {"name": said}
        return ("", ""), IssueKind.UNKNOWN_PLACE, sentence

    # --- store -------------------------------------------------------------------------------------------------------

    def accept(self, rows: Iterator[Row], *, run: ImportRun, by: Actor) -> None:
        """Write the items of new and changed rows at once: all or none."""
        wanted: dict[str, Node] = {}
        for row in rows:
            row.subject = row.key
            wanted |= {ref: self._nodes[ref] for ref in row.found["refs"]}
        plan = SourcePlan.objects.get(pk=self._plan.pk)
        standing = queries.known_refs(plan)
        for ref in list(wanted):  # an item above that was withdrawn since comes back with what stands under it
            while (ref := self._nodes[ref].parent) and ref in self._nodes and ref not in standing and ref not in wanted:
                wanted[ref] = self._nodes[ref]
        if not wanted:
            return
        held = {item.ref: item for item in plan.items.filter(ref__in=wanted)}
        order = {ref: index for index, ref in enumerate(self._nodes)}
        areas = {area.pk: area for area in MunicipalArea.objects.select_related("space")}
        spaces = {space.pk: space for space in Space.objects.all()}
        items = [
            self._terms(wanted[ref], held.get(ref), spaces, areas) for ref in sorted(wanted, key=order.__getitem__)
        ]
        reason = _("Imported from %(file)s") % {"file": self._file}
        actions.write_items(plan, items, revision=plan.revision, reason=reason, by=by, run=run)

    def _terms(
        self, node: Node, held: PlanItem | None, spaces: Mapping[str, Space], areas: Mapping[str, MunicipalArea]
    ) -> ItemTerms:
        facts = node.facts
        said = facts.get("institution", "")
        institution = self._institution(said)[0] if said else None
        space, area = "", ""
        unknown: list[str] = []
        for name in ("space", "municipality", "place"):
            if text := facts.get(name):
                found_space, found_area = self._place_of(name, text)[0]
                space, area = space or found_space, area or found_area
                if name != "place" and not (found_space or found_area):
                    unknown.append(text)
        told = {
            "title": node.title, "description": facts.get("description", ""), "unit": facts.get("unit", ""),
            "baseline": facts.get("baseline", ""), "target": facts.get("target", ""),
            "place_text": ", ".join([*unknown, *filter(None, [facts.get("place")])])[:_LONGEST_PLACE],
        }  # fmt: skip
        if held:  # a table has no line breaks, no runs of spaces and composed signs: that is no change
            told |= {name: before for name in _TEXTS if _tidy(before := getattr(held, name)) == told[name]}
        others = {key: value for key, value in (held.external_ids if held else {}).items() if key != RESPONSIBLE}
        return ItemTerms(
            ref=node.ref, kind=node.kind, parent_ref=node.parent, institution=institution, space=spaces.get(space),
            municipal_area=areas.get(area), start_year=facts.get("first_year"), finish_year=facts.get("last_year"),
            basis=facts.get("basis") or "", cost=facts.get("cost"),
            external_ids=others | ({RESPONSIBLE: said} if said and institution is None else {}),
            source_row=f"{node.row.sheet} {node.row.number}".strip()[:120], **told,
        )  # fmt: skip


def _bare(node: Node, place: str = "") -> ItemTerms:
    """What the rules judge: nothing that is looked up."""
    return ItemTerms(
        node.ref, node.kind, node.title, node.parent, start_year=node.facts.get("first_year"),
        finish_year=node.facts.get("last_year"), cost=node.facts.get("cost"), source_row=place,
    )  # fmt: skip


def _tidy(text: str) -> str:
    """A text as a cell gives it back: one space at a time, signs in their composed form."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _plain(text: str) -> str:
    """A text without the apostrophe that our own CSV puts before what a spreadsheet would run."""
    return text[1:] if text.startswith("'") and (is_formula_text(text[1:]) or text[1:2] in "=+-@＝＋－＠") else text


def _missing(head: TableHead, sentence: str) -> FileRefused:
    there = _("The file has: %(there)s.") % {"there": ", ".join(head.headers)[:600]}
    return FileRefused(IssueKind.MISSING_COLUMN, f"{sentence} {there}", sheet=head.sheet)
