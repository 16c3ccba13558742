"""The full profile as a workbook: a row for each figure, with everything that qualifies it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from oneplan.indicators.profile import Profile
from oneplan.indicators.profile.parts import Figure, Line
from oneplan.indicators.profile.words import answer, borders_words
from oneplan.publishing.excel.sheets import Column, Kind, Sheet
from oneplan.publishing.excel.writing import OPTIONS, Frame, Writer
from oneplan.publishing.pdf.document import site_address


def profile_workbook(told: Profile, *, on: date) -> bytes:
    """Every figure of a profile as an .xlsx. The same content gives the same bytes."""
    import xlsxwriter  # here: slow to load, and only workbooks need it

    file = io.BytesIO()
    title = _("Profile of %(space)s") % {"space": told.name}
    banner = _("SAMPLE – some figures are invented") if told.is_sample else ""
    identity = f"{told.code} · {told.province} · {on.isoformat()}"
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties(
            {"title": title, "subject": identity, "author": "OnePlan", "created": datetime.combine(on, time()),
             "comments": banner, "keywords": told.edition}
        )  # fmt: skip
        writer = Writer(book, Frame(title, identity, banner, told.edition))
        tables = list(_sheets(told))
        writer.read_me(_facts(told, on), tables)
        for sheet in tables:
            writer.table(sheet)
    return file.getvalue()


def _facts(told: Profile, on: date) -> list[tuple[str, str]]:
    return [
        (_("Space"), f"{told.name} ({told.code}), {told.province}"), (_("What it holds"), answer(told)),
        (_("Borders"), borders_words(told) or _("unknown")), (_("Its fair peers"), told.peers.sentence),
        (_("What stands out"), "\n".join(each.sentence for each in told.stands_out.findings) or told.stands_out.why or
         _("Nothing: all %(n)s figures that could be tested lie as those of like places do.")
         % {"n": told.stands_out.tested}),
        (_("How that is decided"), told.stands_out.rule), (_("Build of observations"), told.edition),
        (_("Made on"), on.isoformat()),
    ]  # fmt: skip


def _sheets(told: Profile) -> Iterator[Sheet]:
    yield Sheet(_("Indicators"), _("One row for each indicator of the space, those without a value too."), [
        Column(_("Chapter"), width=24), Column(_("Code"), width=24), Column(_("Indicator"), width=40),
        Column(_("Unit"), width=30), Column(_("Here"), Kind.NUMBER, 14, unknown=True), Column(_("Year"), width=10),
        Column(_("Borders"), width=10), Column(_("Quality"), width=24), Column(_("Source"), width=34),
        Column(_("As at"), Kind.DAY, 12), Column(_("Province"), Kind.NUMBER, 14, unknown=True),
        Column(_("South Africa"), Kind.NUMBER, 14, unknown=True), Column(_("Peers: lowest"), width=14),
        Column(_("Peers: middle"), width=14), Column(_("Peers: highest"), width=14),
        Column(_("In one sentence"), width=80), Column(_("Definition"), width=60), Column(_("Fact page"), width=50),
    ], [
        _row(chapter.told.title, line)
        for chapter in told.chapters for line in (*chapter.lines, *chapter.unknown)
    ])  # fmt: skip
    yield Sheet(_("Municipal areas"), _("One row for each indicator and municipal area, on the borders it is told on."),
                _columns(_("Municipal area")), [
        (chapter.told.title, line.code, line.defined.title, f"{part.name} ({part.code})", *_figure(part.figure))
        for chapter in told.chapters for line in chapter.lines for part in line.parts
    ])  # fmt: skip
    yield Sheet(_("By category"), _("One row for each indicator and category of sex, age, population group."),
                _columns(_("Category")), [
        (chapter.told.title, line.code, line.defined.title, f"{each.label}: {category}", *_figure(figure))
        for chapter in told.chapters for line in chapter.lines for each in line.breakdowns
        for category, figure in each.rows
    ])  # fmt: skip
    yield Sheet(_("Over time"), _("Values that may be compared with the newest one of the space."),
                _columns(_("Space")), [
        (chapter.told.title, line.code, line.defined.title, told.name, *_figure(figure))
        for chapter in told.chapters for line in chapter.lines for figure in line.trend
    ])  # fmt: skip
    yield Sheet(_("Measures"), _("What is worked out by a published method, and what cannot be."), [
        Column(_("Chapter"), width=26), Column(_("Code"), width=24), Column(_("Measure"), width=50),
        Column(_("Here"), Kind.NUMBER, 14, unknown=True), Column(_("As it is told"), width=30),
        Column(_("South Africa"), width=20), Column(_("Quality"), width=16),
        Column(_("Time, borders, source"), width=50), Column(_("Why not"), width=80),
    ], [
        (
            chapter.told.title, each.code, each.title, each.value, each.shown, each.country,
            each.quality_words if each.quality else "", each.when, each.why,
        )
        for chapter in told.chapters for each in chapter.measures
    ])  # fmt: skip
    yield Sheet(_("What is missing"), _("What no file holds, and the post that is asked for it."), [
        Column(_("Chapter"), width=26), Column(_("What is missing"), width=90), Column(_("Who is asked"), width=60),
    ], [(each.told.title, each.told.missing, each.asked) for each in told.missing])  # fmt: skip
    yield Sheet(_("Sources"), _("Where the figures come from, and what the sources say of their error."), [
        Column(_("Source"), width=40), Column(_("As at"), Kind.DAY, 12), Column(_("Published as"), width=60),
        Column(_("Error"), width=80, unknown=True),
    ], [(name, day, reference, margin) for name, reference, day, margin in told.sources])  # fmt: skip


def _columns(what: str) -> list[Column]:
    return [
        Column(_("Chapter"), width=24), Column(_("Code"), width=24), Column(_("Indicator"), width=40),
        Column(what, width=30), Column(_("Value"), Kind.NUMBER, 14, unknown=True), Column(_("As shown"), width=16),
        Column(_("Year"), width=10), Column(_("Borders"), width=10), Column(_("Quality"), width=24),
        Column(_("Source"), width=34), Column(_("As at"), Kind.DAY, 12), Column(_("Fact page"), width=50),
    ]  # fmt: skip


def _figure(figure: Figure) -> tuple[object, ...]:
    return (
        figure.value, figure.shown, figure.period, figure.borders, _quality(figure), figure.source, figure.as_at,
        f"{site_address()}{figure.address}",
    )  # fmt: skip


def _quality(figure: Figure) -> str:
    return _("sample data") if figure.is_sample else figure.quality


def _row(chapter: str, line: Line) -> tuple[object, ...]:
    figure = line.figure
    around = [each.figure.value if each.figure else None for each in line.around] or [None, None]
    peers = (line.peers.lowest, line.peers.middle, line.peers.highest) if line.peers else ("", "", "")
    here = (
        (figure.value, figure.period, figure.borders, _quality(figure), figure.source, figure.as_at)
        if figure else (None, "", "", "", "", "")
    )  # fmt: skip
    address = f"{site_address()}{figure.address}" if figure else ""
    return (
        chapter, line.code, line.defined.title, line.unit, *here, *around, *peers, line.sentence,
        line.defined.definition, address,
    )  # fmt: skip
