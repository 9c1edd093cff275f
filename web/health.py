"""/healthz, /readyz, /metrics (O2): the database and the loops count; WeCom being away is reported only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import REGISTRY, generate_latest

Probe = Callable[[], Awaitable[str]]
"""An empty text where all is well, else the reason."""


def add_routes(app: web.Application, *, probes: Mapping[str, Probe], reported: Mapping[str, Probe]) -> None:
    """`probes` decide over readiness; `reported` are shown and decide nothing."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_request: web.Request) -> web.Response:
        reasons = {name: reason for name, probe in probes.items() if (reason := await probe())}
        notes = {name: reason for name, probe in reported.items() if (reason := await probe())}
        return web.json_response(
            {"ready": not reasons, "reasons": reasons, "notes": notes}, status=503 if reasons else 200
        )

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(REGISTRY), content_type="text/plain", charset="utf-8")

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
