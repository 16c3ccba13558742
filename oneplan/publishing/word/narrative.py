"""Narrative HTML, cleaned when it was written (`plans.rules.clean_html`), as real paragraphs, lists, tables, links."""

from html.parser import HTMLParser
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import RGBColor

from oneplan.publishing.word.styles import TEXT_WIDTH_CM
from oneplan.publishing.word.tables import legal, table

_HEADINGS = {"h3": "Heading 3", "h4": "Heading 4"}
_LINK = RGBColor(0x0B, 0x57, 0x86)
_DEEPEST = 3


def write_narrative(document: Document, html: str) -> None:
    """Append narrative to the document. Unknown tags are passed over, their words kept."""
    writer = _Writer(document)
    writer.feed(html)
    writer.close()
    writer.end_paragraph()


class _Writer(HTMLParser):
    def __init__(self, document: Document) -> None:
        super().__init__(convert_charrefs=True)
        self.document = document
        self.paragraph: Any = None
        self.style = "Normal"
        self.lists: list[tuple[str, int | None]] = []  # (tag, number of the list where it counts)
        self.bold = self.italic = 0
        self.href = ""
        self.rows: list[list[str]] | None = None
        self.has_head = False

    # --- tags ---------------------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("strong", "em"):
            self._emphasise(tag, 1)
        elif tag == "a":
            self.href = dict(attrs).get("href") or ""
        elif tag == "table":
            self.end_paragraph()
            self.rows, self.has_head = [], False
        elif self.rows is not None:
            self._cell_start(tag)
        elif tag in ("ul", "ol"):
            self.end_paragraph()
            self.lists.append((tag, _new_numbering(self.document) if tag == "ol" else None))
        elif tag in ("p", "li", "blockquote", *_HEADINGS):
            self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("strong", "em"):
            self._emphasise(tag, -1)
        elif tag == "a":
            self.href = ""
        elif tag == "table" and self.rows is not None:
            self._write_table()
        elif tag in ("ul", "ol") and self.lists:
            self.end_paragraph()
            self.lists.pop()
        elif tag == "blockquote":
            self.end_paragraph()
            self.style = "Normal"
        elif tag in ("p", "li", *_HEADINGS) and self.rows is None:
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        words = legal(" ".join(data.replace("\n", " ").split(" ")))
        if self.rows is not None:
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += words
            return
        if self.paragraph is None:
            if not words.strip():
                return
            self._start(self.style)
        run = self.paragraph.add_run(words)
        run.bold, run.italic = bool(self.bold) or None, bool(self.italic) or None
        if self.href:
            self._link(run)

    # --- paragraphs ---------------------------------------------------------------------------------------------------

    def _emphasise(self, tag: str, step: int) -> None:
        if tag == "strong":
            self.bold = max(0, self.bold + step)
        else:
            self.italic = max(0, self.italic + step)

    def _block(self, tag: str) -> None:
        if tag == "p" and self.paragraph is not None and self.lists:
            return  # a paragraph inside a list item is the item
        self.end_paragraph()
        if tag == "blockquote":
            self.style = "Quote"
        elif tag == "li":
            self._start_item()
        else:
            self._start(_HEADINGS.get(tag, self.style))

    def _start(self, style: str) -> None:
        self.paragraph = self.document.add_paragraph(style=style)

    def _start_item(self) -> None:
        tag, number = self.lists[-1] if self.lists else ("ul", None)
        depth = min(max(len(self.lists), 1), _DEEPEST)
        name = "List Number" if tag == "ol" else "List Bullet"
        self._start(name if depth == 1 else f"{name} {depth}")
        if number is not None:
            properties = self.paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_numId().val = number
            properties.get_or_add_ilvl().val = 0

    def end_paragraph(self) -> None:
        """Close the paragraph that is open; one that holds nothing is taken away."""
        if self.paragraph is not None and not self.paragraph.text.strip():
            self.paragraph._p.getparent().remove(self.paragraph._p)
        self.paragraph = None

    def _link(self, run: Any) -> None:
        relation = self.document.part.relate_to(self.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), relation)
        run.font.underline, run.font.color.rgb = True, _LINK
        run._r.addprevious(link)
        link.append(run._r)

    # --- tables -------------------------------------------------------------------------------------------------------

    def _cell_start(self, tag: str) -> None:
        if self.rows is None:
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self.has_head = self.has_head or (tag == "th" and len(self.rows) == 1)
        elif tag in ("p", "li") and self.rows and self.rows[-1] and self.rows[-1][-1]:
            self.rows[-1][-1] += "\n"

    def _write_table(self) -> None:
        rows = [[cell.strip() for cell in row] for row in self.rows or [] if row]
        self.rows = None
        if not rows:
            return
        wide = max(len(row) for row in rows)
        rows = [row + [""] * (wide - len(row)) for row in rows]
        heads = [(words, TEXT_WIDTH_CM / wide) for words in rows[0]]
        table(self.document, heads, rows[1:] if self.has_head else rows, has_head=self.has_head)


def _new_numbering(document: Document) -> int:
    """A list that begins at one again; gives its number."""
    numbering: Any = document.part.numbering_part.element
    style: Any = document.styles["List Number"]
    of_style = style.element.pPr.numPr.numId.val
    abstract = next(each for each in numbering.num_lst if each.numId == of_style).abstractNumId.val
    number = max(each.numId for each in numbering.num_lst) + 1
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    return int(number)
