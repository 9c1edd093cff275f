"""Who works here (spec chapter 1): members, their roles, and when they are not to be given work."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from domain.ids import UserId


class Role(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"
    FINANCE = "finance"
    TECH = "tech"
    SERVICE = "service"
    LEADER = "leader"
    OPERATOR = "operator"


class Status(StrEnum):
    ACTIVE = "active"
    FROZEN = "frozen"
    """Left the company or the app's visible range: gets no work, sees no data (A1, chapter 1)."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Days off, both ends included, in the company's zone."""

    first: date
    last: date
    stand_in: UserId | None = None
    said_in_chat: bool = False
    """Not from the roster file, so the file cannot take it away either."""

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Member:
    userid: UserId
    name: str
    roles: frozenset[Role] = frozenset({Role.REP})
    team: str = ""
    region: str = ""
    product_lines: frozenset[str] = frozenset()
    skills: dict[str, float] = field(default_factory=dict)
    """Product line or industry → 0…1; missing lines count as 0.5 when they are among `product_lines`, else 0."""
    manager: UserId | None = None
    status: Status = Status.ACTIVE
    leave: tuple[Leave, ...] = ()
    wecom_userid: str = ""
    """The userid as WeCom spells it; empty = the same as `userid`."""
    frozen_why: str = ""
    """left: WeCom said so, only WeCom or an admin takes it back; roster: taken out of the roster file."""

    def frozen(self, why: str) -> Member:
        return replace(self, status=Status.FROZEN, frozen_why=why)

    def is_absent_on(self, day: date) -> bool:
        return bool(self.leave) and any(leave.covers(day) for leave in self.leave)

    def stand_in_on(self, day: date) -> UserId | None:
        return next((leave.stand_in for leave in self.leave if leave.covers(day)), None)

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)
