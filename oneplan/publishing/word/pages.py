"""The document while it is written: headings that the contents find, captions that count, tables and pictures."""

import io
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from oneplan.publishing.charts import Drawing
from oneplan.publishing.pdf.compiler import picture_png
from oneplan.publishing.word import tables
from oneplan.publishing.word.narrative import write_narrative
from oneplan.publishing.word.styles import TEXT_WIDTH_CM

_PPI = 150
_IN_CONTENTS = 2  # levels of headings that the contents list


class Pages:
    """Writes one document from top to bottom."""

    def __init__(self, document: Document, title: str) -> None:
        self.document, self.title = document, title
        self._headings: list[tuple[int, str, str]] = []  # level, words, bookmark
        self._tables = self._figures = 0
        self._contents: Any = None

    def heading(self, level: int, words: str) -> None:
        """A heading with a bookmark, so that the contents lead to it."""
        paragraph = self.document.add_heading(tables.legal(words), level)
        if level <= _IN_CONTENTS:
            number = len(self._headings) + 1
            name = f"_Toc{number:08d}"
            self._headings.append((level, words, name))
            start = f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>'
            paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, parse_xml(start))
            paragraph._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>'))

    def paragraph(self, words: str, style: str = "Normal") -> None:
        """Plain text; line breaks are kept."""
        self.document.add_paragraph(tables.legal(words), style=style)

    def narrative(self, html: str) -> None:
        """Cleaned HTML as real paragraphs."""
        write_narrative(self.document, html)

    def table(
        self, caption: str, heads: Sequence[tuple[str, float]], rows: Iterable[Sequence[str]], *,
        numeric: frozenset[int] = frozenset(),
    ) -> None:  # fmt: skip
        """A numbered table; nothing at all where there are no rows."""
        if not (rows := list(rows)):
            return
        self._tables += 1
        tables.captioned(self.document, _("Table"), self._tables, caption)
        tables.table(self.document, heads, rows, numeric=numeric, description=caption)

    def facts(self, rows: Iterable[tuple[str, str]], description: str) -> None:
        """A table of two columns: what, and what it is."""
        heads = [("", 4.0), ("", TEXT_WIDTH_CM - 4)]
        tables.table(self.document, heads, rows, has_head=False, labels_first=True, description=description)

    def drawing(self, drawing: Drawing, *, height_cm: float = 0) -> None:
        """A chart or map with its alternative text, a numbered caption, and its unit, source and date beneath.

        It is as wide as the text, or, with a height, as high as that and not wider than the text.
        """
        width_cm = min(TEXT_WIDTH_CM, height_cm * _proportion(drawing.svg)) if height_cm else TEXT_WIDTH_CM
        self._figures += 1
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        png = picture_png(drawing.svg, width_mm=10 * width_cm, ppi=_PPI)
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Cm(width_cm))
        shape._inline.docPr.set("descr", tables.legal(drawing.alt))
        shape._inline.docPr.set("title", tables.legal(drawing.title))
        tables.captioned(self.document, _("Figure"), self._figures, drawing.title)
        self.paragraph(drawing.subtitle, style="Source")

    # --- contents -----------------------------------------------------------------------------------------------------

    def contents(self) -> None:
        """Where the contents will stand, on a page of their own."""
        heading = self.document.add_paragraph(_("Contents"), style="TOC Heading")
        heading.paragraph_format.page_break_before = True
        self._contents = self.document.add_paragraph()

    def fill_contents(self) -> None:
        """The contents field, with its entries already in it as links.

        Word counts the page numbers when it opens the document (`dirty`); other programs show the links.
        """
        opening = (
            '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve"> TOC \\o "1-{_IN_CONTENTS}" \\h \\z \\u </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        last = len(self._headings) - 1
        for index, (level, words, name) in enumerate(self._headings):
            before = opening if index == 0 else ""
            after = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if index == last else ""
            self._contents._p.addprevious(
                parse_xml(
                    f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="toc{level}"/></w:pPr>{before}'
                    f'<w:hyperlink w:anchor="{name}" w:history="1"><w:r><w:t>{escape(tables.legal(words))}</w:t></w:r>'
                    f"</w:hyperlink>{after}</w:p>"
                )
            )
        self._contents._p.getparent().remove(self._contents._p)


def _proportion(svg: str) -> float:
    """Width over height of a drawing."""
    found = re.search(r'viewBox="\S+ \S+ (\S+) (\S+?)"', svg)
    return float(found[1]) / float(found[2]) if found else 1.0
