"""Six questions of budgets, each as its peers are asked it, with parameters drawn from one seed, no two alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from benchmarks._budget_facts import FUNCTIONS, TYPES, YEARS
from benchmarks._setting import SEED

Told = dict[tuple[Any, ...], int]  # key → cents
TOP_ITEMS, TOP_PROJECTS, MOST_CELLS = 20, 50, 10_000


@dataclass(frozen=True)
class Question:
    """One kind of question. `sql` has its values as :name; DuckDB and PostgreSQL are asked the same."""

    name: str
    words: str
    cuts: tuple[tuple[str, str, str], ...]  # parameter, our name, babbage's name
    by: tuple[tuple[str, str], ...]  # our names of the keys, babbage's
    sql: str
    top: int = 0

    def cut(self, values: dict[str, Any]) -> str:
        """The cuts as our interface reads them."""
        return "|".join(f"{ours}:{_listed(values[name])}" for name, ours, _theirs in self.cuts)

    def address(self, values: dict[str, Any]) -> str:
        """Where our interface answers it."""
        asked = {
            "cut": self.cut(values),
            "drilldown": "|".join(ours for ours, _theirs in self.by),
            **({"order": "amount:desc", "pagesize": str(self.top)} if self.top else {}),
        }
        return "/api/v1/budgets/aggregate?" + "&".join(f"{name}={quote(text)}" for name, text in asked.items() if text)

    def babbage(self, values: dict[str, Any]) -> dict[str, Any]:
        """What babbage's cube is asked."""
        return {
            "cuts": "|".join(f"{theirs}:{_quoted(values[name])}" for name, _ours, theirs in self.cuts) or None,
            "drilldowns": "|".join(dict.fromkeys(theirs.split(".")[0] for _ours, theirs in self.by)),
            "order": "amount.sum:desc" if self.top else None, "page_size": self.top or MOST_CELLS,
        }  # fmt: skip

    def told_by_us(self, answer: dict[str, Any]) -> Told:
        return {
            tuple(cell[name] or "" for name, _theirs in self.by): _cents(cell["amount.sum"]) for cell in answer["cells"]
        }

    def told_by_babbage(self, answer: dict[str, Any]) -> Told:
        return {tuple(cell[name] for _ours, name in self.by): int(cell["amount.sum"]) for cell in answer["cells"]}

    def told_by_sql(self, rows: Sequence[Sequence[Any]]) -> Told:
        """Rows of keys …, labels …, rand or cents."""
        keys = len(self.by)
        return {tuple(row[:keys]): row[-1] if isinstance(row[-1], int) else _cents(row[-1]) for row in rows}


def _listed(value: Any) -> str:
    return ";".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _quoted(value: Any) -> str:
    listed = value if isinstance(value, list | tuple) else [value]
    return ";".join(str(each) if isinstance(each, int) else f'"{each}"' for each in listed)


def _cents(rand: Any) -> int:
    from decimal import Decimal

    return int((Decimal(rand) * 100).to_integral_value())


MUNICIPALITY = ("municipality", "institution.code", "municipality.code")
YEAR = ("year", "financial_year.start", "year.year")
TYPE = ("type", "amount_type.code", "type.code")
BY_FUNCTION = ("function.code", "function.code")
BY_YEAR, BY_TYPE = ("financial_year.start", "year.year"), ("amount_type.code", "type.code")

