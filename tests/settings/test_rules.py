"""What the settings say arrives unchanged in the types that the domain works with."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

from domain.escalation import Ladder
from domain.leads import Grade
from domain.standing import Standing
from domain.working_time import QuietHours, WorkingHours
from settings import rules
from settings.load import parse
from settings.model import Settings


def settings(toml: str = "") -> Settings:
    return parse(tomllib.loads(toml))


RULES = """
[[assignment.groups]]
name = "华东组"
members = ["LiSi"]
teams = ["华东"]
[[assignment.rules]]
name = "大客户"
groups = ["华东组"]
grades = ["A"]
regions = ["华东"]
only_in_working_hours = true
[[regions]]
name = "华东"
cities = ["上海"]
"""


def test_routing_rules_keep_their_conditions_and_fold_userids() -> None:
    made = rules.assignment_rules(settings(RULES))
    assert made.groups[0].members == {"lisi"}
    assert made.groups[0].teams == {"华东"}
    assert (made.rules[0].grades, made.rules[0].regions) == ({Grade.A}, {"华东"})
    assert made.rules[0].only_in_working_hours
    assert made.regions[0].cities == {"上海"}
    assert (made.cap, made.weights.load, made.fairness_after) == (5, 4.0, timedelta(days=2))


def test_places_may_be_written_in_full() -> None:
    cities = ["苏州市", "江苏省", "内蒙古自治区", "新疆维吾尔自治区", "上海", "沙市"]
    made = rules.regions(parse({"regions": [{"name": "x", "cities": cities}]}))
    assert made[0].cities == {"苏州", "江苏", "内蒙古", "新疆", "上海", "沙市"}


def test_the_version_of_the_rules_changes_with_the_rules_and_only_with_them() -> None:
    version = rules.rules_version(settings(RULES))
    assert rules.rules_version(settings(RULES + '[log]\nlevel = "debug"\n[assignment]\ncircuit_after = 9')) == version
    changed = ("[assignment]\ncap = 6", "[assignment.weights]\nload = 1", '[[regions]]\nname = "x"\ncities = ["苏州"]')
    assert len({version, *(rules.rules_version(settings(RULES + more)) for more in changed)}) == 4


def test_a_ladder_rule_takes_what_it_does_not_say_from_the_usual_ladder() -> None:
    made = settings(
        """
        [escalation]
        accept_within = "5m"
        take_back = true
        [[escalation.rules]]
        name = "A"
        grades = ["A"]
        first_contact_within = "1h"
        take_back = false
        """
    )
    usual = Ladder(timedelta(minutes=5), timedelta(hours=2), timedelta(hours=4), False, True)
    assert rules.ladder(made) == usual
    assert [(rule.name, rule.grades) for rule in rules.ladder_rules(made)] == [("A", {Grade.A})]
    assert rules.ladder_rules(made)[0].ladder == Ladder(
        timedelta(minutes=5), timedelta(hours=1), timedelta(hours=4), False, False
    )


def test_a_grade_three_hospital_is_called_within_a_quarter_of_an_hour_by_default() -> None:
    """S2."""
    (rule,) = rules.ladder_rules(settings())
    assert (rule.hospital_levels, rule.ladder.first_contact_within) == ({"三甲"}, timedelta(minutes=15))


def test_the_shipped_ladder_rule_never_slows_down_a_faster_company() -> None:
    made = settings('[escalation]\naccept_within = "1s"\nfirst_contact_within = "2s"\nreport_after = "3s"')
    assert rules.ladder_rules(made)[0].ladder == rules.ladder(made)


def test_the_default_working_time_is_that_of_the_domain() -> None:
    assert rules.working_hours(settings()) == WorkingHours()


def test_working_time_is_taken_over_in_order() -> None:
    made = rules.working_hours(
        settings('[working_time]\nintervals = ["13:00-17:00", "08:00-12:00"]\ncountry = ""\nknown_years = [2027]\n'
                 "extra_working_days = [2027-02-07]")
    )  # fmt: skip
    assert [interval[0].hour for interval in made.intervals] == [8, 13]
    assert (made.country, made.known_years, made.extra_working_days) == (None, {2027}, {date(2027, 2, 7)})


def test_quiet_hours_can_be_switched_off() -> None:
    assert rules.quiet_hours(settings()) == QuietHours()
    assert rules.quiet_hours(settings('[quiet_hours]\nstart = "00:00"\nend = "00:00"')) is None


def test_tags_and_grades_are_taken_over() -> None:
    tags, grades = rules.tag_rules(settings()), rules.grade_rules(settings())
    assert [band.from_fen for band in tags.budget_bands] == [0, 10_000_000, 50_000_000, 200_000_000]
    assert tags.hospital_levels[0].words == ("三甲", "三级甲等")
    assert (grades.starting_points, grades.a_from, grades.b_from) == (30, 60, 30)
    assert [rule.points for rule in grades.rules] == [30, 15, -10, 15, 30, 15, 20, 10, 5, 10, 10, 10, 10, -15]
    asked = {rule.name: rule for rule in grades.rules}
    assert asked["预算50万以上"].budget_at_least_fen == 50_000_000
    assert asked["看了3分钟以上"].page_time_at_least == timedelta(minutes=3)
    assert asked["下载过资料"].downloads_at_least == 1
    assert asked["员工200人以上"].staff_at_least == 200
    assert asked["年产值1亿以上"].turnover_at_least_fen == 10_000_000_000
    assert asked["老客户付款好"].standing is Standing.GOOD
    assert asked["老客户欠着款"].standing is Standing.DOUBTFUL
