"""The looks and the frame of the document: styles, language, properties, header, footer, contents field."""

from datetime import date, datetime, time
from typing import Any, Protocol

from django.utils.translation import gettext as _
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

LANGUAGE = "en-ZA"
FONT = "Arial"
TABLE = "OnePlanTable"
HEAD_COLOUR = "1D4F63"
INK, SAMPLE = RGBColor(0x1D, 0x4F, 0x63), RGBColor(0x7A, 0x2E, 0x00)
TEXT_WIDTH_CM = 17.0

_HEADINGS = {"Title": 26, "Subtitle": 12, "Heading 1": 18, "Heading 2": 14, "Heading 3": 11.5, "Heading 4": 10.5}
_TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE}">
  <w:name w:val="One Plan Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>
  <w:tblPr>
    <w:tblBorders>
      <w:top w:val="single" w:sz="6" w:color="1D4F63"/><w:bottom w:val="single" w:sz="6" w:color="1D4F63"/>
      <w:insideH w:val="single" w:sz="4" w:color="C9D3D8"/>
    </w:tblBorders>
    <w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>
  </w:tblPr>
</w:style>"""


class Titled(Protocol):
    """What a document is: its title, a warning over each page, the day it tells of, and the mark of its content."""

    @property
    def title(self) -> str: ...
    @property
    def banner(self) -> str: ...
    @property
    def as_at(self) -> date: ...
    @property
    def content_hash(self) -> str: ...


def dress(document: Document, told: Titled, identity: str) -> None:
    """Give an empty document the house's styles, its language and properties, and its header and footer."""
    _style(document)
    properties = document.core_properties
    made = datetime.combine(told.as_at, time())
    properties.title, properties.subject, properties.author = told.title, identity, "OnePlan"
    properties.language, properties.keywords, properties.comments = LANGUAGE, told.content_hash, told.banner
    properties.created = properties.modified = made
    properties.last_modified_by, properties.revision = "OnePlan", 1
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    _header(section.header.paragraphs[0], told)
    _footer(section.footer.paragraphs[0], f"{told.title} · {identity}")


def _style(document: Document) -> None:
    styles = document.styles
    normal: Any = styles["Normal"]
    _font(normal, 10)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    for name, size in _HEADINGS.items():
        style: Any = styles[name]
        _font(style, size)
        style.font.color.rgb, style.font.bold, style.font.italic = INK, True, False
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before = Pt(0 if name in ("Title", "Subtitle") else size)
        style.paragraph_format.space_after = Pt(4)
    document.styles["Heading 1"].paragraph_format.page_break_before = True
    caption: Any = styles["Caption"]
    _font(caption, 9)
    caption.font.bold, caption.font.color.rgb = True, INK
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(10), Pt(3)
    for level in (1, 2):
        toc: Any = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        toc.base_style, toc.font.size = normal, Pt(9.5)
        toc.paragraph_format.space_after, toc.paragraph_format.line_spacing = Pt(1.5), 1.0
        toc.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        toc.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH_CM))
        toc.font.bold = level == 1
    quote: Any = styles["Quote"]
    quote.font.color.rgb = INK
    quote.paragraph_format.left_indent = Cm(0.6)
    warning: Any = styles.add_style("Standing", WD_STYLE_TYPE.PARAGRAPH)
    warning.base_style, warning.font.bold, warning.font.color.rgb = normal, True, SAMPLE
    quiet: Any = styles.add_style("Source", WD_STYLE_TYPE.PARAGRAPH)
    quiet.base_style, quiet.font.size = normal, Pt(8.5)
    quiet.font.color.rgb = RGBColor(0x4A, 0x57, 0x5F)
    for name in ("Table Text", "Table Label", "Table Heading"):
        cell: Any = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        cell.base_style, cell.font.size, cell.font.bold = normal, Pt(8.5), name != "Table Text"
        cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(1)
        cell.paragraph_format.line_spacing = 1.0
    styles["Table Heading"].font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    styles["Table Heading"].paragraph_format.keep_with_next = True
    styles.element.append(parse_xml(_TABLE_STYLE))
    _set_language(styles.element)


def _font(style: Any, size: float) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)


def _set_language(styles: Any) -> None:
    """The language of all text, where no run says otherwise."""
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    for script in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(script), LANGUAGE)


def _header(paragraph: Any, told: Titled) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if told.banner:
        run = paragraph.add_run(told.banner)
        run.bold, run.font.color.rgb, run.font.size = True, SAMPLE, Pt(9)


def _footer(paragraph: Any, words: str) -> None:
    stops = paragraph.paragraph_format.tab_stops
    paragraph.style.paragraph_format.tab_stops.clear_all()
    stops.add_tab_stop(Cm(TEXT_WIDTH_CM), 2)  # 2: right
    paragraph.add_run(f"{words}\t{_('Page')} ").font.size = Pt(8)
    field(paragraph, "PAGE", "1")
    paragraph.add_run(f" {_('of')} ").font.size = Pt(8)
    field(paragraph, "NUMPAGES", "1")


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field that the reader's program fills in; `shown` stands there until it does."""
    paragraph._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:rPr><w:sz w:val="16"/></w:rPr>'
            f"<w:t>{shown}</w:t></w:r></w:fldSimple>"
        )
    )