# Numbers of a municipality, of a district's first and last, of functions and types are found before the clock runs;
# labels are joined to what was added up.
QUESTIONS = (
    Question(
        "q1", "a municipality's year by function", (MUNICIPALITY, YEAR, TYPE), (BY_FUNCTION,),
        "SELECT functions.code, functions.label, amount FROM (SELECT function, sum(amount) AS amount FROM facts "
        "WHERE municipality = :municipality_id AND year = :year AND type = :type_id GROUP BY function) cells "
        "JOIN functions ON functions.id = function ORDER BY functions.code",
    ),
    Question(
        "q2", "a district's municipalities by year and function",
        (("district", "institution.space", "municipality.district"), TYPE),
        (("institution.code", "municipality.code"), BY_YEAR, BY_FUNCTION),
        "SELECT municipalities.code, year, functions.code, municipalities.label, functions.label, amount FROM ("
        "SELECT municipality, year, function, sum(amount) AS amount FROM facts "
        "WHERE municipality BETWEEN :first AND :last AND type = :type_id GROUP BY municipality, year, function) cells "
        "JOIN municipalities ON municipalities.id = municipality JOIN functions ON functions.id = function "
        "ORDER BY municipalities.code, year, functions.code",
    ),
    Question(
        "q3", "the country by year, function and type", (), (BY_YEAR, BY_FUNCTION, BY_TYPE),
        "SELECT year, functions.code, types.code, functions.label, amount FROM ("
        "SELECT year, function, type, sum(amount) AS amount FROM facts GROUP BY year, function, type) cells "
        "JOIN functions ON functions.id = function JOIN types ON types.id = type "
        "ORDER BY year, functions.code, types.code",
    ),
    Question(
        "q4", f"the top {TOP_ITEMS} items under cuts", (("functions", "function.code", "function.code"),
        ("years", "financial_year.start", "year.year"), TYPE), (("item.code", "item.code"),),
        "SELECT items.code, items.label, amount FROM (SELECT item, sum(amount) AS amount FROM facts "
        "WHERE function IN (:function_0, :function_1, :function_2) AND year IN (:year_0, :year_1, :year_2) "
        f"AND type = :type_id GROUP BY item ORDER BY amount DESC LIMIT {TOP_ITEMS}) cells "
        "JOIN items ON items.id = item ORDER BY amount DESC",
        TOP_ITEMS,
    ),
    Question(
        "q5", f"a municipality's top {TOP_PROJECTS} projects", (MUNICIPALITY, YEAR, TYPE),
        (("project.code", "project.code"),),
        "SELECT projects.code, projects.label, amount FROM (SELECT project, sum(amount) AS amount FROM facts "
        "WHERE municipality = :municipality_id AND year = :year AND type = :type_id GROUP BY project "
        f"ORDER BY amount DESC LIMIT {TOP_PROJECTS}) cells JOIN projects ON projects.id = project "
        "ORDER BY amount DESC",
        TOP_PROJECTS,
    ),
    Question(
        "q6", "a municipality's year, month by month and type", (MUNICIPALITY, YEAR),
        (("period.number", "period.period"), BY_TYPE),
        "SELECT period, types.code, amount FROM (SELECT period, type, sum(amount) AS amount FROM facts "
        "WHERE municipality = :municipality_id AND year = :year GROUP BY period, type) cells "
        "JOIN types ON types.id = type ORDER BY period, types.code",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Country:
    """What can be asked of: codes of municipalities, by number from 1, and of districts with their first and last."""

    municipalities: Sequence[str]
    districts: dict[str, tuple[int, int]]


def municipalities() -> list[tuple[str, str, str]]:
    """Code, name and district of each, district by district: numbered so, a district is a range."""
    from oneplan.institutions.choices import MUNICIPAL_KINDS
    from oneplan.institutions.models import Institution

    found = Institution.objects.filter(kind__in=MUNICIPAL_KINDS).order_by("space_id", "code")
    return list(found.values_list("code", "name", "space_id"))


def country() -> Country:
    """What is registered."""
    districts: dict[str, tuple[int, int]] = {}
    listed = municipalities()
    for number, (_code, _name, district) in enumerate(listed, start=1):
        districts[district] = (districts.get(district, (number, 0))[0], number)
    return Country([code for code, *_rest in listed], districts)


class Drawing:
    """Sets of values for each question, none of which comes twice."""

    def __init__(self, country: Country) -> None:
        self._country, self._random = country, random.Random(SEED)
        self._seen: set[tuple[Any, ...]] = set()
        most = MOST_CELLS // (len(YEARS) * FUNCTIONS)  # babbage's page holds no more cells, and neither does ours
        self._districts = sorted(code for code, (first, last) in country.districts.items() if last - first + 1 <= most)

    def values(self, question: Question) -> dict[str, Any]:
        """Values never drawn before, as codes and as the numbers that SQL is given. q3 has none."""
        while True:
            drawn = self._draw(question)
            told = (question.name, *(str(value) for value in drawn.values()))
            if told not in self._seen or not question.cuts:
                self._seen.add(told)
                return drawn

    def _draw(self, question: Question) -> dict[str, Any]:
        pick = self._random
        drawn: dict[str, Any] = {}
        for name, _ours, _theirs in question.cuts:
            if name == "municipality":
                number = pick.randrange(len(self._country.municipalities))
                drawn |= {name: self._country.municipalities[number], "municipality_id": number + 1}
            elif name == "district":
                code = pick.choice(self._districts)
                first, last = self._country.districts[code]
                drawn |= {name: code, "first": first, "last": last}
            elif name == "year":
                drawn[name] = pick.choice(YEARS)
            elif name == "type":
                number = pick.randrange(len(TYPES))
                drawn |= {name: TYPES[number], "type_id": number}
            elif name == "years":
                drawn[name] = sorted(pick.sample(YEARS, 3))
                drawn |= {f"year_{index}": year for index, year in enumerate(drawn[name])}
            elif name == "functions":
                numbers = sorted(pick.sample(range(FUNCTIONS), 3))
                drawn[name] = [f"{number:04d}" for number in numbers]
                drawn |= {f"function_{index}": number for index, number in enumerate(numbers)}
        return drawn
