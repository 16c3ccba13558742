"""The 52 spaces by indicators: the level of each beside its own peers, and whether it moved. No league table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oneplan.access.middleware import ActorHttpRequest
from oneplan.indicators import queries
from oneplan.indicators.comparing.peers import RULE
from oneplan.indicators.comparing.standing import BANDS, Block, Cell, Course, blocks_of, scorecard
from oneplan.indicators.comparing.values import Direction
from oneplan.indicators.comparison import HEADLINES, Compared, compared, figures_asked, known_codes
from oneplan.indicators.forms import figures_field
from oneplan.indicators.registry import Defined, chapters, in_chapter, registry
from oneplan.indicators.words import linked, unit_of
from oneplan.periods import clock
from oneplan.platform.web.lists import paginate
from oneplan.platform.web.numerals import grouped
from oneplan.platform.web.responses import csv_response
from oneplan.spaces.choices import Category
from oneplan.warehouse.connection import NothingBuilt

COLUMNS = 10  # indicators beside each other
_SIGNS = {
    Course.IMPROVED: "▲", Course.WORSENED: "▼", Course.ROSE: "↑", Course.FELL: "↓", Course.NOT_CLEAR: "≈",
    Course.NOT_COMPARABLE: "≠",
}  # fmt: skip


class ScoreFilter(forms.Form):
    """Which indicators stand in the columns."""

    chapter = forms.ChoiceField(
        label=gettext_lazy("Indicators"), required=False,
        choices=lambda: [("", _("the best known")), *((each.code, each.title) for each in chapters())],
    )  # fmt: skip
    sample = figures_field()


@dataclass(frozen=True)
class Head:
    """A column."""

    defined: Defined
    unit: str
    direction: str


@dataclass(frozen=True)
class Group:
    """A block of spaces of like category and size, with its rows written out."""

    words: str
    rows: SafeString


@require_safe
def scorecard_page(request: ActorHttpRequest) -> HttpResponseBase:
    """The matrix, or all of it as CSV."""
    form = ScoreFilter(request.GET)
    form.is_valid()
    chapter = form.cleaned_data.get("chapter", "")
    codes = known_codes(request.GET.getlist("indicator")) or [each.code for each in in_chapter(chapter)] or [*HEADLINES]
    is_file = request.GET.get("format") == "csv"
    page = paginate(request, codes, COLUMNS)
    context: dict[str, Any] = {"form": form, "now": clock.now(), "edition": queries.edition(), "page": page}
    try:
        is_sample, has_choice = figures_asked(request.GET.get("sample", ""), by=request.actor)
        if not has_choice:
            del form.fields["sample"]
        found = compared(codes if is_file else list(page), by=request.actor, is_sample=is_sample)
    except NothingBuilt as nothing:
        return render(request, "indicators/scorecard.html", {**context, "nothing": nothing.sentence})
    cells = scorecard(list(found.columns.values()), found.peers)
    blocks = blocks_of(found.places)
    if is_file:
        return csv_response(_lines(found, cells, blocks, is_sample), "scorecard")
    context |= {
        "is_sample": is_sample,
        "heads": [_head(registry()[code]) for code in found.codes],
        "groups": [Group(_block_words(block), _rows(found, cells, block)) for block in blocks],
        "courses": [(sign, course_words(course)) for course, sign in _SIGNS.items()],
        "rule": " ".join(RULE.sentence(category) for category in ("C",)), "bands": BANDS,
    }  # fmt: skip
    return render(request, "indicators/scorecard.html", context)


def course_words(course: Course) -> str:
    """How a space moved, in words."""
    return {
        Course.IMPROVED: _("got better"), Course.WORSENED: _("got worse"), Course.ROSE: _("rose"),
        Course.FELL: _("fell"), Course.NOT_CLEAR: _("no clear change"),
        Course.NOT_COMPARABLE: _("the earlier figure may not be compared"),
        Course.UNKNOWN: _("no earlier figure"),
    }[course]  # fmt: skip


def _head(defined: Defined) -> Head:
    words = {"higher": _("higher is better"), "lower": _("lower is better"), "none": _("neither is better")}
    return Head(defined, unit_of(defined), words[str(defined.direction)])


def _block_words(block: Block) -> str:
    category = str(Category(block.category).label) if block.category else _("Category unknown")
    if block.smallest is None or block.largest is None:
        return _("%(category)s, population unknown") % {"category": category}
    return _("%(category)s, %(least)s to %(most)s persons") % {
        "category": category, "least": grouped(block.smallest, 0), "most": grouped(block.largest, 0),
    }  # fmt: skip


def _rows(found: Compared, cells: dict[tuple[str, str], Cell], block: Block) -> SafeString:
    """The rows of a block. Written here: there are hundreds of cells."""
    rows = []
    for place in block.places:
        name = f'<a href="/spaces/{escape(place.code)}/">{escape(place.name)}</a>'
        inner = "".join(_cell(found, cells[place.code, code]) for code in found.codes)
        rows.append(
            f'<tr><th scope="row" class="card-first words">{name} <span class="code muted">{escape(place.code)}</span>'
            f"</th>{inner}</tr>"
        )
    return mark_safe("\n".join(rows))  # noqa: S308 - every value is escaped above


def _cell(found: Compared, cell: Cell) -> str:
    label = escape(cell.measured.title)
    value = found.values.get((cell.measured.code, cell.place, cell.standing.period)) if cell.standing else None
    if value is None:
        unknown = f'<span class="unknown">{escape(_("unknown"))}</span>'
        return f'<td class="numeric card-line" data-label="{label}">{unknown}</td>'
    said, shade = "", ""
    if cell.band:
        said = escape(_("%(band)s of %(bands)s") % {"band": cell.band, "bands": BANDS})
        shade = f" score {shade_of(cell)}"
    if sign := _SIGNS.get(cell.course):
        words = escape(course_words(cell.course))
        said += f' <span title="{words}">{sign}<span class="visually-hidden"> {words}</span></span>'
    return (
        f'<td class="numeric card-line{shade}" data-label="{label}">{linked(cell.measured, value)}'
        f' <span class="score-line small">{said}</span></td>'
    )


def shade_of(cell: Cell) -> str:
    """Dark for the worst fifth among the peers; where neither is better, for the highest."""
    band = cell.band or 1
    return f"seq-{band if cell.measured.direction == Direction.NEITHER else BANDS + 1 - band}"


def _lines(
    found: Compared, cells: dict[tuple[str, str], Cell], blocks: Sequence[Block], is_sample: bool
) -> list[list[Any]]:
    head = [
        "space", "label", "group", "indicator", "title", "unit", "year", "value", "fifth_among_peers", "peers",
        "change_a_year", "course", "peer_codes", "sample",
    ]  # fmt: skip
    lines: list[list[Any]] = [list(head)]
    for block in blocks:
        for place in block.places:
            for code in found.codes:
                cell, defined = cells[place.code, code], registry()[code]
                standing = cell.standing
                lines.append([
                    place.code, place.name, _block_words(block), code, defined.title, str(defined.unit),
                    standing.period.label if standing else None, standing.value if standing else None, cell.band,
                    cell.peers, cell.change, str(cell.course), " ".join(found.peers[place.code].codes), is_sample,
                ])  # fmt: skip
    return lines
