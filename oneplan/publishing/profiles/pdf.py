"""The profile as a tagged PDF (PDF/UA-1): one A4 page, or every chapter. One template sets both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.indicators.profile import Profile
from oneplan.indicators.profile.parts import ChapterOf, Figure, Line
from oneplan.indicators.profile.words import answer, borders_words, notes_of, people, shaded
from oneplan.publishing import maps
from oneplan.publishing.briefs.page import drawing
from oneplan.publishing.briefs.standing import columns
from oneplan.publishing.charts import Drawing
from oneplan.publishing.pdf.blocks import (
    Block,
    Cell,
    Pages,
    chapter,
    day,
    facts,
    heading,
    muted,
    notice,
    strong,
    table,
    words,
)
from oneplan.publishing.pdf.compiler import compile_pdf
from oneplan.publishing.pdf.document import site_address
from oneplan.spaces.queries import SpaceMap

TEMPLATE = "profile.typ"
_KEYS_ON_ONE_PAGE = 3  # of a chapter
_MAPS_OF_CHAPTER = 3
_MAP_MM = 44


@dataclass(frozen=True)
class Prepared:
    """What the template is given, and the date that is written into the file."""

    data: dict[str, Any]
    pictures: dict[str, str]
    at: datetime


def one_page_profile_pdf(told: Profile, drawn: SpaceMap, *, on: date) -> bytes:
    """Key figures of each chapter, what stands out, the map, the peers and who is asked, on one A4 page."""
    ready = one_page(told, drawn, on=on)
    return compile_pdf(TEMPLATE, ready.data, ready.pictures, at=ready.at)


def full_profile_pdf(told: Profile, drawn: SpaceMap, *, on: date) -> bytes:
    """Every chapter with every indicator."""
    ready = full(told, drawn, on=on)
    return compile_pdf(TEMPLATE, ready.data, ready.pictures, at=ready.at)


def _meta(told: Profile, on: date, title: str, *, is_one_page: bool) -> dict[str, Any]:
    permalink = f"{site_address()}/spaces/{told.code}/profile/{'' if is_one_page else 'full/'}"
    edition = _("Build of observations %(build)s") % {"build": told.edition}
    return {
        "title": title, "author": "OnePlan", "description": answer(told),
        "lang": (get_language() or "en").split("-")[0],
        "keywords": ["District Development Model", told.name, told.code], "running": title,
        "heading": title, "kicker": _("District Development Model"), "sub": f"{told.code} · {told.province}",
        "banner": _("SAMPLE – some figures are invented") if told.is_sample else "", "watermark": "",
        "permalink": permalink, "page-words": _("Page %(page)s of %(pages)s"), "contents": _("Chapters"),
        "footer": f"{permalink} · {edition}", "as-at": _("Made on %(day)s") % {"day": day(on)},
        "is-one-page": is_one_page,
    }  # fmt: skip


# --- one page --------------------------------------------------------------------------------------------------------


def one_page(told: Profile, drawn: SpaceMap, *, on: date) -> Prepared:
    """The data and picture of the one page."""
    pages = Pages()
    meta = _meta(told, on, _("%(space)s in figures") % {"space": told.name}, is_one_page=True)
    left = [drawing(pages, people_map(told, drawn, letters=1.5), height_mm=42)] if drawn.shapes else []
    blocks = [
        words(answer(told), style="lead"),
        columns(left, [heading(_("What stands out")), *_stands_out(told), heading(_("Its fair peers")), *_peers(told)]),
        heading(_("Key figures, chapter by chapter")),
        _keys(told),
        words(_reading(told), style="muted"),
        heading(_("Who is asked for what is missing")),
        words(_who(told), style="muted"),
    ]  # fmt: skip
    return Prepared({"meta": meta, "blocks": blocks}, pages.pictures, datetime.combine(on, time(), tzinfo=UTC))


def _keys(told: Profile) -> Block:
    rows: list[list[Cell]] = []
    for each in told.chapters:
        rows.append([strong(each.told.title), *([strong(_("no data"))] if not each.has_data else [""]), "", "", "", ""])
        for line in each.keys[:_KEYS_ON_ONE_PAGE]:
            around = [one.figure.shown if one.figure else "–" for one in line.around]
            rows.append([line.defined.title, strong(said(line.figure)), *around, peers_said(line), muted(_of(line))])
    heads = [
        (_("Indicator"), "1fr"), (told.name, ">18mm"), (told.province, ">18mm"), (_("South Africa"), ">18mm"),
        (_("Peers: middle (range)"), ">33mm"), (_("Source, year · borders of"), "46mm"),
    ]  # fmt: skip
    return table(heads, rows)


def _of(line: Line) -> str:
    """Where a figure comes from, as short as it can be said; what is not official is marked."""
    figure = line.figure
    if figure is None:
        return ""
    mark = "†" if figure.is_sample else "" if figure.is_sure else "*"
    told = [figure.source, *([] if figure.period in figure.source else [figure.period]), figure.borders]
    return f"{' · '.join(filter(None, told))}\u00a0{mark}".strip("\u00a0")


def _reading(told: Profile) -> str:
    return " ".join(filter(None, [
        _("* published by others than the official source, provisional or modelled; † sample."),
        _("A count goes with the size of a place and is not set beside peers."), borders_words(told),
    ]))  # fmt: skip


def _who(told: Profile) -> str:
    """Chapters by the post that is asked."""
    by_post: dict[str, list[str]] = {}
    for each in told.missing:
        by_post.setdefault(each.who, []).append(each.told.title)
    return " ".join(f"{', '.join(titles)}: {asked}" for asked, titles in by_post.items())


# --- in full ---------------------------------------------------------------------------------------------------------


def full(told: Profile, drawn: SpaceMap, *, on: date) -> Prepared:
    """The data and pictures of the full profile."""
    pages = Pages()
    meta = _meta(told, on, _("Profile of %(space)s") % {"space": told.name}, is_one_page=False)
    if drawn.shapes:
        pages.figure(people_map(told, drawn), height_mm=78)
    pages.add(
        facts([
            (_("What it holds"), answer(told)), (_("Borders"), borders_words(told) or _("unknown")),
            (_("Build of observations"), told.edition), (_("Made on"), day(on)),
        ]),
        heading(_("What stands out")), *_stands_out(told), heading(_("Its fair peers")), *_peers(told),
    )  # fmt: skip
    opening, pages.blocks = pages.blocks, []
    for each in told.chapters:
        _chapter(pages, each, drawn)
    _annexes(pages, told)
    return Prepared(
        {"meta": meta, "opening": opening, "blocks": pages.blocks}, pages.pictures,
        datetime.combine(on, time(), tzinfo=UTC),
    )  # fmt: skip


def _chapter(pages: Pages, each: ChapterOf, drawn: SpaceMap) -> None:
    pages.add(chapter(each.told.title, number=each.told.number))
    if not each.has_data:
        pages.add(notice(f"{each.told.missing} {each.asked}".strip(), tone="missing", title=_("No data.")))
    else:
        pages.add({"k": "measures", "rows": [_measure(line) for line in each.lines]})
        _areas(pages, each, drawn)
    if each.measures:
        pages.add({
            "k": "list", "title": _("Worked out by a published method"),
            "lines": [measure.sentence for measure in each.measures],
        })  # fmt: skip
    if each.unknown:
        pages.add({
            "k": "list", "title": _("Without a value here"), "lines": [line.sentence for line in each.unknown],
        })  # fmt: skip
    if each.has_data and each.asked:
        pages.add(notice(f"{each.told.missing} {each.asked}".strip(), tone="quiet", title=_("What is missing")))


def _measure(line: Line) -> dict[str, Any]:
    figure = line.figure
    beside = [[each.name, each.figure.shown if each.figure else each.why] for each in line.around]
    if line.peers:
        label = _("Middle of %(n)s peers (lowest to highest)") % {"n": line.peers.count}
        beside.append([label, peers_said(line)])
    if len(line.trend) > 1:
        beside.append([_("Over time"), "; ".join(f"{each.period}: {each.shown}" for each in line.trend)])
    return {
        "title": line.defined.title, "figure": said(figure), "notes": " · ".join(notes_of(line)),
        "sentence": line.sentence, "beside": beside,
        "href": f"{site_address()}{figure.address}" if figure and site_address() else "",
        "broken": [
            [each.label, "; ".join(f"{category} {one.shown}" for category, one in each.rows)]
            for each in line.breakdowns
        ],
    }  # fmt: skip


def _areas(pages: Pages, each: ChapterOf, drawn: SpaceMap) -> None:
    """The indicators of a chapter by municipal area, one table for the areas of each demarcation, and small maps."""
    by_areas: dict[tuple[str, tuple[str, ...]], list[Line]] = {}
    for line in each.lines:
        if line.parts and line.figure:
            by_areas.setdefault((line.figure.borders, tuple(part.name for part in line.parts)), []).append(line)
    if not by_areas:
        return
    pages.add(heading(_("By municipal area")))
    if drawn.shapes:
        mapped = [line for line in each.keys if line.parts][:_MAPS_OF_CHAPTER]
        if mapped:
            pages.figures(*(area_map(drawn, line) for line in mapped), height_mm=_MAP_MM)
            pages.add(words(f"{shading_words()} {maps.credit(drawn)}", style="muted"))
    for (borders, names), lines in by_areas.items():
        pages.add(
            table(
                [(_("Indicator"), "1.7fr"), *((name, ">1fr") for name in names)],
                [
                    [f"{line.defined.title} ({_time(line)})", *(part.figure.shown for part in line.parts)]
                    for line in lines
                ],
                title=_("On the borders of %(year)s") % {"year": borders} if borders else "",
            )
        )


def _time(line: Line) -> str:
    return line.figure.period if line.figure else ""


def area_map(drawn: SpaceMap, line: Line, *, letters: float = 1.6) -> Drawing:
    """The municipal areas of today by one indicator, in five classes; `shading_words` and the credit go with it."""
    values = {code: (part.shade, part.figure.shown) for code, part in shaded(line).parts.items()}
    return maps.values_by_area(
        drawn, values, title=line.defined.title, subtitle=f"{' · '.join(notes_of(line))}.", letters=letters,
        with_names=False,
    )  # fmt: skip


def shading_words() -> str:
    """What the shades of such maps mean."""
    return _("Darker is higher, in five equal steps from the lowest to the highest area of each map; white: no value.")


def _annexes(pages: Pages, told: Profile) -> None:
    lines = [line for each in told.chapters for line in each.lines]
    pages.add(
        chapter(_("Sources and their errors")),
        table(
            [(_("Source"), "1fr"), (_("As at"), "22mm"), (_("Published as"), "1.4fr"), (_("Error"), "1.6fr")],
            [[strong(name), day(on), ref, margin or _("unknown")] for name, ref, on, margin in told.sources],
        ),
        chapter(_("Definitions")),
        table(
            [(_("Indicator"), "1fr"), (_("Definition"), "2fr"), (_("Who answers for the figures"), "1fr")],
            [
                [f"{line.defined.title} ({line.unit})", line.defined.definition, line.defined.owner]
                for line in lines
            ],
        ),
    )  # fmt: skip


# --- both ------------------------------------------------------------------------------------------------------------


def _stands_out(told: Profile) -> Sequence[Block]:
    out = told.stands_out
    if out.findings:
        said: Block = {"k": "list", "title": "", "lines": [each.sentence for each in out.findings]}
    elif out.why:
        said = words(out.why)
    else:
        said = words(_("Nothing: all %(n)s figures that could be tested lie as those of like places do.") % {
            "n": out.tested
        })  # fmt: skip
    return [said, words(out.rule, style="muted")]


def _peers(told: Profile) -> Sequence[Block]:
    named = ", ".join(name for _code, name, _persons in told.peer_names)
    return [*([words(named)] if named else []), words(told.peers.sentence, style="muted")]


def peers_said(line: Line) -> str:
    return f"{line.peers.middle} ({line.peers.lowest} – {line.peers.highest})" if line.peers else "–"


def said(figure: Figure | None) -> str:
    return figure.shown if figure else _("unknown")


def people_map(told: Profile, drawn: SpaceMap, *, letters: float = 1) -> Drawing:
    where = people(told)
    if not where.parts:
        return maps.municipal_areas(drawn, name=told.name, letters=letters)
    values = {code: (part.shade, part.figure.shown) for code, part in where.parts.items()}
    line = next(line for each in told.chapters for line in each.lines if line.code == "population")
    return maps.values_by_area(
        drawn,
        values,
        title=where.title,
        subtitle=f"{' · '.join(notes_of(line))}. {maps.credit(drawn)}",
        letters=letters,
    )
