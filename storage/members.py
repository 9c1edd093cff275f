"""The roster as it stands (spec chapter 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import UserId, fold
from domain.people import Leave, Member, Role, Status
from storage.tables import identities, members

if TYPE_CHECKING:
    from storage.unit_of_work import Work


def _to_row(member: Member) -> dict[str, Any]:
    return {
        "userid": member.userid,
        "wecom_userid": member.wecom_userid or member.userid,
        "name": member.name,
        "roles": sorted(member.roles),
        "team": member.team,
        "region": member.region,
        "product_lines": sorted(member.product_lines),
        "skills": dict(member.skills),
        "manager": member.manager,
        "status": member.status.value,
        "frozen_why": member.frozen_why,
        "leave": [
            {"first": leave.first.isoformat(), "last": leave.last.isoformat(), "stand_in": leave.stand_in}
            | ({"said_in_chat": True} if leave.said_in_chat else {})
            for leave in member.leave
        ],
    }


def _from_row(row: Any) -> Member:
    return Member(
        userid=UserId(row.userid),
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        team=row.team,
        region=row.region,
        product_lines=frozenset(row.product_lines),
        skills=row.skills,
        manager=UserId(row.manager) if row.manager else None,
        status=Status(row.status),
        leave=tuple(
            Leave(
                date.fromisoformat(leave["first"]),
                date.fromisoformat(leave["last"]),
                UserId(leave["stand_in"]) if leave["stand_in"] else None,
                leave.get("said_in_chat", False),
            )
            for leave in row.leave
        ),
        wecom_userid=row.wecom_userid,
        frozen_why=row.frozen_why,
    )


class Roster:
    """Everybody, as last read by this process; read again when a member has changed, by whichever process."""

    def __init__(self) -> None:
        self._version = -1
        self._members: Mapping[UserId, Member] = {}

    async def read(self, connection: AsyncConnection) -> Mapping[UserId, Member]:
        version = (await connection.execute(_NEWEST)).scalar_one()
        if version != self._version:
            rows = await connection.execute(sa.select(members).order_by(members.c.userid))
            self._members = {UserId(row.userid): _from_row(row) for row in rows}
            self._version = version
        return self._members


_NEWEST = sa.select(sa.func.coalesce(sa.func.max(members.c.version), 0))


class Members:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._all: Mapping[UserId, Member] | None = None
        self._next_version = 0
        """Of what this unit of work saves."""

    async def by_id(self) -> Mapping[UserId, Member]:
        """Everybody, frozen ones too, as it is within this unit of work."""
        if self._all is None:
            self._all = await self._work.roster.read(self._work.connection)
        return self._all

    async def everybody(self) -> list[Member]:
        return list((await self.by_id()).values())

    async def get(self, userid: str | None) -> Member | None:
        return (await self.by_id()).get(fold(userid)) if userid else None

    async def speaking(self, sender: str) -> Member | None:
        """Who speaks; a smart bot's opaque id counts only once it has been bound."""
        member = await self.get(sender)
        if member is not None:
            return member
        bound = await self._work.connection.execute(
            sa.select(identities.c.userid).where(identities.c.bot_userid == sender)
        )
        return await self.get(bound.scalar_one_or_none())

    async def with_role(self, *roles: Role) -> list[Member]:
        return [m for m in await self.everybody() if m.has(*roles) and m.status is Status.ACTIVE]

    async def named(self, name: str) -> list[Member]:
        """Active members with this name or userid."""
        wanted = name.strip()
        return [
            m
            for m in await self.everybody()
            if m.status is Status.ACTIVE and (m.name == wanted or m.userid == fold(wanted))
        ]

    async def save(self, member: Member) -> None:
        """Adds or changes one member; what differs goes to the audit log."""
        before = (await self.by_id()).get(member.userid)
        new = _to_row(member)
        if before is None:
            await self._work.connection.execute(sa.insert(members).values(**new, version=await self._version()))
            self._work.audit.note(f"member:{member.userid}", "added", None, member.name)
        else:
            old = _to_row(before)
            changed = {key: value for key, value in new.items() if old[key] != value}
            if changed:
                await self._work.connection.execute(
                    sa.update(members)
                    .where(members.c.userid == member.userid)
                    .values(**changed, version=await self._version())
                )
            for key, value in changed.items():
                self._work.audit.note(f"member:{member.userid}", key, old[key], value)
        self._all = {**await self.by_id(), member.userid: member}

    async def _version(self) -> int:
        """One unit of work after another changes the roster, so that each version is newer than any seen before."""
        if not self._next_version:
            await self._work.house.lock("roster")
            self._next_version = (await self._work.connection.execute(_NEWEST)).scalar_one() + 1
        return self._next_version

    async def take_roster(self, roster: Iterable[Member]) -> list[Member]:
        """The roster file is the truth, but for those whom WeCom has reported gone and for leave taken in chat.

        Returns the active members who are no longer in the file: the caller freezes them and hands their work on.
        """
        known = dict(await self.by_id())
        for listed in roster:
            before = known.pop(listed.userid, None)
            member = listed
            if before is not None:
                said_in_chat = tuple(leave for leave in before.leave if leave.said_in_chat)
                member = replace(member, leave=(*listed.leave, *said_in_chat))
                if before.frozen_why == "left":
                    member = member.frozen("left")
            await self.save(member)
        return [gone for gone in known.values() if gone.status is not Status.FROZEN]

    async def bind(self, bot_userid: str, userid: UserId) -> None:
        await self._work.connection.execute(sa.delete(identities).where(identities.c.bot_userid == bot_userid))
        await self._work.connection.execute(
            sa.insert(identities).values(bot_userid=bot_userid, userid=userid, bound_at=self._work.now)
        )
        self._work.audit.note(f"member:{userid}", "bot_identity", None, bot_userid)


async def wecom_userid(connection: AsyncConnection, userid: str) -> str:
    """As WeCom spells it; a stranger's as it came."""
    rows = await connection.execute(sa.select(members.c.wecom_userid).where(members.c.userid == userid))
    return rows.scalar_one_or_none() or userid
