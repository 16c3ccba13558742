"""The full profile as a Word document: real headings, real tables, maps with alternative text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

import docx
from django.utils.translation import gettext as _

from oneplan.indicators.profile import Profile
from oneplan.indicators.profile.parts import ChapterOf, Line
from oneplan.indicators.profile.words import answer, borders_words, notes_of
from oneplan.publishing import maps
from oneplan.publishing.profiles.pdf import area_map, peers_said, people_map, said, shading_words
from oneplan.publishing.word import styles
from oneplan.publishing.word.pages import Pages
from oneplan.publishing.word.writing import undated
from oneplan.publishing.words import on as written
from oneplan.spaces.queries import SpaceMap

_MAP_CM, _SMALL_CM = 8.5, 5.0
_WIDTH_CM = styles.TEXT_WIDTH_CM


@dataclass(frozen=True)
class _Titled:
    """What the frame of the document says."""

    title: str
    banner: str
    as_at: date
    content_hash: str


def profile_word(told: Profile, drawn: SpaceMap, *, on: date) -> bytes:
    """Every chapter with every indicator as a .docx. The same content gives the same bytes."""
    document = docx.Document()
    banner = _("SAMPLE – some figures are invented") if told.is_sample else ""
    title = _("Profile of %(space)s") % {"space": told.name}
    styles.dress(document, _Titled(title, banner, on, told.edition), f"{told.code} · {told.province}")
    pages = Pages(document, title)
    pages.paragraph(title, style="Title")
    pages.paragraph(f"{told.code} · {told.province}", style="Subtitle")
    pages.paragraph(answer(told))
    if drawn.shapes:
        pages.drawing(people_map(told, drawn), height_cm=_MAP_CM)
    pages.facts(
        [
            (_("Borders"), borders_words(told) or _("unknown")), (_("Build of observations"), told.edition),
            (_("Made on"), written(on)),
        ], _("What this document is"),
    )  # fmt: skip
    pages.contents()
    _before(pages, told)
    for chapter in told.chapters:
        _chapter(pages, chapter, drawn)
    _annexes(pages, told)
    pages.fill_contents()
    file = io.BytesIO()
    document.save(file)
    return undated(file)


def _before(pages: Pages, told: Profile) -> None:
    out = told.stands_out
    pages.heading(1, _("What stands out"))
    for each in out.findings:
        pages.paragraph(each.sentence, style="List Bullet")
    if not out.findings:
        pages.paragraph(
            out.why or _("Nothing: all %(n)s figures that could be tested lie as those of like places do.")
            % {"n": out.tested}
        )  # fmt: skip
    pages.paragraph(out.rule, style="Source")
    pages.heading(2, _("Its fair peers"))
    if told.peer_names:
        pages.paragraph(", ".join(name for _code, name, _persons in told.peer_names))
    pages.paragraph(told.peers.sentence, style="Source")


def _chapter(pages: Pages, chapter: ChapterOf, drawn: SpaceMap) -> None:
    pages.heading(1, f"{chapter.told.number}. {chapter.told.title}")
    if not chapter.has_data:
        pages.paragraph(_("No data."), style="Standing")
    if chapter.asked:
        pages.paragraph(f"{chapter.told.missing} {chapter.asked}".strip())
    pages.table(
        _("%(chapter)s: the space beside others") % {"chapter": chapter.told.title},
        [
            (_("Indicator"), 6.0), (_("Here"), 2.2), (_("Province"), 2.2), (_("South Africa"), 2.4),
            (_("Middle of its peers (lowest – highest)"), 4.2),
        ],
        [
            (
                f"{line.defined.title}\n{' · '.join(notes_of(line))}", said(line.figure),
                *(each.figure.shown if each.figure else each.why for each in line.around), peers_said(line),
            )
            for line in chapter.lines
        ], numeric=frozenset(range(1, 5)),
    )  # fmt: skip
    for line in chapter.lines:
        pages.paragraph(line.sentence, style="List Bullet")
    _broken(pages, chapter)
    _areas(pages, chapter, drawn)
    if chapter.measures:
        pages.heading(2, _("Worked out by a published method"))
    for measure in chapter.measures:
        pages.paragraph(measure.sentence, style="List Bullet")
    for line in chapter.unknown:
        pages.paragraph(line.sentence, style="Source")


def _broken(pages: Pages, chapter: ChapterOf) -> None:
    rows = [
        (line.defined.title, each.label, "\n".join(f"{category}: {one.shown}" for category, one in each.rows))
        for line in chapter.lines for each in line.breakdowns
    ]  # fmt: skip
    heads = [(_("Indicator"), 6.0), (_("Breakdown"), 3.5), (_("Figures"), _WIDTH_CM - 9.5)]
    pages.table(_("%(chapter)s by category") % {"chapter": chapter.told.title}, heads, rows)


def _areas(pages: Pages, chapter: ChapterOf, drawn: SpaceMap) -> None:
    by_areas: dict[tuple[str, tuple[str, ...]], list[Line]] = {}
    for line in chapter.lines:
        if line.parts and line.figure:
            by_areas.setdefault((line.figure.borders, tuple(part.name for part in line.parts)), []).append(line)
    if by_areas:
        pages.heading(2, _("By municipal area"))
    if by_areas and drawn.shapes and (mapped := next((line for line in chapter.keys if line.parts), None)):
        pages.drawing(area_map(drawn, mapped), height_cm=_SMALL_CM)
        pages.paragraph(f"{shading_words()} {maps.credit(drawn)}", style="Source")
    for (borders, names), lines in by_areas.items():
        width = (_WIDTH_CM - 4.5) / len(names)
        pages.table(
            _("On the borders of %(year)s") % {"year": borders} if borders else _("By municipal area"),
            [(_("Indicator"), 4.5), *((name, width) for name in names)],
            [
                (f"{line.defined.title} ({line.figure.period if line.figure else ''})",
                 *(part.figure.shown for part in line.parts))
                for line in lines
            ], numeric=frozenset(range(1, len(names) + 1)),
        )  # fmt: skip


def _annexes(pages: Pages, told: Profile) -> None:
    pages.heading(1, _("Sources and their errors"))
    pages.table(
        _("Sources"),
        [(_("Source"), 4.0), (_("As at"), 2.2), (_("Published as"), 5.0), (_("Error"), 5.8)],
        [(name, written(day), ref, margin or _("unknown")) for name, ref, day, margin in told.sources],
    )
    pages.heading(1, _("Definitions"))
    pages.table(
        _("Indicators"),
        [(_("Indicator"), 4.5), (_("Definition"), 8.0), (_("Who answers for the figures"), 4.5)],
        [
            (f"{line.defined.title}\n{line.unit}", line.defined.definition, line.defined.owner)
            for chapter in told.chapters for line in chapter.lines
        ],
    )  # fmt: skip
