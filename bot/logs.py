"""Structured logs: fixed event names with fields; no phone numbers, no message text, no tokens."""

from __future__ import annotations

import logging
import sys

import structlog

from settings.model import Log

# structlog's own choice shows local variables, and with them tokens and what people wrote.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def configure(settings: Log) -> None:
    level = getattr(logging, settings.level.upper())
    is_json = settings.format == "json"
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([_TRACEBACKS] if is_json else []),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Where stderr is when a line is written, not when this was set up.
        logger_factory=lambda *_args: structlog.PrintLogger(sys.stderr),
    )
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s")
    # Its lines would hold addresses with tokens.
    logging.getLogger("aiohttp.client").setLevel(logging.ERROR)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
