"""Every amount and day of a memo, as `dealbell extract --mentions` writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nlp.mentions import mentions

TUESDAY = datetime.fromisoformat("2026-11-24T16:05:00+08:00")


def amount(text: str, least: float | None, most: float | None) -> dict[str, Any]:
    return {"text": text, "min": least, "max": most}


def test_amounts_and_days_in_order_whatever_they_mean() -> None:
    said = "张总说三百六十万是总盘子给我们的也就一百二十来万上周三报过价下下周三评审月底前给准信"
    assert mentions(said, TUESDAY) == {
        "amounts": [amount("三百六十万", 3_600_000, 3_600_000), amount("一百二十来万", 1_200_000, 1_200_000)],
        "dates": [
            {"text": "上周三", "due": "2026-11-18"},
            {"text": "下下周三", "due": "2026-12-09"},
            {"text": "月底前", "due": "2026-11-30"},
        ],
    }


def test_a_corrected_figure_is_named_twice() -> None:
    assert mentions("五十万不对六十万", TUESDAY)["amounts"] == [
        amount("五十万", 500_000, 500_000),
        amount("六十万", 600_000, 600_000),
    ]


def test_the_words_are_those_that_were_said() -> None:
    said = "預算 ３０ 萬 以內,禮拜五之前簽約"
    assert mentions(said, TUESDAY) == {
        "amounts": [amount("３０ 萬 以內", None, 300_000)],
        "dates": [{"text": "禮拜五之前", "due": "2026-11-27"}],
    }


def test_fen_are_kept_and_days_left_open_are_named() -> None:
    assert mentions("单价三块二毛五,过两天再约", TUESDAY) == {
        "amounts": [amount("三块二毛五", 3.25, 3.25)],
        "dates": [{"text": "过两天", "due": None}],
    }


def test_numbers_and_times_that_are_neither() -> None:
    said = "三点半去二十号楼，三百台设备，质保三年，24小时服务，每周三例会，一万个放心"
    assert mentions(said, TUESDAY) == {"amounts": [], "dates": []}


def test_hours_count_from_the_moment_of_the_recording() -> None:
    assert mentions("36小时内到现场", TUESDAY)["dates"] == [{"text": "36小时内", "due": "2026-11-26"}]
