"""The One Plan as a tagged PDF (PDF/UA-1), from a content alone."""

from oneplan.publishing.pdf.compiler import compile_pdf, drawable, picture_png
from oneplan.publishing.pdf.document import plan_pdf, prepared, site_address

__all__ = ["compile_pdf", "drawable", "picture_png", "plan_pdf", "prepared", "site_address"]
