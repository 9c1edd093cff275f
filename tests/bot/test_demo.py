"""dealbell demo as a process of its own, without a browser (O3)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import aiohttp

WITHIN = 60
"""Seconds until a demo that does not answer is a failure."""


async def test_a_demo_that_is_started_again_begins_anew_and_hears_its_visitor(tmp_path: Path) -> None:
    """The pretend WeCom counts its messages from one again, and none may pass for a repeat of the last time."""
    (tmp_path / "dealbell.db").write_text("somebody's own", "utf-8")
    for _ in range(2):
        assert "L1 恒达机械 → " in await _answer_to_a_post(tmp_path)
    assert (tmp_path / "dealbell.db").read_text("utf-8") == "somebody's own"


async def _answer_to_a_post(data: Path) -> str:
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        page = process.stdout.readline().strip().rpartition("：")[2]
        try:
            async with aiohttp.ClientSession(page) as session, asyncio.timeout(WITHIN):
                return await _posted(session)
        finally:
            process.terminate()


async def _posted(session: aiohttp.ClientSession) -> str:
    post = {"userid": "chenlu", "chat": "wrEastLeads", "text": "@跟单铃 【线索响应】恒达机械 13800001111 X200 展会"}
    async with session.get("/sim/events") as events:
        await session.post("/sim/say", json=post)
        async for line in events.content:
            if "恒达机械 → " in (text := line.decode()):
                return text
    return ""
