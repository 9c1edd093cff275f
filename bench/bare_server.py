"""The smallest aiohttp + wechatpy server that takes WeCom's callbacks: it checks, decrypts, parses and stores nothing.

What `dealbell serve` is measured against. The keys are those of wecom.md 1.3; the corp id is part of them.
"""

from __future__ import annotations

import argparse

from aiohttp import web
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.enterprise.parser import parse_message

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP_ID = "wx5823bf96d3bd56c7"


def make_app(token: str = TOKEN, aes_key: str = AES_KEY, corp_id: str = CORP_ID) -> web.Application:
    crypto = WeChatCrypto(token, aes_key, corp_id)

    async def verify(request: web.Request) -> web.Response:
        query = request.query
        echo = crypto.check_signature(query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"])
        return web.Response(text=echo)

    async def receive(request: web.Request) -> web.Response:
        query = request.query
        body = await request.read()
        xml = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        parse_message(xml)
        return web.Response()

    app = web.Application()
    app.router.add_get("/wecom/app", verify)
    app.router.add_post("/wecom/app", receive)
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    arguments = parser.parse_args()
    # The access log alone costs half of the throughput (libraries.md 2); serve has none either.
    web.run_app(make_app(), host="127.0.0.1", port=arguments.port, access_log=None, print=None)


if __name__ == "__main__":
    main()
