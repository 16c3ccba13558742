"""A pack as a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oneplan.publishing.packs.content import Pack, Section, Table
from oneplan.publishing.pdf.blocks import Block, Pages, chapter, day, facts, heading, notice, strong, table, words
from oneplan.publishing.pdf.compiler import compile_pdf
from oneplan.publishing.pdf.document import site_address


def pack_pdf(pack: Pack) -> bytes:
    """The bytes. The same content gives the same bytes."""
    pages = Pages()
    opening: list[Block] = [words(pack.answer, style="lead")]
    if pack.restricted:
        opening.append(notice(pack.restricted, tone="part", title=_("Who may read this")))
    opening.append(facts(pack.facts))
    for section in pack.sections:
        _section(pages, section)
    at = datetime.combine(pack.on, time(), tzinfo=UTC)
    return compile_pdf("pack.typ", {"meta": _meta(pack), "opening": opening, "blocks": pages.blocks}, pages.pictures, at=at)


def _meta(pack: Pack) -> dict[str, Any]:
    return {
        "title": f"{pack.title} ({pack.banner})" if pack.banner else pack.title, "author": "OnePlan",
        "description": pack.answer, "keywords": ["District Development Model", pack.subtitle],
        "lang": (get_language() or "en").split("-")[0], "running": pack.title, "banner": pack.banner, "watermark": "",
        "permalink": f"{site_address()}{pack.page}", "page-words": _("Page %(page)s of %(pages)s"),
        "contents": _("Contents"), "kicker": _("District Development Model"), "heading": pack.title,
        "sub": f"{pack.subtitle} · {_('As at %(day)s') % {'day': day(pack.on)}}",
    }  # fmt: skip


def _section(pages: Pages, section: Section) -> None:
    pages.add(chapter(section.title) if section.level == 1 else heading(section.title, level=section.level))
    if section.paragraphs:
        pages.add(words("\n\n".join(section.paragraphs)))
    if section.points:
        pages.add({"k": "list", "title": "", "lines": list(section.points)})
    if section.drawing:
        pages.figure(section.drawing)
    for each in section.tables:
        pages.add(_table(each))


def _table(told: Table) -> Block:
    columns = [(head.label, f"{'>' if head.is_number else ''}{head.weight}fr") for head in told.heads]
    rows = [[strong(row[0]), *row[1:]] for row in told.rows]
    return table(columns, rows, title=told.title, note=told.note, total=told.total)
