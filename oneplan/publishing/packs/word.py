"""A pack as a Word document: real headings, real tables with repeated heads, to be edited and put into another one."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import date

import docx
from django.utils.translation import gettext as _

from oneplan.publishing.packs.content import Pack, Section, Table
from oneplan.publishing.word import styles
from oneplan.publishing.word.pages import Pages
from oneplan.publishing.word.writing import undated
from oneplan.publishing.words import on as written


@dataclass(frozen=True)
class _Titled:
    """What the frame of the document says."""

    title: str
    banner: str
    as_at: date
    content_hash: str


def pack_word(pack: Pack) -> bytes:
    """The bytes. The same content gives the same bytes."""
    document = docx.Document()
    mark = hashlib.sha256(repr((pack.title, pack.facts, pack.sections)).encode()).hexdigest()[:16]
    styles.dress(document, _Titled(pack.title, pack.banner, pack.on, mark), pack.subtitle)
    pages = Pages(document, pack.title)
    pages.paragraph(pack.title, style="Title")
    pages.paragraph(f"{pack.subtitle} · {_('As at %(day)s') % {'day': written(pack.on)}}", style="Subtitle")
    pages.paragraph(pack.answer)
    if pack.restricted:
        pages.paragraph(pack.restricted, style="Standing")
    pages.facts(pack.facts, _("What this document is"))
    pages.contents()
    for section in pack.sections:
        _section(pages, section)
    pages.fill_contents()
    file = io.BytesIO()
    document.save(file)
    return undated(file)


def _section(pages: Pages, section: Section) -> None:
    pages.heading(section.level, section.title)
    for words in section.paragraphs:
        pages.paragraph(words)
    for point in section.points:
        pages.paragraph(point, style="List Bullet")
    if section.drawing:
        pages.drawing(section.drawing)
    for each in section.tables:
        _table(pages, each)


def _table(pages: Pages, told: Table) -> None:
    whole = sum(head.weight for head in told.heads)
    heads = [(head.label, styles.TEXT_WIDTH_CM * head.weight / whole) for head in told.heads]
    numeric = frozenset(index for index, head in enumerate(told.heads) if head.is_number)
    rows = [*told.rows, *([told.total] if told.total else [])]
    pages.table(told.title, heads, rows, numeric=numeric)
    if told.note:
        pages.paragraph(told.note, style="Source")
