"""What is a step and what is not (N2)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from nlp.extract import extract

SATURDAY = datetime(2026, 3, 7, 18, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        # asked for, then promised: one step
        ("王工让我先发个参数表,我下周二发给他", ["发给他"]),
        # the weekday that a memo opens with is today
        ("周六去厂里看了看,下周三把图纸寄过去", ["把图纸寄过去"]),
        ("我们周六前把图纸寄过去", ["把图纸寄过去"]),
        # 已, 刚, 批过: done
        ("三月底已核准", []),
        ("今天我把样品送过去了", []),
        ("今天我把样品寄过去", ["把样品寄过去"]),
        # who is carried along in the verb is no new subject
        ("下周三催厂里把报告出好", ["催厂里把报告出好"]),
        ("下周三完成备案", ["完成备案"]),
    ],
)
def test_only_what_is_still_to_happen_is_a_step(said: str, steps: list[str]) -> None:
    assert [step.value.action for step in extract(said, SATURDAY).next_steps] == steps
