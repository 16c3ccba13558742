"""What a build computes is what the plainest reading of each formula gives, for every place of the real census."""

from __future__ import annotations

import pytest

from oneplan.access.actors import PUBLIC, system
from oneplan.indicators.actions import build_observations
from oneplan.indicators.choices import Level
from oneplan.indicators.queries import values_of
from oneplan.indicators.registry import Ratio, registry
from oneplan.indicators.tests.census import Census

pytestmark = pytest.mark.django_db


@pytest.mark.shared
def test_every_value_is_that_of_its_formula_by_hand(take, shared_data):
    report = take(shared_data / "indicators" / "wazimap_census2011_long.csv.gz")
    assert (report.rows_read, report.rows_accepted, report.rows_refused) == (250_041, 248_881, 0)
    assert not [issue for issue in report.issues if issue.severity == "error"]
    assert sum(report.rows_left_out.values()) == 1_160
    build_observations(by=system("tests"))
    census, compared = Census(shared_data), 0
    for code, indicator in registry().items():
        for boundary in (2011, 2016):
            for level in (Level.COUNTRY, Level.PROVINCE, Level.SPACE, Level.MUNICIPAL_AREA):
                for value in values_of(code, by=PUBLIC, level=level, boundary=boundary):
                    formula = indicator.formulas[0]
                    if isinstance(formula, Ratio) or value.value is None or _has_years(formula):
                        continue  # of several years: each is compared by the tests of the registry
                    by_hand = census.value(formula, boundary, level, value.place)
                    if by_hand is None:
                        continue  # a metropolitan space, told of as the municipal area it is
                    assert value.value == pytest.approx(by_hand, abs=1e-6), (code, boundary, value.place)
                    compared += 1
    assert compared > 20_000


def _has_years(formula):
    from oneplan.indicators.registry import tables_of

    return any("year" in table.by for table in tables_of(formula))
