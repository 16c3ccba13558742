"""From blocks to the one page: the template chooses the largest type in which everything stands on one sheet."""

from datetime import UTC, datetime, time
from typing import Any

from oneplan.publishing.briefs.standing import Standing
from oneplan.publishing.charts import Drawing
from oneplan.publishing.pdf.blocks import Block, Pages
from oneplan.publishing.pdf.compiler import compile_pdf


def drawing(pages: Pages, picture: Drawing, *, height_mm: int = 0) -> Block:
    """A chart or map as a block of a column; a height keeps maps from growing over the page."""
    pages.figure(picture, height_mm=height_mm)
    return pages.blocks.pop()


def one_page(told: Standing, title: str, blocks: list[Block], pictures: dict[str, str]) -> bytes:
    """The page as a PDF/UA-1."""
    data: dict[str, Any] = {"meta": told.meta(title), "blocks": blocks}
    at = datetime.combine(told.today, time(), tzinfo=UTC)
    return compile_pdf("brief.typ", data, pictures, at=at)
