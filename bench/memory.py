"""Resident memory of `dealbell serve`: idle, and after 500 posts."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

import aiohttp
import psutil

from bench.post_to_push import Accepting, callback
from bench.serving import serving

POSTS = 500


def _resident(pid: int) -> int:
    """MB"""
    return round(psutil.Process(pid).memory_info().rss / 1e6)


async def _measure() -> dict[str, Any]:
    accepting = Accepting()
    async with accepting.running() as api_base, aiohttp.ClientSession() as session:
        loop = asyncio.get_running_loop()
        context = serving("sqlite", api_base, reps=60)
        server = await loop.run_in_executor(None, context.__enter__)
        try:
            idle = _resident(server.process.pid)
            for number in range(POSTS):
                query, body = callback(number, api_base)
                url = f"http://127.0.0.1:{server.port}/wecom/bot?{urlencode(query)}"
                async with session.post(url, data=body) as answer:
                    assert answer.status == 200
            while len(accepting.accepted_at) < POSTS:
                await asyncio.sleep(0.05)
            return {"idle_mb": idle, "after_posts_mb": _resident(server.process.pid), "target": "< 150 MB"}
        finally:
            await loop.run_in_executor(None, context.__exit__, None, None, None)


def run() -> dict[str, Any]:
    return asyncio.run(_measure())
