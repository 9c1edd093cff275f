"""Pages that people open: one look, templates that escape by themselves, headers that keep strangers out (A4)."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chat.texts.payments import money

_HERE = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["money"] = money
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page(template: str, **facts: object) -> web.Response:
    return web.Response(text=_rendered(template, facts), content_type="text/html", headers=HEADERS)


def sentence_page(kind: type[web.HTTPException], text: str) -> web.HTTPException:
    """To be raised: a page that holds one sentence."""
    return kind(text=_rendered("sentence.html", {"text": text}), content_type="text/html", headers=HEADERS)


def add_static(app: web.Application) -> None:
    app.router.add_static("/static/", _HERE / "static")


def _rendered(template: str, facts: dict[str, object]) -> str:
    return _TEMPLATES.get_template(template).render(facts)
