"""Acknowledged callbacks a second: `dealbell serve`, which stores each first, against a bare server that stores none."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import Any
from urllib.parse import urlencode

from wechatpy.enterprise.crypto import WeChatCrypto

from bench import http_load
from bench.bare_server import AES_KEY, CORP_ID, TOKEN
from bench.serving import engines, free_port, serving

REQUESTS = 6000
CONNECTIONS = 32
PEOPLE = 200
ROUNDS = 2


def requests(port: int, first: int, count: int = REQUESTS) -> list[bytes]:
    """Distinct text messages of many members, signed and encrypted as WeCom does."""
    crypto = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)
    now = str(int(time.time()))
    made = []
    for number in range(first, first + count):
        xml = (
            f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName>"
            f"<FromUserName><![CDATA[guest{number % PEOPLE}]]></FromUserName><CreateTime>{now}</CreateTime>"
            f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[view]]></Event><EventKey><![CDATA[u{number}]]></EventKey>"
            f"<AgentID>1000002</AgentID></xml>"
        )
        envelope = crypto.encrypt_message(xml, f"n{number}", now)
        signature = envelope.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
        query = urlencode({"msg_signature": signature, "timestamp": now, "nonce": f"n{number}"})
        encrypted = envelope.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        body = f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        made.append(http_load.post(port, f"/wecom/app?{query}", body.encode()))
    return made


def measure(port: int) -> dict[str, Any]:
    """The better of the rounds: what the machine did beside it is not ours."""
    loads = [asyncio.run(http_load.send_all(port, requests(port, n * REQUESTS), CONNECTIONS)) for n in range(ROUNDS)]
    return min(loads, key=lambda load: load.seconds).figures()


def bare() -> dict[str, Any]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare_server", "--port", str(port)])
    try:
        time.sleep(1.5)
        return measure(port)
    finally:
        process.terminate()
        process.wait(10)


def run() -> dict[str, Any]:
    report: dict[str, Any] = {"bare": bare()}
    for engine in engines():
        with serving(engine, "http://127.0.0.1:9") as server:
            report[engine] = measure(server.port)
            report[engine]["of_bare"] = round(report[engine]["per_second"] / report["bare"]["per_second"], 2)
    report["target"] = "of_bare >= 0.5"
    return report
