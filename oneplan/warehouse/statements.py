"""Ibis expressions written out as SQL once for each shape of question; values are bound when it is asked.

Building and compiling an expression costs more than most answers, and writes its values into the text. So whoever
writes one gets marks in place of values, and the text is kept under the shape: what is asked, without the values.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Engine = Literal["duckdb", "pyspark"]
Tables = Mapping[str, Any]  # name → ibis table of that schema
Write = Callable[["Marks"], Any]  # an ibis table expression from marks

_KEPT = 2_000
_MARK = re.compile(r"ONEPLAN_(?:WHOLE|TEXT)\('(\w+)'\)", re.IGNORECASE)
_BINDING = {"duckdb": r"$\1", "pyspark": r":\1"}


class Marks:
    """Stands where values will be bound, by name: `facts.year == marks.whole("year")`."""

    def whole(self, name: str) -> Any:
        """A whole number to be bound."""
        return _functions()[0](name)

    def text(self, name: str) -> Any:
        """A text to be bound."""
        return _functions()[1](name)


@cache
def _functions() -> tuple[Any, Any]:
    """Two functions that no engine has: their calls are what the written text is searched for."""
    import ibis

    def whole(mark: str) -> int:
        raise NotImplementedError(mark)

    def text(mark: str) -> str:
        raise NotImplementedError(mark)

    builtin = ibis.udf.scalar.builtin
    return builtin(whole, name="oneplan_whole"), builtin(text, name="oneplan_text")


@dataclass
class Kept:
    """How often a shape was known already, and how often it had to be written."""

    hits: int = 0
    misses: int = 0

    @property
    def rate(self) -> float:
        """The share of questions whose shape was known, 0 to 1; 0 before the first."""
        return self.hits / max(1, self.hits + self.misses)


kept = Kept()
_texts: OrderedDict[tuple[Engine, Hashable], str] = OrderedDict()
_turn = threading.Lock()


def written(shape: Hashable, write: Write, engine: Engine = "duckdb") -> str:
    """The SQL of a shape, its values as `$name` (DuckDB) or `:name` (Spark).

    `write` is called only when the shape is new. It must depend on the shape alone.
    """
    key = (engine, shape)
    with _turn:
        if key in _texts:
            kept.hits += 1
            _texts.move_to_end(key)
            return _texts[key]
    import ibis

    text = _MARK.sub(_BINDING[engine], str(ibis.to_sql(write(Marks()), dialect=engine, pretty=False)))
    with _turn:
        kept.misses += 1
        _texts[key] = text
        if len(_texts) > _KEPT:
            _texts.popitem(last=False)
    return text


def table(name: str, columns: Mapping[str, str]) -> Any:
    """A table of a build as Ibis sees it: column → Ibis type."""
    return _table(name, tuple(columns.items()))


@cache
def _table(name: str, columns: tuple[tuple[str, str], ...]) -> Any:
    import ibis

    return ibis.table(dict(columns), name=name)
