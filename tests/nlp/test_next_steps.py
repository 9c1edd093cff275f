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


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        ("我下周二先发两台过去,哦不,是下周一,下周一发", [("先发两台过去", "2026-03-09")]),
        ("国庆前发一份报价给他,哦赶不上,改成10月11号之前发", [("发一份报价给他", "2026-10-11")]),
        ("他们三月底开评审会,不对,是四月8号", [("开评审会", "2026-04-08")]),
        ("把样机拉回来,三月十号,不对十号有会,三月12号去拉", [("把样机拉回来", "2026-03-12")]),
        # another sentence with a correction of its own
        (
            "我明天问财务能不能租。下周二,不对,下周四带方案去",
            [("问财务能不能租", "2026-03-08"), ("带方案去", "2026-03-12")],
        ),
    ],
)
def test_the_last_day_said_for_a_step_stands(said: str, steps: list[tuple[str, str]]) -> None:
    found = extract(f"今天去了恒达机械。{said}。", SATURDAY).next_steps
    assert [(step.value.action, str(step.value.due)) for step in found] == steps
