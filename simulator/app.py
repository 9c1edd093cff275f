"""The pretend WeCom as one aiohttp application: API, courier of callbacks, chat page."""

from __future__ import annotations

from aiohttp import web

from simulator import api, speech
from simulator.actors import Actors
from simulator.callbacks import Courier
from simulator.company import Company
from simulator.page import AdvanceClock, Page
from simulator.story import Step, demo_story
from simulator.world import Clock, World

WORLD = web.AppKey("world", World)
COURIER = web.AppKey("courier", Courier)
ACTORS = web.AppKey("actors", Actors)

_MOST_BYTES = 32 << 20


def create_app(
    company: Company,
    clock: Clock,
    advance_clock: AdvanceClock | None = None,
    product_url: str = "",
    steps: tuple[Step, ...] | None = None,
) -> web.Application:
    """`advance_clock` moves everybody's clock on, for the buttons of the chat page; without it there are none. Who runs
    the application sets `app[WORLD].public_base` to its address once it is known, and may set
    `app[COURIER].product_url` later. `steps` is the guided story."""
    world = World(company, clock)
    courier = Courier(world, product_url)
    actors = Actors(world, courier)
    page = Page(world, actors, courier, advance_clock, demo_story() if steps is None else steps)
    app = web.Application(client_max_size=_MOST_BYTES)
    app[WORLD], app[COURIER], app[ACTORS] = world, courier, actors
    api.mount(app.router, world)
    page.mount(app.router)
    speech.mount(app.router, world)
    app.on_shutdown.append(page.stop)
    app.on_cleanup.append(_stop)
    return app


async def _stop(app: web.Application) -> None:
    await app[ACTORS].stop()
    await app[COURIER].close()
