"""The table of a measure: its order, its rows on the page, and its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from oneplan.indicators.choices import Level
from oneplan.indicators.computed.space import Cluster
from oneplan.indicators.tables import sources, tables
from oneplan.indicators.words import value_address
from oneplan.indicators.worked.catalogue import Measure
from oneplan.indicators.worked.drawing import DARKER_LOW, cluster_words, shown
from oneplan.indicators.worked.results import Column, Line, Number, Role, Worked
from oneplan.platform.web.lists import Sorting
from oneplan.platform.web.sheets import Sheet

Clusters = Mapping[str, Cluster]


def ordered(worked: Worked, asked: str) -> tuple[list[Line], Sorting]:
    """The lines by a column, what is unknown last. Unasked: by the measure, where need is greatest first."""
    keys = {column.code: at for at, column in enumerate(worked.columns)}
    key = asked.removeprefix("-")
    if key == "place":
        lines = sorted(worked.lines, key=lambda line: line.place.label, reverse=asked.startswith("-"))
        return lines, Sorting(asked, ())
    if key not in keys:
        key = worked.columns[worked.first].code
        asked = key if worked.code in DARKER_LOW else f"-{key}"
    at = keys[key]
    known = [line for line in worked.lines if line.numbers[at].value is not None]
    known.sort(key=lambda line: line.numbers[at].value or 0.0, reverse=asked.startswith("-"))
    return [*known, *(line for line in worked.lines if line.numbers[at].value is None)], Sorting(asked, ())


def head(worked: Worked, clusters: Clusters | None = None) -> list[tuple[str, str, bool]]:
    """(key or "", label, whether numbers) of each column."""
    heads = [("place", _("Place"), False)]
    if clusters is not None:
        heads.append(("", _("Among its neighbours"), False))
    return heads + [(column.code, column.label, True) for column in worked.columns]


def written(worked: Worked, lines: Sequence[Line], here: str = "", clusters: Clusters | None = None) -> SafeString:
    """The rows of the table. Written here, without a template for each cell: there are hundreds."""
    return mark_safe("\n".join(_row(worked, line, here, clusters) for line in lines))  # noqa: S308 - all of it is escaped


def _row(worked: Worked, line: Line, here: str, clusters: Clusters | None) -> str:
    place = line.place
    name = escape(place.label)
    if place.level == Level.SPACE:
        name = f'<a href="/spaces/{escape(place.code)}/">{name}</a>'
    inside = ", ".join(filter(None, (place.space if place.level == Level.MUNICIPAL_AREA else "", place.province)))
    told = f'<span class="code muted">{escape(place.code)}</span>'
    if place.level in (Level.SPACE, Level.MUNICIPAL_AREA):
        told += f' <span class="muted small">{escape(inside)}</span>'
    if line.why:
        told += f'<span class="told small">{escape(line.why)}</span>'
    cells = [f'<th scope="row" class="card-first words">{name} {told}</th>']
    if clusters is not None:
        named = clusters.get(place.code)
        said = escape(cluster_words(named)) if named else "–"
        if named and named is not Cluster.NONE:
            said = f"<b>{said}</b>"
        cells.append(f'<td data-label="{escape(_("Among its neighbours"))}">{said}</td>')
    cells += [_cell(column, number) for column, number in zip(worked.columns, line.numbers, strict=True)]
    marked = ' class="is-here"' if place.code == here else ""
    return f"<tr{marked}>{''.join(cells)}</tr>"


def _cell(column: Column, number: Number) -> str:
    said = escape(shown(column, number.value))
    if number.value is None:
        said = f'<span class="unknown">{said}</span>' if number.of or column.role == Role.INPUT else "–"
    if number.of:
        said = f'<a class="num-link" href="{escape(value_address(number.of))}">{said}</a>'
    more = " card-more" if column.role == Role.INPUT else ""
    return f'<td class="numeric{more}" data-label="{escape(column.label)}">{said}</td>'


def sheet_of(
    worked: Worked, lines: Sequence[Line], measure: Measure, edition: str, address: str,
    clusters: Clusters | None = None,
) -> Sheet:  # fmt: skip
    """The measure as a file: every number, the page of every value that went in, and the method in every row."""
    columns = ["place", "label", "level", "province", "space", "boundary", "period"]
    columns += ["cluster"] if clusters is not None else []
    columns += [column.code for column in worked.columns] + ["why_unknown", "inputs"]
    rows: list[list[Any]] = []
    for line in (*lines, *worked.around):
        place = line.place
        row: list[Any] = [
            place.code, place.label, str(place.level), place.province, place.space, worked.offer.boundary,
            str(worked.offer.when),
        ]  # fmt: skip
        if clusters is not None:
            row.append(str(clusters.get(place.code, "")))
        addresses = " ".join(dict.fromkeys(value_address(number.of) for number in line.numbers if number.of))
        rows.append([*row, *(number.value for number in line.numbers), line.why, addresses])
    about = {
        "measure": measure.code, "title": measure.title, "quality": worked.quality,
        "method": measure.method, "reference": measure.reference,
        "not_compared_yet": measure.not_compared, "source": sources()[worked.offer.source].title,
        "tables": "; ".join(tables()[each].title for each in worked.tables), "releases": ", ".join(worked.releases),
        "notes": " ".join(worked.notes), "edition": edition, "address": address,
    }  # fmt: skip
    name = f"{measure.code}-{worked.offer.level}-{worked.offer.boundary}-{worked.offer.when}"
    return Sheet(name, columns, rows, frozenset(), about)
