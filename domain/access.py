"""Who may see what (A1): own, team, all. Enforced where records are read, for chat, web and search alike."""

from __future__ import annotations

from collections.abc import Iterable

from domain.ids import UserId
from domain.people import Member, Role

SEES_ALL = (Role.LEADER, Role.ADMIN, Role.OPERATOR, Role.FINANCE, Role.SERVICE, Role.TECH)

SEES_FINANCE_PAGE = frozenset({Role.FINANCE, Role.ADMIN, Role.OPERATOR})
"""Booking and taking back is finance's alone, on the page as in the chat."""

HANDS_OUT = (Role.ADMIN, Role.OPERATOR, Role.MANAGER, Role.LEADER)
"""Who may see the leads of the manual pool and give them to somebody (R5)."""

GOES_TO_CUSTOMERS = frozenset({Role.REP, Role.MANAGER, Role.LEADER, Role.TECH, Role.SERVICE})
"""Whose photos and places are evidence of visits."""


def sees_everything(member: Member) -> bool:
    return member.has(*SEES_ALL)


def visible_owners(member: Member, everybody: Iterable[Member]) -> frozenset[UserId] | None:
    """Whose records the member may read; None = everybody's. A manager sees all who report to them, at any depth."""
    if sees_everything(member):
        return None
    reports: dict[UserId, set[UserId]] = {}
    for other in everybody:
        if other.manager is not None:
            reports.setdefault(other.manager, set()).add(other.userid)
    seen = {member.userid}
    waiting = [member.userid]
    while waiting:
        below = reports.get(waiting.pop(), set()) - seen
        seen |= below
        waiting.extend(below)
    return frozenset(seen)
