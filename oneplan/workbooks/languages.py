"""The languages of workbooks: the words of a sheet as the party reads them, from `languages/<code>.yaml`.

English is the source. A file holds each English word or sentence of a workbook with its translation, so that whoever
knows the language can check it line by line. A workbook keeps the words of its lists as it was issued with them
(contents.as_issued): a translation that is mended later changes no workbook that is out.
"""

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml
from django.utils import translation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

ENGLISH = "en-za"
# Those of the three pilots (Waterberg, OR Tambo, eThekwini) and Afrikaans, each by its own name.
LANGUAGES = {ENGLISH: "English", "af": "Afrikaans", "zu": "isiZulu", "xh": "isiXhosa", "nso": "Sepedi"}
_FOLDER = Path(__file__).parent / "languages"


@cache
def words_of(code: str) -> "Mapping[str, str]":
    """English to one language; nothing for English itself."""
    if code == ENGLISH:
        return MappingProxyType({})
    found: dict[str, str] = yaml.safe_load((_FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return MappingProxyType(found)


class Speaker:
    """Says the words of a workbook in its language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.words = words_of(code)

    @property
    def name(self) -> str:
        return LANGUAGES[self.code]

    @property
    def is_english(self) -> bool:
        return self.code == ENGLISH

    def __call__(self, english: "StrOrPromise", **values: Any) -> str:
        """A word or sentence, with `values` for its %(names)s. What has no translation stays English."""
        with translation.override(None):  # the English itself, whatever language a page speaks meanwhile
            source = str(english)
        said = self._said(source)
        return said % values if values else said

    def _said(self, source: str) -> str:
        return self.words.get(source, source)
