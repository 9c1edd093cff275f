"""The guided story of `dealbell demo`, clicked through in a browser: post, accept, escalation, digest, 已回款."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def window(page: Page, name: str) -> Locator:
    """The window of a member (userid) or of the group, as far as it shows messages."""
    return page.locator(f'[data-window="{name}"] .list')


async def next_step(page: Page) -> None:
    done = await page.locator(".steps .done").count()
    await page.click(".story .go")
    await expect(page.locator(".steps .done")).to_have_count(done + 1)


async def test_the_story_shows_the_whole_loop(page: Page, demo_url: str) -> None:
    await page.goto(demo_url)
    await expect(page.locator("#link")).to_have_text("已连接")

    await next_step(page)
    await next_step(page)
    group = window(page, "wrEastLeads")
    await expect(group).to_contain_text("L1 恒达机械 →")
    await expect(group).to_contain_text("L2 鸿远精工 →")
    cards = page.locator(".window .card", has_text="新线索 L")
    await expect(cards).to_have_count(2)

    await next_step(page)
    await expect(group).to_contain_text("没登记，改好再发")

    await next_step(page)
    await expect(page.locator(".window .card", has_text="已接单")).to_have_count(1)
    await expect(cards).to_have_count(1)

    await next_step(page)
    manager = window(page, "zhaomin")
    await expect(manager).to_contain_text("3 分钟未接单")

    await next_step(page)
    await expect(manager.get_by_role("button", name="收到")).to_have_count(0)

    await next_step(page)
    visit = page.locator(".window .list", has_text="开始拜访 恒达机械")
    await expect(visit).to_have_count(1)
    await next_step(page)
    await expect(visit.locator(".picture img")).to_have_count(1)
    await next_step(page)
    understood = page.locator(".window .card", has_text="50万")
    await expect(understood).to_have_count(1)
    await expect(understood).to_contain_text("报价")
    await next_step(page)
    await expect(understood.get_by_role("button", name="确认")).to_have_count(0)

    await next_step(page)
    await expect(visit).to_contain_text("V1 恒达机械结束了，留痕齐：照片 1 张、备忘 1 条。")
    await next_step(page)
    await expect(manager).to_contain_text("留痕：照片 1 张、备忘 1 条")
    await expect(manager).to_contain_text("预算 50万")
    await expect(manager.locator(".picture img")).to_have_count(1)
    await expect(manager.locator(".voice")).to_have_count(1)

    await next_step(page)
    leader = window(page, "zhouzong")
    await expect(leader).to_contain_text("日报")
    await expect(leader).to_contain_text("昨天新线索 2 条")

    await next_step(page)
    paid = "已回款：苏州恒达机械有限公司 XS2611-0101 64,000 元，还欠 64,000 元"
    finance = window(page, "qianfang")
    await expect(finance).to_contain_text("1 已入账，1 待确认，1 未匹配，2 不计")
    await expect(finance).to_contain_text(paid)
    await expect(manager).to_contain_text(paid)
    visitor = page.locator(".window .list", has_text="开始拜访 恒达机械")
    await expect(visitor).to_contain_text(paid)
    await expect(group).to_contain_text("好消息：苏州恒达机械有限公司 的货款到了")
    await expect(group).not_to_contain_text("64,000")

    await next_step(page)
    await expect(manager).to_contain_text("已回款：宁波鸿远精工有限公司 XS2611-0102 36,500 元，已付清")
    await expect(finance.get_by_role("button", name="0102 36500")).to_have_count(0)
    await expect(page.locator(".story .over")).to_contain_text("讲完了")


async def test_a_visitor_may_type_and_tap_by_hand(page: Page, demo_url: str) -> None:
    await page.goto(demo_url)
    await expect(page.locator("#link")).to_have_text("已连接")
    if not await window(page, "wrEastLeads").is_visible():
        await page.click('[data-tab="wrEastLeads"]')
    composer = page.locator('[data-window="wrEastLeads"]')
    await composer.locator("input, textarea").first.fill("@跟单铃 【线索响应】同舟包装 13900003333 Y10 官网")
    await composer.get_by_role("button", name="发送").click()
    await expect(window(page, "wrEastLeads")).to_contain_text("L1 同舟包装 →")
    card = page.locator(".window .card", has_text="新线索 L1")
    await expect(card).to_have_count(1)
    await card.get_by_role("button", name="接单").dispatch_event("click")
    await expect(page.locator(".window .card", has_text="已接单 L1")).to_have_count(1)
