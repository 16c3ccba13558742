"""A prepared query gives the rows of the query it was written from, for every value, on both engines."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connections
from django.db.models import Count, Q, QuerySet

from oneplan.platform.prepared import prepared
from oneplan.spaces.models import MunicipalArea, Space

pytestmark = pytest.mark.django_db


@prepared
def _in_province(*, province: str, codes: tuple[str, ...]) -> QuerySet[Space]:
    return Space.objects.select_related("province").filter(province=province, pk__in=codes).order_by("code")


@prepared
def _areas(*, space: str) -> QuerySet[MunicipalArea, tuple[str, int]]:
    return MunicipalArea.objects.filter(space=space).values_list("code").annotate(Count("wards")).order_by("code")


@prepared
def _by_date(*, on: date, pk: int) -> QuerySet[Space]:
    return Space.objects.filter(Q(one_plan__editions__opened_on__lte=on) | Q(one_plan__editions__pk=pk))


def test_it_gives_the_rows_of_the_query_for_each_value() -> None:
    assert [space.pk for space in _in_province(province="LIM", codes=("DC36", "DC34"))] == ["DC34", "DC36"]
    assert [space.pk for space in _in_province(province="LIM", codes=("DC36", "DC15"))] == ["DC36"]
    assert [space.pk for space in _in_province(province="LIM", codes=("DC36",))] == ["DC36"]
    for code in ("DC36", "DC15", "ETH", "nothing"):
        written = MunicipalArea.objects.filter(space=code).values_list("code").annotate(Count("wards"))
        assert list(_areas(space=code)) == list(written.order_by("code"))


def test_it_gives_whole_rows_with_what_they_refer_to(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        (space,) = _in_province(province="LIM", codes=("DC36",))
        assert space.province.name == "Limpopo"


def test_it_binds_dates_and_numbers() -> None:
    assert list(_by_date(on=date(2026, 1, 1), pk=7)) == []
    assert list(_by_date(on=date(2027, 1, 1), pk=0)) == []


def test_it_writes_the_statement_once() -> None:
    list(_areas(space="DC36"))
    kept = len(connections["default"].__dict__["_oneplan_statements"])
    list(_areas(space="DC15"))
    assert len(connections["default"].__dict__["_oneplan_statements"]) == kept


def test_it_refuses_a_value_that_does_not_reach_the_statement() -> None:
    @prepared
    def lost(*, code: str, more: str) -> QuerySet[Space]:
        return Space.objects.filter(pk=code)

    with pytest.raises(TypeError, match="more did not reach"):
        lost(code="DC36", more="x")


def test_it_refuses_other_kinds_of_values() -> None:
    for wrong in (None, 1.5):
        with pytest.raises(TypeError, match="cannot be bound"):
            _in_province(province="LIM", codes=("DC36",) * 9, more=wrong)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="by name"):
        _areas("DC36")  # type: ignore[misc]


@prepared
def _of_two(*, codes: tuple[str, ...], provinces: tuple[str, ...]) -> QuerySet[Space]:
    return Space.objects.filter(pk__in=codes, province__in=provinces).order_by("code")


def test_values_are_known_by_their_names_in_whatever_order() -> None:
    codes, provinces = ("DC36", "DC34"), ("LIM",)
    assert [space.pk for space in _of_two(codes=codes, provinces=provinces)] == ["DC34", "DC36"]
    assert [space.pk for space in _of_two(provinces=provinces, codes=codes)] == ["DC34", "DC36"]
    assert [space.pk for space in _of_two(provinces=("LIM", "EC"), codes=("DC36",))] == ["DC36"]


@pytest.mark.parametrize(
    "more",
    [
        lambda rows: rows.filter(pk="DC36"), lambda rows: rows[:1], lambda rows: rows.count(),
        lambda rows: rows.order_by("name"), lambda rows: rows.exists(), lambda rows: rows.first(),
    ],
)  # fmt: skip
def test_what_is_written_cannot_be_asked_for_more(more: Callable[[QuerySet[Space]], object]) -> None:
    rows = _of_two(codes=("DC34", "DC36"), provinces=("LIM",))
    with pytest.raises(TypeError, match="written already"):
        more(rows)
    assert len(rows) == 2
