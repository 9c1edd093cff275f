"""Where in a text something was said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Places in the text that was given, and what stands there."""

    start: int
    end: int
    text: str


def span_of(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])
