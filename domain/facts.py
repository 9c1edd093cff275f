"""What a memo says about a customer (N2): each value with the words it came from, nothing that was not said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Owner(StrEnum):
    """Who has to take a next step."""

    US = "us"
    CUSTOMER = "customer"


class Signal(StrEnum):
    """In the order in which they are shown."""

    PRICE_SENSITIVE = "price_sensitive"
    BUDGET_CONFIRMED = "budget_confirmed"
    DECISION_MAKER_MET = "decision_maker_met"
    COMPETITOR_INVOLVED = "competitor_involved"
    URGENT = "urgent"
    STALLED = "stalled"


class Concern(StrEnum):
    """What the customer worries about; becomes a tag of the customer (N4)."""

    PRICE = "price"
    DELIVERY = "delivery"
    QUALITY = "quality"
    SERVICE = "service"
    PAYMENT = "payment"
    TECHNOLOGY = "technology"
    CONTRACT = "contract"
    TRUST = "trust"


@dataclass(frozen=True, slots=True)
class Words:
    """Where in the transcript, as it was said, a value stands."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Said(Generic[T_co]):
    """A value and the words it came from."""

    value: T_co
    words: Words


@dataclass(frozen=True, slots=True)
class BudgetRange:
    """In fen. One bound may be open, not both."""

    min_fen: int | None
    max_fen: int | None

    def __post_init__(self) -> None:
        if self.min_fen is None and self.max_fen is None:
            raise ValueError("a budget without bounds is none")


@dataclass(frozen=True, slots=True)
class NextStep:
    action: str
    """As said, as short as it can be: verb and object."""
    due: date | None
    """The last day that is on time."""
    owner: Owner


@dataclass(frozen=True, slots=True)
class MemoFacts:
    customer: Said[str] | None = None
    decision_maker: Said[str] | None = None
    budget: Said[BudgetRange] | None = None
    next_steps: tuple[Said[NextStep], ...] = ()
    """In the order said."""
    competitors: tuple[Said[str], ...] = ()
    concerns: tuple[Said[Concern], ...] = ()
    signals: tuple[Said[Signal], ...] = ()

    def has(self, signal: Signal) -> bool:
        return any(said.value is signal for said in self.signals)

    @property
    def is_empty(self) -> bool:
        return self == MemoFacts()


@dataclass(frozen=True, slots=True)
class Known:
    """Names the house knows already; a memo that says one of them means it."""

    customers: frozenset[str] = field(default_factory=frozenset)
    competitors: frozenset[str] = field(default_factory=frozenset)
    colleagues: frozenset[str] = field(default_factory=frozenset)
    """Members of the roster: whoever they are, they do not decide for the customer."""

    @classmethod
    def of(
        cls, customers: Iterable[str] = (), competitors: Iterable[str] = (), colleagues: Iterable[str] = ()
    ) -> Known:
        return cls(frozenset(customers), frozenset(competitors), frozenset(colleagues))
