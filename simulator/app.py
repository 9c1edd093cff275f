"""The pretend WeCom as one aiohttp application: API, courier of callbacks, chat page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import web

from simulator import api
from simulator.actors import Actors
from simulator.callbacks import Courier
from simulator.company import Company
from simulator.world import Clock, World

WORLD = web.AppKey("world", World)
COURIER = web.AppKey("courier", Courier)
ACTORS = web.AppKey("actors", Actors)

AdvanceClock = Callable[[timedelta], Awaitable[None]]
_MOST_BYTES = 32 << 20


def create_app(
    company: Company,
    clock: Clock,
    advance_clock: AdvanceClock | None = None,
    product_url: str = "",
) -> web.Application:
    """`advance_clock` moves the clock of everybody on, for the buttons of the chat page. Who runs the application sets
    `app[WORLD].public_base` to its address once it is known, and may set `app[COURIER].product_url` later."""
    world = World(company, clock)
    app = web.Application(client_max_size=_MOST_BYTES)
    app[WORLD] = world
    api.mount(app.router, world)

    app[COURIER] = Courier(world, product_url)
    app[ACTORS] = Actors(world, app[COURIER])
    app.on_cleanup.append(_stop)
    return app


async def _stop(app: web.Application) -> None:
    await app[ACTORS].stop()
    await app[COURIER].close()
