"""When something was measured, from the texts that sources write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from oneplan.indicators.choices import Length

_YEAR = re.compile(r"(?:FY|y)?\s*((?:19|20)\d{2})", re.IGNORECASE)
_SPAN = re.compile(r"((?:19|20)\d{2})\s*[/–-]\s*(\d{4}|\d{2})")
_QUARTER = re.compile(r"((?:19|20)\d{2})\s*-?\s*Q([1-4])|Q([1-4])\s*((?:19|20)\d{2})", re.IGNORECASE)
_MONTH = re.compile(r"((?:19|20)\d{2})-M?(0[1-9]|1[0-2])(?:-\d{2})?")
_REPORTING = re.compile(r"((?:19|20)\d{2})-A1")  # SDMX names a year by the one in which it begins


@dataclass(frozen=True)
class Time:
    """A year, quarter or month: `year` is the one in which it begins, `part` the number of quarter or month."""

    year: int
    length: Length
    part: int = 0


@lru_cache(maxsize=4096)
def read_time(text: str, *, named_by_end: bool = False) -> Time | None:
    """What a text says of time; None where it says none. `named_by_end`: a year is called by the one in which it ends.

    >>> read_time("2022"), read_time("2005-06"), read_time("2022 Q3"), read_time("Married")
    (Time(year=2022, length=Length.YEAR, part=0), Time(year=2005, length=Length.YEAR, part=0), \
Time(year=2022, length=Length.QUARTER, part=3), None)
    >>> read_time("2018q4", named_by_end=True), read_time("2018/19", named_by_end=True)
    (Time(year=2017, length=Length.QUARTER, part=4), Time(year=2018, length=Length.YEAR, part=0))
    """
    text, earlier = text.strip(), int(named_by_end)
    if found := _REPORTING.fullmatch(text):
        return Time(int(found[1]), Length.YEAR)
    if found := _YEAR.fullmatch(text):
        return Time(int(found[1]) - earlier, Length.YEAR)
    if found := _SPAN.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        if second in (first + 1, (first + 1) % 100):  # 2005-06 and 2005/2006 span two years; 2005-11 is a month
            return Time(first, Length.YEAR)
    if found := _QUARTER.fullmatch(text):
        return Time(int(found[1] or found[4]) - earlier, Length.QUARTER, int(found[2] or found[3]))
    if found := _MONTH.fullmatch(text):
        return Time(int(found[1]), Length.MONTH, int(found[2]))
    return None
