"""A memo: what somebody said or typed about a customer, from the sound to the confirmed facts (N1-N5, V6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.facts import MemoFacts
from domain.ids import CustomerId, MemoId, UserId


class MemoKind(StrEnum):
    VOICE = "voice"
    TEXT = "text"
    FORWARDED = "forwarded"
    """A customer's own words (V6): 我们 is the customer there."""
    CALL = "call"
    """A call recording, with its length (N5)."""


class MemoState(StrEnum):
    WAITING_FOR_WORDS = "waiting_for_words"
    """The sound is kept; `problem` says what has stood in the way so far."""
    UNDERSTOOD = "understood"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Memo:
    memo_id: MemoId
    message_key: str
    sender: UserId
    kind: MemoKind
    recorded_at: datetime
    visit_id: int | None
    customer_id: CustomerId | None
    text: str
    state: MemoState
    version: int
    """Grows with every change, so that two changes at once do not swallow each other."""
    problem: str = ""
    seconds: float | None = None
    confirmed_at: datetime | None = None
    facts: MemoFacts | None = None
    """As they stand after the corrections; None until there are words."""
