"""A small S3-speaking server that checks every signature by its own reading of the rules."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

SECRET = "s3-secret-of-nobody"
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


class PretendBucket:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refused: list[str] = []
        self.status = 0
        """What to answer instead, such as 507."""
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if (fault := self._fault(request, body)) is not None:
            self.refused.append(fault)
            return web.Response(status=403, text=f"<Error><Code>{fault}</Code></Error>")
        if self.status:
            return web.Response(status=self.status)
        if request.method == "PUT":
            self.objects[request.path] = body
            return web.Response()
        if request.method == "DELETE":
            self.objects.pop(request.path, None)
            return web.Response(status=204)
        if request.path not in self.objects:
            return web.Response(status=404)
        return web.Response(body=self.objects[request.path])

    def _fault(self, request: web.Request, body: bytes) -> str | None:
        given = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
        if given is None:
            return "AccessDenied"
        declared = request.headers.get("x-amz-content-sha256", "")
        if declared != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        names = given["names"].split(";")
        if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names):
            return "HeadersNotSigned"
        lines = [request.method, request.raw_path.partition("?")[0], request.query_string]
        lines += [f"{name}:{request.headers[name].strip()}" for name in names]
        lines += ["", given["names"], declared]
        moment = request.headers["x-amz-date"]
        scope = f"{given['day']}/{given['region']}/s3/aws4_request"
        signed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        key = ("AWS4" + SECRET).encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        expected = hmac.digest(key, f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{signed}".encode(), "sha256").hex()
        return None if hmac.compare_digest(expected, given["signature"]) else "SignatureDoesNotMatch"


@asynccontextmanager
async def pretend_bucket() -> AsyncIterator[PretendBucket]:
    bucket = PretendBucket()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/{key:.*}", bucket.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    bucket.url = f"http://{host}:{port}"
    try:
        yield bucket
    finally:
        await runner.cleanup()
