"""The ladder of a lead that lies (S2-S4): state and now → what is due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.leads import Grade


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
