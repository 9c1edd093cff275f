"""Every amount of money and every day that a memo names, in order, whatever it means (`dealbell extract --mentions`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nlp.dates import days
from nlp.money import amounts
from nlp.transcript import even


def mentions(transcript: str, recorded_at: datetime) -> dict[str, list[dict[str, Any]]]:
    """`text` as said, `min` and `max` in yuan or None, `due` as ISO day or None."""
    evened = even(transcript)
    return {
        "amounts": [
            {"text": evened.as_said(amount.span).text, "min": yuan(amount.min_fen), "max": yuan(amount.max_fen)}
            for amount in amounts(evened.text)
        ],
        "dates": [
            {"text": evened.as_said(day.span).text, "due": day.due.isoformat() if day.due else None}
            for day in days(evened.text, recorded_at.date(), recorded_at.time())
        ],
    }


def yuan(fen: int | None) -> int | float | None:
    """Whole yuan as a whole number, so that 500000 does not read 500000.0."""
    if fen is None:
        return None
    return fen / 100 if fen % 100 else fen // 100
