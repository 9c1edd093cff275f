"""What a visitor can send with one tap in the chat page: voice memos, a photo, places, files. All of it is made up.

The voices are espeak-ng's (cmn): AMR-NB at 12.2 and 6.7 kbit/s, AMR-WB at 8.85, and Speex as WeCom gives it
(tests/data/audio/README.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sample:
    id: str
    kind: Literal["voice", "image", "location", "file"]
    title: str
    """A few words on the button."""
    file: str = ""
    """In this folder; empty for a place."""
    words: str = ""
    """Voice only: what is spoken."""
    latitude: float = 0.0
    longitude: float = 0.0

    name: str = ""
    """Of the file as it is sent."""
    role: str = ""
    """Only in the windows of this role; empty = in all."""

    def data(self, day: date | None = None) -> bytes:
        """What happened in a statement happened on that day."""
        data = (FOLDER / self.file).read_bytes()
        return data if day is None else data.replace(b"{day}", f"{day:%Y%m%d}".encode())


@cache
def demo_samples() -> tuple[Sample, ...]:
    return (
        Sample(
            "memo",
            "voice",
            "语音：拜访后说几句",
            file="memo.amr",
            words="刚从恒达机械出来，王总说要三百套，预算五十万，下周三之前报价。",
        ),
        Sample(
            "price",
            "voice",
            "语音：客户嫌贵",
            file="price.amr",
            words="华远汽配的刘经理说，他们还在看别家的设备，嫌我们贵，两个点的折扣可以谈，拍板的是陈总。",
        ),
        Sample(
            "budget",
            "voice",
            "语音：预算批了",
            file="budget.amr",
            words="客户说预算批下来了，八十万以内，月底前把样机寄过去，张工负责试。",
        ),
        Sample(
            "changed_mind",
            "voice",
            "语音：说错了改口",
            file="changed_mind.amr",
            words="跟鸿远精工的刘经理通了电话，预算二十万，不对，是二十五万以内，拍板的是陈总，我周五上午再打过去。",
        ),
        Sample(
            "trial",
            "voice",
            "语音：试机过了",
            file="trial.speex",
            words="鸿远精工那边试机过了，孙厂长很满意，催我们下月十五号前发货，我明天去找他签合同。",
        ),
        Sample("workshop", "image", "照片：恒达的车间", file="workshop.jpg"),
        Sample("statement", "file", "文件：今天的对账单", file="statement.csv", name="招商银行流水.csv", role="财务"),
        Sample("at_hengda", "location", "位置：恒达机械", latitude=31.2989, longitude=120.5853),
        Sample("at_home", "location", "位置：自己公司", latitude=31.2304, longitude=121.4737),
    )
