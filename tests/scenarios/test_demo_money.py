"""The end of the guided story: the sample statement pays for the orders of the demo's customers (P1-P3, O3)."""

from __future__ import annotations

from bot.demo import keep_orders
from simulator.samples import demo_samples
from tests.kit.desk import GROUP, Desk
from tests.kit.money import FINANCE, MANAGER

(STATEMENT,) = (sample for sample in demo_samples() if sample.kind == "file")


async def test_the_demos_statement_ends_in_paid_for_rep_manager_and_group(desk: Desk) -> None:
    """One is certain, one waits for finance, one is nobody's, two are no payments; the group hears no figures."""
    await keep_orders(desk.house)
    await desk.post("【线索响应】恒达机械 13800001111 X200 展会\n【线索响应】鸿远精工 13800002222 X300 官网")
    (rep,), (other,) = desk.holders("新线索 L1"), desk.holders("新线索 L2")
    await keep_orders(desk.house)
    before = len(desk.wecom.group_answers(GROUP))
    today = desk.house.rules.local(desk.clock.now()).date()
    await desk.send_file(FINANCE, STATEMENT.data(today), STATEMENT.name)
    paid = "已回款：苏州恒达机械有限公司 XS2611-0101 64,000 元，还欠 64,000 元"
    assert desk.texts(rep)[-1] == paid
    assert paid in desk.texts(MANAGER)
    summary = "“招商银行流水.csv”读完了：1 已入账，1 待确认，1 未匹配，2 不计。"
    assert any(text.startswith(summary) for text in desk.texts(FINANCE))
    (heard,) = desk.wecom.group_answers(GROUP)[before:]
    assert "货款到了" in heard.text
    assert "64" not in heard.text
    await desk.tap(FINANCE, "0102 36500")
    assert desk.texts(other)[-1] == "已回款：宁波鸿远精工有限公司 XS2611-0102 36,500 元，已付清"


async def test_who_may_open_finances_page_is_told_where_it_is(desk: Desk) -> None:
    assert "/finance" in await desk.asks(FINANCE, "财务页面")
    assert "只有" in await desk.asks("lina", "财务页面")
