"""What was understood, as people read it (N3)."""

from datetime import date

import pytest

from chat.texts import facts as texts
from domain.facts import BudgetRange, Concern, NextStep, Owner, Signal
from domain.scorecard import Level, Point

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (50_000_000, 50_000_000, "50万"),
        (30_000_000, 40_000_000, "30万–40万"),
        (None, 50_000_000, "不超过50万"),
        (50_000_000, None, "至少50万"),
        (3_800_000, 3_800_000, "3.8万"),
        (35_800_000, 35_800_000, "35.8万"),
        (12_000_000_000, 12_000_000_000, "1.2亿"),
        (350_000, 350_000, "3500元"),
        (1_030_050, 1_030_050, "10300.5元"),
        (100_000_000, 100_000_000, "100万"),
        (80_000_000, 100_000_000, "80万–100万"),
    ],
)
def test_money_as_people_write_it(low: int | None, high: int | None, shown: str) -> None:
    assert texts.budget(BudgetRange(low, high)) == shown


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (NextStep("寄样", date(2026, 11, 24), Owner.US), "明天 寄样"),
        (NextStep("寄样", date(2026, 11, 23), Owner.US), "今天 寄样"),
        (NextStep("付定金", date(2026, 11, 27), Owner.CUSTOMER), "客户 11月27日周五 付定金"),
        (NextStep("签合同", date(2027, 1, 8), Owner.US), "2027年1月8日周五 签合同"),
        (NextStep("出方案", None, Owner.US), "出方案（没说哪天）"),
    ],
)
def test_a_step_says_who_and_when(step: NextStep, shown: str) -> None:
    assert texts.step(step, TODAY) == shown


def test_every_code_has_its_word() -> None:
    """A missing one would fail in somebody's chat."""
    assert set(texts.CONCERNS) == set(Concern)
    assert set(texts.SIGNALS) == set(Signal)
    assert set(texts.LEVELS) == set(Level)
    assert set(texts.MET) == set(Point)
    assert set(texts.MISSING) == set(Point) - {Point.STALLED}
