"""Grade A/B/C by points, with the reasons (L6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grading import GradeRule, GradeRules, KnownStanding, Sign, Signs, grade
from domain.leads import Grade, GradeResult, Tags
from domain.standing import Standing
from settings.model import Settings
from settings.rules import grade_rules

SHIPPED = grade_rules(Settings())
NOTHING_SAID = Signs()


def graded(
    *rules: GradeRule,
    customer: str = "恒达机械",
    model: str = "X200",
    remark: str = "",
    channel: str = "展会",
    signs: Signs = NOTHING_SAID,
    standing: KnownStanding | None = None,
    **tags: Any,
) -> GradeResult:
    return grade(customer, model, remark, channel, Tags(**tags), GradeRules(rules), signs, standing)


@pytest.mark.parametrize(
    ("rule", "lead", "holds"),
    [
        (GradeRule("r", 5), {}, True),
        (GradeRule("r", 5, channels=frozenset({"展会"})), {}, True),
        (GradeRule("r", 5, channels=frozenset({"抖音"})), {}, False),
        (GradeRule("r", 5, words=("急", "批量")), {"remark": "要批量采购"}, True),
        (GradeRule("r", 5, words=("x200",)), {"model": "Ｘ２００"}, True),
        (GradeRule("r", 5, words=("ＡＢＣ",)), {"customer": "abc机械"}, True),
        (GradeRule("r", 5, words=("急",)), {}, False),
        (GradeRule("r", 5, product_lines=frozenset({"激光"})), {"product_line": "激光"}, True),
        (GradeRule("r", 5, product_lines=frozenset({"激光"})), {}, False),
        (GradeRule("r", 5, hospital_levels=frozenset({"三甲"})), {"hospital_level": "三甲"}, True),
        (GradeRule("r", 5, hospital_levels=frozenset({"三甲"})), {"hospital_level": "二甲"}, False),
        (GradeRule("r", 5, budget_at_least_fen=100), {"budget_fen": 100}, True),
        (GradeRule("r", 5, budget_at_least_fen=100), {"budget_fen": 99}, False),
        (GradeRule("r", 5, budget_at_least_fen=100), {}, False),
        (GradeRule("r", 5, budget_at_least_fen=0), {}, False),
        (GradeRule("r", 5, words=("急",), channels=frozenset({"抖音"})), {"remark": "急"}, False),
    ],
)
def test_a_rule_gives_its_points_where_all_that_it_names_holds(
    rule: GradeRule, lead: dict[str, Any], holds: bool
) -> None:
    result = graded(rule, **lead)
    assert (result.points, result.reasons) == ((35, (("r", 5),)) if holds else (30, ()))


SAID = Signs(Sign(300, "浏览5分钟"), Sign(3, "下载3份"), Sign(300, "员工300人"), Sign(3_000, "年产值30元"))
LATE = KnownStanding(Standing.DOUBTFUL, "有逾期应收")


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (GradeRule("r", 5, page_time_at_least=timedelta(minutes=5)), "r（浏览5分钟）"),
        (GradeRule("r", 5, page_time_at_least=timedelta(seconds=301)), None),
        (GradeRule("r", 5, downloads_at_least=3), "r（下载3份）"),
        (GradeRule("r", 5, downloads_at_least=4), None),
        (GradeRule("r", 5, staff_at_least=300), "r（员工300人）"),
        (GradeRule("r", 5, staff_at_least=301), None),
        (GradeRule("r", 5, turnover_at_least_fen=3_000), "r（年产值30元）"),
        (GradeRule("r", 5, turnover_at_least_fen=3_001), None),
        (GradeRule("r", 5, standing=Standing.DOUBTFUL), "r（有逾期应收）"),
        (GradeRule("r", 5, standing=Standing.GOOD), None),
        (GradeRule("r", 5, downloads_at_least=1, staff_at_least=1), "r（下载3份，员工300人）"),
        (GradeRule("r", 5, downloads_at_least=1, staff_at_least=500), None),
        (GradeRule("r", 5, downloads_at_least=1, channels=frozenset({"抖音"})), None),
    ],
)
def test_behaviour_size_and_standing_count_and_say_what_they_rest_on(rule: GradeRule, reason: str | None) -> None:
    expected = ((reason, 5),) if reason else ()
    assert graded(rule, signs=SAID, standing=LATE).reasons == expected
    assert graded(rule).reasons == ()


@pytest.mark.parametrize(
    ("points", "letter"),
    [(60, Grade.A), (59, Grade.B), (30, Grade.B), (29, Grade.C), (-50, Grade.C), (1000, Grade.A)],
)
def test_the_letter_changes_exactly_at_its_limit(points: int, letter: Grade) -> None:
    assert graded(GradeRule("r", points - 30)).grade is letter


@pytest.mark.parametrize(
    ("lead", "letter", "points"),
    [
        ({"channel": "转介绍"}, Grade.A, 60),
        ({"channel": "展会"}, Grade.B, 45),
        ({"channel": "展会", "remark": "很急"}, Grade.A, 60),
        ({"channel": "抖音"}, Grade.C, 20),
        ({"channel": "抖音", "hospital_level": "三甲", "remark": "急"}, Grade.A, 65),
        ({"channel": "1688", "budget_fen": 60_000_000}, Grade.A, 60),
    ],
)
def test_the_shipped_points_give_what_a_sales_manager_expects(lead: dict[str, Any], letter: Grade, points: int) -> None:
    result = graded(*SHIPPED.rules, **lead)
    assert (result.grade, result.points) == (letter, points)


@given(
    st.sampled_from(["展会", "抖音", "转介绍"]),
    st.text("急批量招标预算 x", max_size=8),
    st.none() | st.integers(0, 10**9),
)
def test_the_reasons_add_up_to_the_points(channel: str, remark: str, budget: int | None) -> None:
    result = graded(*SHIPPED.rules, channel=channel, remark=remark, budget_fen=budget)
    assert result.points == SHIPPED.starting_points + sum(points for _, points in result.reasons)
