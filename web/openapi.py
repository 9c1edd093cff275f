"""GET /openapi.json: what /api takes and answers (I1)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from actions.take_transactions import AT_ONCE
from web import bank_api

_TEXT = {"type": "string", "maxLength": bank_api.LONGEST}
_NEEDED_TEXT = _TEXT | {"minLength": 1}
_TRANSACTION: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": list(bank_api.REQUIRED),
    "properties": {
        **{name: _NEEDED_TEXT if name in bank_api.REQUIRED else _TEXT for name in bank_api.TEXTS},
        "paid_at": {
            "type": "string",
            "description": "ISO 8601, such as 2026-11-24T09:30:00+08:00; without an offset it is the company's own time",
        },
        "amount": {
            "description": "yuan, never fen: text with at most two decimals, or a whole number; below zero went out",
            "oneOf": [
                {"type": "string", "pattern": f"^{bank_api.AMOUNT.pattern}$"},
                {"type": "integer", "minimum": -bank_api.MOST_YUAN, "maximum": bank_api.MOST_YUAN},
            ],
        },
        "currency": {"const": "CNY"},
    },
}
_PROBLEM = {
    "description": "RFC 9457",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "properties": {
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                        },
                    },
                },
            }
        }
    },
}
_SIGNING = [
    {"name": name, "in": "header", "required": required, "schema": {"type": "string"}, "description": what}
    for name, required, what in (
        ("X-Dealbell-Key", True, "id of a key in the settings"),
        ("X-Dealbell-Timestamp", True, "unix seconds, at most 5 minutes off"),
        ("X-Dealbell-Signature", True, 'hex HMAC-SHA256 of timestamp + "." + raw body under the secret of the key'),
        ("Idempotency-Key", False, "a repeat gets the first answer"),
    )
]

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Dealbell", "version": "0.1.0"},
    "paths": {
        bank_api.PATH: {
            "post": {
                "summary": "Bank transactions come in; the same one counts once",
                "parameters": _SIGNING,
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "oneOf": [
                                    _TRANSACTION,
                                    {"type": "array", "items": _TRANSACTION, "maxItems": AT_ONCE},
                                ]
                            }
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "Taken",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {"new": {"type": "integer"}, "repeated": {"type": "integer"}},
                                }
                            }
                        },
                    },
                    **{str(status): _PROBLEM for status in (400, 401, 403, 413, 422)},
                },
            }
        }
    },
}


def add_routes(app: web.Application) -> None:
    async def show(_request: web.Request) -> web.Response:
        return web.json_response(DOCUMENT)

    app.router.add_get("/openapi.json", show)
