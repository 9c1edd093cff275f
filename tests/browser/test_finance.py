"""Finance's page in a real browser, on a phone and on a desk: sign in, preview, 入账, confirm many, undo, export (P1, P2)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.kit.desk import SHANGHAI
from tests.kit.money import statement

pytestmark = pytest.mark.browser

PAID_AT = datetime(2026, 11, 27, 9, 30, tzinfo=SHANGHAI)
STATEMENT = statement(
    (PAID_AT, "S1", "64000.00", "苏州恒达机械有限公司", "XS2611-0101首批货款"),
    (PAID_AT, "S2", "36500.00", "何敏", "XS2611-0102鸿远货款"),
    (PAID_AT, "S3", "18600.00", "沈曼", "XS2611-0103"),
    (PAID_AT, "S4", "三万", "绍兴云杉纺织有限公司", "押金"),
)


async def fits(page: Page) -> None:
    """Nothing sticks out to the side."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def signed_in(page: Page, demo_url: str) -> str:
    """Straight from the window of the member, and then by choosing who one is; the product's own address."""
    await page.goto(demo_url)
    if not await page.locator('[data-window="qianfang"] .page').is_visible():
        await page.click('[data-tab="qianfang"]')
    async with page.context.expect_page() as opened:
        await page.click('[data-window="qianfang"] .page')
    inside = await opened.value
    await expect(inside.locator(".me")).to_have_text("钱芳")
    parts = urlsplit(inside.url)
    await inside.close()
    await page.context.clear_cookies()
    await page.goto(f"{parts.scheme}://{parts.netloc}/finance")
    await page.click("text=钱芳")
    await expect(page.locator(".me")).to_have_text("钱芳")
    return f"{parts.scheme}://{parts.netloc}"


async def test_finance_does_a_days_work(page: Page, demo_url: str, tmp_path: Path) -> None:
    product = await signed_in(page, demo_url)
    await expect(page.locator(".empty")).to_have_text("没有待确认的流水。")
    await fits(page)

    file = tmp_path / "十一月.csv"
    file.write_bytes(STATEMENT)
    await page.set_input_files('input[type="file"]', file)
    await page.click("text=先看预览")
    await expect(page.locator("h1")).to_have_text("预览，还没有入账")
    preview = page.locator(".preview")
    for shown in ("招商银行", "3 笔", "119,100 元", "第 5 行：金额看不懂（三万）"):
        await expect(preview).to_contain_text(shown)
    await fits(page)

    await page.get_by_role("button", name="入账").click()
    await expect(page.locator("main")).to_contain_text("读完了，3 笔流水", timeout=20_000)
    await fits(page)
    await page.locator(".counts a", has_text="待确认").click()

    await expect(page.locator(".entry")).to_have_count(2)
    await page.locator(".all").click()
    await expect(page.locator(".all")).to_have_text("选了 2 笔")
    await fits(page)
    await page.get_by_role("button", name="确认入账").click()
    await expect(page.locator("h1")).to_have_text("2 笔入账")
    await expect(page.locator(".outcomes")).to_contain_text("XS2611-0103 18,600 元，已付清")
    await fits(page)

    await page.goto(f"{product}/finance?state=booked")
    await page.locator(".entry", has_text="沈曼").locator(".more").click()
    await fits(page)
    await page.get_by_role("button", name="撤销这笔入账").click()
    await expect(page.locator(".outcomes")).to_contain_text("撤销了 常州同舟包装有限公司 XS2611-0103 的 18,600 元")
    await page.get_by_role("link", name="继续").click()
    await expect(page.locator("h1 .state")).to_have_text("未匹配")

    await page.goto(f"{product}/finance?state=all")
    for kind in ("Excel", "CSV"):
        async with page.expect_download() as started:
            await page.get_by_role("link", name=kind).click()
        saved = tmp_path / kind
        await (await started.value).save_as(saved)
        assert saved.stat().st_size > 300
    assert "苏州恒达机械有限公司" in (tmp_path / "CSV").read_text("utf-8-sig")


async def test_somebody_else_reads_a_sentence(page: Page, demo_url: str) -> None:
    product = await signed_in(page, demo_url)
    await page.context.clear_cookies()
    await page.goto(f"{product}/finance")
    await page.click("text=李娜")
    await expect(page.locator("main")).to_contain_text("这个页面只给财务和管理员用")
    await fits(page)
