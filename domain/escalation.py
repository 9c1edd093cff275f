"""The ladder of a lead that lies (S2-S4): state and now → what is due next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from domain.ids import UserId
from domain.leads import Grade, Lead, LeadState, Tags
from domain.working_time import Due, WorkingCalendar


class Rung(StrEnum):
    ACCEPT = "accept"
    """Not taken in time → the manager's card and the call robot."""
    FIRST_CONTACT = "first_contact"
    """No first contact in time → manager."""
    REPORT = "report"
    """Still none → exception report to admin and manager; the lead may be taken back."""


@dataclass(frozen=True, slots=True)
class Ladder:
    accept_within: timedelta = timedelta(minutes=3)
    first_contact_within: timedelta = timedelta(hours=2)
    report_after: timedelta = timedelta(hours=4)
    around_the_clock: bool = False
    take_back: bool = False
    """At the last rung the lead is taken from its owner and assigned anew, the old owner barred."""


@dataclass(frozen=True, slots=True)
class LadderRule:
    """The first rule whose named conditions all hold gives the ladder; none → the ladder of the settings."""

    name: str
    ladder: Ladder
    grades: frozenset[Grade] = frozenset()
    product_lines: frozenset[str] = frozenset()
    hospital_levels: frozenset[str] = frozenset()


def ladder_for(grade: Grade, tags: Tags, rules: Sequence[LadderRule], usual: Ladder) -> Ladder:
    for rule in rules:
        if (
            (not rule.grades or grade in rule.grades)
            and (not rule.product_lines or tags.product_line in rule.product_lines)
            and (not rule.hospital_levels or tags.hospital_level in rule.hospital_levels)
        ):
            return rule.ladder
    return usual


def due_times(ladder: Ladder, started_at: datetime, calendar: WorkingCalendar) -> dict[Rung, Due]:
    """When each rung is reached, in working time or around the clock (S2)."""
    within = {
        Rung.ACCEPT: ladder.accept_within,
        Rung.FIRST_CONTACT: ladder.first_contact_within,
        Rung.REPORT: ladder.report_after,
    }
    if ladder.around_the_clock:
        return {rung: Due(started_at + length) for rung, length in within.items()}
    return {rung: calendar.add(started_at, length) for rung, length in within.items()}


def is_still_due(rung: Rung, lead: Lead, round_: int) -> bool:
    """Fencing: a timer of an earlier round, or one whose cause has gone, does nothing whenever it fires.

    A tap on 接单 ends the first rung only; the others end with the first contact (S3).
    """
    if lead.round != round_:
        return False
    if rung is Rung.ACCEPT:
        return lead.state is LeadState.ASSIGNED
    return lead.state in (LeadState.ASSIGNED, LeadState.ACCEPTED)


SHORTEST_CALL = timedelta(seconds=60)


def counts_as_contact(kind: str, seconds: int | None, shortest: timedelta = SHORTEST_CALL) -> bool:
    """S3: a logged call of at least 60 s, a visit, or a rep's response post."""
    if kind == "call":
        return seconds is not None and seconds >= shortest.total_seconds()
    return kind in ("visit", "response")


class Pinged(Protocol):
    """What `bundle` needs to know of a ping."""

    @property
    def receiver(self) -> UserId: ...
    @property
    def state(self) -> str: ...
    @property
    def raised_at(self) -> datetime: ...
    @property
    def told_at(self) -> datetime | None: ...
    @property
    def snoozed_until(self) -> datetime | None: ...


P = TypeVar("P", bound=Pinged)


@dataclass(frozen=True, slots=True)
class Bundle(Generic[P]):
    receiver: UserId
    pings: tuple[P, ...]


def ready_at(ping: Pinged, repeat_after: timedelta) -> datetime | None:
    """When the ping may be told; None = not again. Nothing is told twice within `repeat_after` (S4)."""
    if ping.state == "pending":
        return ping.raised_at
    if ping.state == "snoozed" and ping.snoozed_until is not None:
        earliest = (ping.told_at or ping.raised_at) + repeat_after
        return max(ping.snoozed_until, earliest)
    return None


def bundle(pings: Iterable[P], now: datetime, *, bundle_within: timedelta, repeat_after: timedelta) -> list[Bundle[P]]:
    """One card for each receiver with all that is ready, `bundle_within` after its oldest ping became so."""
    return [
        Bundle(receiver, tuple(ping for ready, ping in waiting if ready <= now))
        for receiver, card_at, waiting in _cards(pings, bundle_within, repeat_after)
        if card_at <= now
    ]


def next_bundle_at(pings: Iterable[Pinged], *, bundle_within: timedelta, repeat_after: timedelta) -> datetime | None:
    """The first moment at which `bundle` gives something."""
    return min((card_at for _, card_at, _ in _cards(pings, bundle_within, repeat_after)), default=None)


def _cards(
    pings: Iterable[P], bundle_within: timedelta, repeat_after: timedelta
) -> Iterator[tuple[UserId, datetime, list[tuple[datetime, P]]]]:
    """(receiver, when the next card is due, what waits for it and since when), by receiver."""
    waiting: dict[UserId, list[tuple[datetime, P]]] = {}
    for ping in pings:
        if (ready := ready_at(ping, repeat_after)) is not None:
            waiting.setdefault(ping.receiver, []).append((ready, ping))
    for receiver, gathered in sorted(waiting.items()):
        yield receiver, min(ready for ready, _ in gathered) + bundle_within, gathered
