"""Behaviour and size in a remark, as an admin copies them there (L6)."""

from __future__ import annotations

import pytest

from domain.grading import Sign, Signs
from nlp.remark_signs import read_signs

WAN = 1_000_000
"""Fen."""


@pytest.mark.parametrize(
    ("remark", "seconds"),
    [
        ("浏览5分钟", 300),
        ("停留 12 分钟", 720),
        ("页面停留300秒", 300),
        ("浏览半小时", 1800),
        ("浏览一个半小时", 5400),
        ("浏览时长：5分30秒", 330),
        ("停留５分半", 330),
        ("官网看了8分钟，要报价", 480),
        ("看了官网大概8分钟", 480),
        ("停留5-8分钟", 300),
        ("浏览1小时20分", 4800),
        ("官网停留 5min", 300),
        ("浏览2分钟，详情页停留6分钟", 360),
    ],
)
def test_page_time(remark: str, seconds: int) -> None:
    signs = read_signs(remark)
    assert signs.page_seconds is not None
    assert signs == Signs(page_seconds=Sign(seconds, signs.page_seconds.words))


@pytest.mark.parametrize(
    ("remark", "downloads"),
    [
        ("下载3份资料", 3),
        ("下载了报价单", 1),
        ("下载2次", 2),
        ("下载资料3份", 3),
        ("下载次数3次", 3),
        ("下载了两份样册和报价单", 2),
        ("下载过选型手册", 1),
        ("官网已下载", 1),
        ("下载了报价单，又下载4份图纸", 4),
    ],
)
def test_downloads(remark: str, downloads: int) -> None:
    signs = read_signs(remark)
    assert signs.downloads is not None
    assert signs == Signs(downloads=Sign(downloads, signs.downloads.words))


@pytest.mark.parametrize(
    ("remark", "staff"),
    [
        ("300人", 300),
        ("员工300", 300),
        ("员工：300人", 300),
        ("员工两百多人", 200),
        ("规模500人", 500),
        ("员工200-300人", 200),
        ("两三百人的厂", 200),
        ("公司上千人", 1000),
        ("300名员工，急用", 300),
        ("1.2万人的企业", 12000),
        ("1,200人以上", 1200),
    ],
)
def test_staff(remark: str, staff: int) -> None:
    signs = read_signs(remark)
    assert signs.staff is not None
    assert signs == Signs(staff=Sign(staff, signs.staff.words))


@pytest.mark.parametrize(
    ("remark", "fen"),
    [
        ("年产值3000万", 3000 * WAN),
        ("年营收2亿", 20000 * WAN),
        ("年营收 2 亿元左右", 20000 * WAN),
        ("年产值两三千万", 2000 * WAN),
        ("注册资本500万，年销售额约5000多万", 5000 * WAN),
        ("年营收过亿", 10000 * WAN),
    ],
)
def test_turnover(remark: str, fen: int) -> None:
    signs = read_signs(remark)
    assert signs.turnover_fen is not None
    assert signs == Signs(turnover_fen=Sign(fen, signs.turnover_fen.words))


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "周五前要报价",
        "5分钟后回电",
        "现场停留30分钟",
        "通话5分钟",
        "浏览5次",
        "浏览5分钟以内",
        "停留不到1分钟",
        "没下载资料",
        "无法下载3份",
        "下载速度快",
        "下载速度3兆",
        "下载3个月",
        "想下载了解",
        "300人次",
        "3人小团队",
        "来了5人",
        "5人参观",
        "2号楼",
        "2号楼300",
        "培训员工300人",
        "参会人数300人",
        "会议规模500人",
        "员工300份午餐",
        "300人食堂",
        "员工300人以下",
        "不到300人",
        "年产值不到3000万",
        "月产值300万",
        "注册资本5000万",
        "年产3000吨",
        "年产值目标5000万",
        "预算60万",
    ],
)
def test_what_only_looks_like_it_is_not_read(remark: str) -> None:
    assert read_signs(remark) == Signs()


def test_all_at_once_each_with_the_words_it_came_from() -> None:
    assert read_signs("浏览5分钟 下载3份员工300人年产值3000万") == Signs(
        Sign(300, "浏览5分钟"), Sign(3, "下载3份"), Sign(300, "员工300人"), Sign(3000 * WAN, "年产值3000万")
    )
