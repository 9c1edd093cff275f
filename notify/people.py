"""Who hears of what, when the one who should is away."""

from __future__ import annotations

from datetime import date

from domain.people import Member, Role, Status
from storage.unit_of_work import Work


async def operators(work: Work) -> list[Member]:
    """Of the health of the house itself: operators, else admins, else leaders."""
    return await _first_found(work, Role.OPERATOR, Role.ADMIN, Role.LEADER)


async def admins(work: Work, today: date) -> list[Member]:
    """Of leads that need a hand today: admins, else operators, else leaders; on leave only where nobody else is."""
    roles = (Role.ADMIN, Role.OPERATOR, Role.LEADER)
    for role in roles:
        if present := [one for one in await work.members.with_role(role) if not one.is_absent_on(today)]:
            return present
    return await _first_found(work, *roles)


async def manager_of(work: Work, member: Member | None, today: date) -> list[Member]:
    """The manager, or the stand-in of one on leave, or the next one up; the admins where nobody is left."""
    known = await work.members.by_id()
    seen = set()
    while member is not None and member.manager is not None and member.manager in known and member.manager not in seen:
        manager = known[member.manager]
        seen.add(manager.userid)
        if manager.status is Status.ACTIVE:
            if not manager.is_absent_on(today):
                return [manager]
            stand_in = known.get(manager.stand_in_on(today) or manager.userid)
            if stand_in and stand_in.status is Status.ACTIVE and not stand_in.is_absent_on(today):
                return [stand_in]
        member = manager
    return await admins(work, today)


async def _first_found(work: Work, *roles: Role) -> list[Member]:
    for role in roles:
        if found := await work.members.with_role(role):
            return found
    return []
