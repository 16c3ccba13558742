"""Real tables: a caption with its number, a header row that is repeated on each page, rows that are not broken.

Built as XML in one go: a plan has thousands of cells, and python-docx finds each by counting.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from oneplan.publishing.word.styles import HEAD_COLOUR, TABLE

_TWIPS = 567  # a centimetre


def captioned(document: Document, label: str, number: int, words: str) -> None:
    """A numbered caption; the number is a field, so that it is counted anew when something is inserted."""
    paragraph = document.add_paragraph(f"{label} ", style="Caption")
    counted = f'w:instr=" SEQ {escape(label)} \\* ARABIC "'
    shown = f"<w:r><w:t>{number}</w:t></w:r>"
    paragraph._p.append(parse_xml(f"<w:fldSimple {nsdecls('w')} {counted}>{shown}</w:fldSimple>"))
    paragraph.add_run(f": {words}")


def table(
    document: Document, heads: Sequence[tuple[str, float]], rows: Iterable[Sequence[str]], *,
    numeric: frozenset[int] = frozenset(), has_head: bool = True, labels_first: bool = False,
    description: str = "",
) -> None:  # fmt: skip
    """A table: `heads` are (heading, width in cm); cells hold plain text, a line break as "\\n".

    Columns in `numeric` are set right. With `labels_first` the first column names what each row says.
    """
    widths = [round(width * _TWIPS) for _head, width in heads]
    parts = [_opening(widths, has_head, labels_first, description)]
    if has_head:
        parts.append("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
        parts += [
            _cell(head, width, index in numeric, head=True)
            for index, ((head, _width), width) in enumerate(zip(heads, widths, strict=True))
        ]
        parts.append("</w:tr>")
    for row in rows:
        parts.append("<w:tr><w:trPr><w:cantSplit/></w:trPr>")
        parts += [
            _cell(words, width, index in numeric, bold=labels_first and index == 0)
            for index, (words, width) in enumerate(zip(row, widths, strict=True))
        ]
        parts.append("</w:tr>")
    parts.append("</w:tbl>")
    body: Any = document.element.body
    body.insert(len(body) - 1, parse_xml("".join(parts)))  # before the section's own properties
    document.add_paragraph().paragraph_format.space_after = 0


def _opening(widths: Sequence[int], has_head: bool, labels_first: bool, description: str) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    told = f'<w:tblDescription w:val="{escape(description)}"/>' if description else ""
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="{TABLE}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0000" w:firstRow="{has_head:d}" w:lastRow="0" '
        f'w:firstColumn="{labels_first:d}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{told}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>"
    )


def _cell(words: str, width: int, is_numeric: bool, *, head: bool = False, bold: bool = False) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{HEAD_COLOUR}"/>' if head else ""
    style = "TableHeading" if head else "TableLabel" if bold else "TableText"
    paragraphs = "".join(_paragraph(line, style, is_numeric) for line in words.split("\n"))
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{paragraphs}</w:tc>'


def _paragraph(words: str, style: str, is_numeric: bool) -> str:
    right = '<w:jc w:val="right"/>' if is_numeric else ""
    text = f'<w:t xml:space="preserve">{escape(legal(words))}</w:t>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{right}</w:pPr><w:r>{text}</w:r></w:p>'


def legal(words: str) -> str:
    """The words without what XML refuses: control characters, and two that are none."""
    return "".join(sign for sign in words if (sign >= " " and sign not in "\ufffe\uffff") or sign in "\t\n")
