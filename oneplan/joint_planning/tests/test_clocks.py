"""Stage dates come from the clock of the rule set."""

from datetime import date
from itertools import pairwise

from oneplan.frameworks.definitions import Standing
from oneplan.frameworks.queries import ruleset, rulesets
from oneplan.joint_planning.clocks import deadline, next_review, stage_dates


def test_the_regulations_give_twelve_months_to_make_a_plan():
    rules = ruleset("regulations_2024")
    dates = stage_dates(rules, date(2026, 1, 15), is_review=False)
    assert dates["diagnostic"] == (date(2026, 1, 15), date(2026, 3, 15))
    assert dates["adoption"][1] == date(2027, 1, 15)
    assert deadline(rules, date(2026, 1, 15), date(2026, 1, 15), is_review=False).is_limit


def test_a_review_takes_six_months_and_its_stages_shrink():
    rules = ruleset("regulations_2024")
    dates = stage_dates(rules, date(2026, 1, 1), is_review=True)
    assert dates["adoption"][1] == date(2026, 7, 1)
    assert dates["diagnostic"][1] < date(2026, 2, 2)


def test_stages_follow_each_other_without_a_gap_backwards():
    for rules in rulesets():
        for is_review in (False, True):
            dates = list(stage_dates(rules, date(2026, 11, 30), is_review=is_review).values())
            assert all(first[1] <= second[1] and first[0] <= first[1] for first, second in pairwise(dates))


def test_lateness_is_counted_in_days():
    rules = ruleset("regulations_2024")
    late = deadline(rules, date(2025, 1, 1), date(2026, 1, 11), is_review=False)
    assert late.is_late
    assert late.days_late == 10
    assert not next_review(rules, date(2026, 1, 1), date(2026, 6, 1)).is_late


def test_stage_durations_are_never_the_framework_s_own():
    for rules in rulesets():
        assert all(stage.duration.standing is Standing.UNVERIFIED for stage in rules.stages if stage.duration)
