"""What the regional identifier of a ledger means: "DISTR MUN: JOE GQABI 17" is the space DC14.

A text has pieces, widest first ("EASTERN CAPE 17 | DISTR MUN: JOE GQABI 17"). Each narrows what those before it said; a
piece that contradicts them, or that names no place or several, says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from oneplan.budgets.dimensions import COUNTRY
from oneplan.frameworks.loading import load
from oneplan.spaces.models import MunicipalArea, Space
from oneplan.spaces.queries import Gazetteer, fold, gazetteer

_FILE = Path(__file__).parent / "parameters" / "region_names.yaml"
_PIECES = re.compile(r"\s*\|\s*")
_EDITION = re.compile(r"\s+\d{2}$")  # ledgers end a name with the year of their chart


@dataclass(frozen=True)
class _Prefix:
    begins: str
    level: str


@dataclass(frozen=True)
class _Name:
    """A spelling that only ledgers use."""

    text: str
    code: str
    level: str


@dataclass(frozen=True)
class _Names:
    prefixes: tuple[_Prefix, ...]
    country: tuple[str, ...]
    names: tuple[_Name, ...]


@cache
def _names() -> _Names:
    return load(_FILE, _Names)


class Regions:
    """The register as it reads regional identifiers on a day. Few texts are distinct: each is read once."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._gazetteer: Gazetteer = gazetteer()
        self._province_of = dict(Space.objects.values_list("code", "province_id"))
        self._space_of = dict(MunicipalArea.objects.values_list("code", "space_id"))
        self._spelt: Mapping[str, tuple[str, str]] = {
            fold(each.text): (each.level, each.code) for each in _names().names
        }
        self._read: dict[str, tuple[str, str] | None] = {}

    def place(self, text: str) -> tuple[str, str] | None:
        """The (level, code) of the narrowest place that a text names without contradiction; None: it names none."""
        if text not in self._read:
            found = None
            for piece in _PIECES.split(text):
                named = self._named(piece)
                if named and (found is None or found in self._around(named)):
                    found = named
            self._read[text] = found
        return self._read[text]

    def _named(self, piece: str) -> tuple[str, str] | None:
        words = _EDITION.sub("", piece.strip())
        if not words:
            return None
        if fold(words) in {fold(each) for each in _names().country}:
            return "country", COUNTRY
        level = ""
        for prefix in _names().prefixes:
            if words.casefold().startswith(prefix.begins.casefold()):
                level, words = prefix.level, words[len(prefix.begins) :].strip()
                break
        if spelt := self._spelt.get(fold(words)):
            return spelt if level in ("", spelt[0]) else None
        return self._in_register(words, level)

    def _in_register(self, words: str, level: str) -> tuple[str, str] | None:
        """The one place of that name, of the level named or the widest that has it; names of several say nothing."""
        for wanted in (level,) if level else ("province", "space", "municipal_area"):
            matches = self._gazetteer.resolve(words, wanted, self._on)
            if found := {(match.level, match.code) for match in matches if match.by != "code in text"}:
                return found.pop() if len(found) == 1 else None
        return None

    def _around(self, named: tuple[str, str]) -> set[tuple[str, str]]:
        """The places in which a place lies, itself included."""
        level, code = named
        around = {named, ("country", COUNTRY)}
        if level == "municipal_area":
            code = self._space_of.get(code, "")
            around.add(("space", code))
        if level in ("municipal_area", "space"):
            around.add(("province", self._province_of.get(code, "")))
        return around
