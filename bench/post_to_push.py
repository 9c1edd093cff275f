"""Post in a group → the rep's card accepted by WeCom, at 20 posts a second (R7)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from wechatpy.enterprise.crypto import PrpCrypto

from bench.bare_server import AES_KEY, TOKEN
from bench.serving import engines, serving

POSTS = 300
PER_SECOND = 20
CUSTOMER = re.compile(r"压测(\d+)号")


class Accepting:
    """As little of WeCom's API as a push needs; notes when each card was accepted."""

    def __init__(self) -> None:
        self.accepted_at: dict[int, float] = {}
        self.pushes = 0

    async def send(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.pushes += 1
        if (found := CUSTOMER.search(body)) is not None:
            self.accepted_at.setdefault(int(found[1]), time.perf_counter())
        answer = {"errcode": 0, "errmsg": "ok", "msgid": f"m{self.pushes}", "response_code": f"r{self.pushes}"}
        return web.json_response(answer)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        async def token(_request: web.Request) -> web.Response:
            return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})

        async def fine(_request: web.Request) -> web.Response:
            return web.json_response({"errcode": 0, "errmsg": "ok"})

        app = web.Application()
        app.router.add_get("/cgi-bin/gettoken", token)
        app.router.add_post("/cgi-bin/message/send", self.send)
        app.router.add_route("*", "/{path:.*}", fine)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()


def callback(number: int, api_base: str) -> tuple[dict[str, str], bytes]:

    text = f"@跟单铃 【线索响应】压测{number}号机械 139{number:08} X200 展会"
    payload = {
        "msgid": f"bench{number}",
        "aibotid": "aib",
        "chatid": "wrBench",
        "chattype": "group",
        "from": {"userid": f"rep{number % 20}"},
        "response_url": f"{api_base}/cgi-bin/aibot/response?response_code=rc{number}",
        "msgtype": "text",
        "text": {"content": text},
    }
    encrypted = PrpCrypto(base64.b64decode(AES_KEY + "=")).encrypt(json.dumps(payload, ensure_ascii=False), "")
    encrypted = encrypted.decode() if isinstance(encrypted, bytes) else encrypted
    stamp, nonce = str(int(time.time())), f"n{number}"
    signature = hashlib.sha1("".join(sorted([TOKEN, stamp, nonce, encrypted])).encode()).hexdigest()
    query = {"msg_signature": signature, "timestamp": stamp, "nonce": nonce}
    return query, json.dumps({"encrypt": encrypted}).encode()


async def _measure(engine: str, reps: int) -> dict[str, Any]:
    accepting = Accepting()
    async with accepting.running() as api_base, aiohttp.ClientSession() as session:
        started_at: dict[int, float] = {}

        async def post(port: int, number: int) -> None:
            query, body = callback(number, api_base)
            started_at[number] = time.perf_counter()
            async with session.post(f"http://127.0.0.1:{port}/wecom/bot?{urlencode(query)}", data=body) as answer:
                assert answer.status == 200, answer.status

        loop = asyncio.get_running_loop()
        context = serving(engine, api_base, reps=reps)
        server = await loop.run_in_executor(None, context.__enter__)
        try:
            await post(server.port, 0)
            while 0 not in accepting.accepted_at:
                await asyncio.sleep(0.01)
            tasks = []
            began = time.perf_counter()
            for number in range(1, POSTS + 1):
                await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
                tasks.append(asyncio.create_task(post(server.port, number)))
            await asyncio.gather(*tasks)
            deadline = time.perf_counter() + 30
            while len(accepting.accepted_at) <= POSTS and time.perf_counter() < deadline:
                await asyncio.sleep(0.01)
        finally:
            await loop.run_in_executor(None, context.__exit__, None, None, None)
    waits = sorted(accepting.accepted_at[n] - started_at[n] for n in range(1, POSTS + 1) if n in accepting.accepted_at)
    return {
        "posts": POSTS,
        "lost": POSTS - len(waits),
        "p50_ms": round(1000 * waits[len(waits) // 2], 1),
        "p99_ms": round(1000 * waits[int(len(waits) * 0.99)], 1),
    }


def run() -> dict[str, Any]:
    report: dict[str, Any] = {engine: asyncio.run(_measure(engine, reps=60)) for engine in engines()}
    report["target"] = "p99_ms < 150 at 20 posts a second"
    return report
