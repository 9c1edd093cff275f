"""The roster file → members, with everything that is wrong or doubtful about it (spec chapter 1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from domain.ids import UserId, fold
from domain.people import Leave, Member, Role, Status
from settings import names
from settings.complaints import complaints
from settings.kinds import Day, Many, Texts, wrong, wrong_at
from settings.model import Section, Settings
from settings.roster_file import Row, read_rows

ROLE_WORDS = {
    "销售": Role.REP,
    "业务员": Role.REP,
    "主管": Role.MANAGER,
    "经理": Role.MANAGER,
    "群管理员": Role.ADMIN,
    "财务": Role.FINANCE,
    "技术": Role.TECH,
    "售后": Role.SERVICE,
    "总经理": Role.LEADER,
    "老板": Role.LEADER,
    "机器人管理员": Role.OPERATOR,
    "管理员": Role.OPERATOR,
    **{role.value: role for role in Role},
}
"""管理员 alone is the bot admin, as in the first table of the spec; the group's is 群管理员."""

STATUS_WORDS = {
    "active": Status.ACTIVE,
    "在职": Status.ACTIVE,
    "正常": Status.ACTIVE,
    "frozen": Status.FROZEN,
    "冻结": Status.FROZEN,
    "离职": Status.FROZEN,
    "停用": Status.FROZEN,
}

_SEPARATOR = re.compile(r"[、,，;；/\n]+")


@dataclass(frozen=True, slots=True)
class RosterRead:
    """`problems` forbid its use; `warnings` are worth a look."""

    members: tuple[Member, ...]
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read(path: Path | str) -> RosterRead:
    found = read_rows(Path(path))
    if not found.rows:
        return RosterRead((), found.problems or ("名册里一个人也没有；至少要有一名销售。",), found.warnings)
    entries, problems = _entries(found.rows)
    problems = [*found.problems, *problems, *_repeated(entries)]
    people = _People(found.rows)
    members = tuple(_member(entry, people) for _, entry in entries)
    problems += [*_unknown_people(entries, people), *_circles(members), *_nobody_sells(members, problems)]
    return RosterRead(members, tuple(problems), (*found.warnings, *_doubts(members)))


def doubts_beside(settings: Settings, members: Iterable[Member]) -> tuple[str, ...]:
    """Groups that name teams or people who are not there, members with regions or product lines that are not set."""
    members = tuple(members)
    teams = sorted({member.team for member in members if member.team})
    userids = [member.userid for member in members]
    found: list[names.Problem] = []
    for number, group in enumerate(settings.assignment.groups, 1):
        place = f"assignment.groups[{number}]"
        found += names.unknown(f"{place}.teams", group.teams, teams, "团队", "名册")
        found += names.unknown(f"{place}.members", map(fold, group.members), userids, "成员", "名册")
    lines = [tag.value for tag in settings.tags.product_lines]
    regions = [region.name for region in settings.regions]
    for member in members:
        if lines:
            found += names.unknown(f"名册 {member.name}", member.product_lines, lines, "产品线", "tags.product_lines")
        if regions and member.region:
            found += names.unknown(f"名册 {member.name}", [member.region], regions, "区域", "regions")
    return tuple(f"{place}：{sentence}" for place, sentence in found)


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in _SEPARATOR.split(value) if part.strip()) if isinstance(value, str) else value


def _role(value: Any) -> Any:
    if isinstance(value, str) and (role := ROLE_WORDS.get(value.strip().casefold())):
        return role
    close = names.nearest(value, ROLE_WORDS) if isinstance(value, str) else None
    hint = f"是不是“{close}”？" if close else f"可以写：{'、'.join(Role)}"
    raise wrong(f"没有叫“{value}”的角色；{hint}")


def _status(value: Any) -> Any:
    if isinstance(value, str) and (status := STATUS_WORDS.get(value.strip().casefold())):
        return status
    raise wrong(f"只能是 active（在职）或 frozen（冻结），现在是“{value}”")


_SKILL = re.compile(r"(.+?)\s*[:：=]\s*([\d.]+)(%?)")


def _skills(value: Any) -> Any:
    """Excel: `X200:0.9、数控:80%`; TOML: a table."""
    if not isinstance(value, str):
        return value
    skills = {}
    for part in _split(value):
        found = _SKILL.fullmatch(part)
        if not found or found[2].count(".") > 1:
            raise wrong(f"技能要写成“产品线:0.9”，现在是“{part}”")
        skills[found[1]] = float(found[2]) / (100 if found[3] else 1)
    return skills


class _Leave(Section):
    first: Day
    last: Day
    stand_in: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise wrong_at(("last", f"{self.last} 早于开始的 {self.first}"))
        return self


class _Entry(Section):
    userid: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1)]
    roles: Annotated[Many[Annotated[Role, BeforeValidator(_role)]], BeforeValidator(_split)] = (Role.REP,)
    team: str = ""
    region: str = ""
    product_lines: Annotated[Texts, BeforeValidator(_split)] = ()
    skills: Annotated[dict[str, Annotated[float, Field(ge=0, le=1)]], BeforeValidator(_skills)] = Field(
        default_factory=dict
    )
    manager: str = ""
    status: Annotated[Status, BeforeValidator(_status)] = Status.ACTIVE
    leave: Many[_Leave] = ()


_Placed = list[tuple[str, _Entry]]
"""Each entry with the words that name it: members[3]（李四）."""


def _entries(rows: Iterable[Row]) -> tuple[_Placed, list[str]]:
    entries: _Placed = []
    problems: list[str] = []
    for row in rows:
        who = row.fields.get("name") or row.fields.get("userid")
        place = f"{row.place}（{who}）" if who else row.place
        try:
            entries.append((place, _Entry.model_validate(row.fields)))
        except ValidationError as error:
            problems += [f"{place} {sentence}" for sentence in complaints(error, _Entry)]
    return entries, problems


class _People:
    """Finds somebody by userid, or by a name that only one person has: in Excel people write names.

    Rows with something wrong count too, so that one slip is not complained about in the rows that point there.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        said = [(str(row.fields.get("userid", "")), str(row.fields.get("name", "")).strip()) for row in rows]
        count = Counter(name for _, name in said)
        self._ids = {fold(userid) for userid, _ in said if userid.strip()}
        self._by_name = {name: fold(userid) for userid, name in said if name and userid and count[name] == 1}

    def find(self, said: str) -> UserId | None:
        if fold(said) in self._ids:
            return fold(said)
        return self._by_name.get(said.strip())

    def hint(self, said: str) -> str:
        close = names.nearest(said, [*self._ids, *self._by_name])
        return f"是不是“{close}”？" if close else "要写名册里某人的账号。"


def _member(entry: _Entry, people: _People) -> Member:
    userid = fold(entry.userid)
    return Member(
        userid=userid,
        name=entry.name.strip(),
        roles=frozenset(entry.roles),
        team=entry.team,
        region=entry.region,
        product_lines=frozenset(entry.product_lines),
        skills=dict(entry.skills),
        manager=people.find(entry.manager) if entry.manager else None,
        status=entry.status,
        leave=tuple(Leave(leave.first, leave.last, people.find(leave.stand_in)) for leave in entry.leave),
        wecom_userid=entry.userid.strip() if entry.userid.strip() != userid else "",
        frozen_why="roster" if entry.status is Status.FROZEN else "",
    )


def _repeated(entries: _Placed) -> Iterator[str]:
    first: dict[UserId, str] = {}
    for place, entry in entries:
        userid = fold(entry.userid)
        if userid in first:
            yield f"{place} userid：账号 {entry.userid} 和 {first[userid]} 重复；企业微信的账号不分大小写。"
        first.setdefault(userid, place)


def _unknown_people(entries: _Placed, people: _People) -> Iterator[str]:
    for place, entry in entries:
        if entry.manager and not people.find(entry.manager):
            yield f"{place} manager：名册里没有“{entry.manager}”；{people.hint(entry.manager)}"
        for leave in entry.leave:
            found = people.find(leave.stand_in)
            if leave.stand_in and not found:
                yield f"{place} stand_in：名册里没有“{leave.stand_in}”；{people.hint(leave.stand_in)}"
            if found == fold(entry.userid):
                yield f"{place} stand_in：自己不能做自己的代理人。"


def _circles(members: tuple[Member, ...]) -> Iterator[str]:
    """Each circle once, whoever one starts from."""
    manager = {member.userid: member.manager for member in members}
    name = {member.userid: member.name for member in members}
    settled: set[UserId] = set()
    for start in manager:
        chain: list[UserId] = []
        at: UserId | None = start
        while at is not None and at in manager and at not in settled and at not in chain:
            chain.append(at)
            at = manager[at]
        if at in chain:
            circle = [*chain[chain.index(at) :], at]
            chain_shown = " → ".join(f"{name[userid]}（{userid}）" for userid in circle)
            yield f"主管绕成了一圈：{chain_shown}；去掉其中一个 manager。"
        settled.update(chain)


def _nobody_sells(members: tuple[Member, ...], problems: list[str]) -> Iterator[str]:
    """Said only of a roster that could be read: a misspelt role is complaint enough."""
    if not problems and not any(member.has(Role.REP) and member.status is Status.ACTIVE for member in members):
        yield "名册里没有在职的销售（角色 rep）；线索会没有人可派。"


def _doubts(members: tuple[Member, ...]) -> Iterator[str]:
    if not any(member.has(Role.ADMIN, Role.OPERATOR) for member in members):
        yield "名册里没有群管理员（admin）或机器人管理员（operator）；派不出去的线索没有人会收到提醒。"
    by_id = {member.userid: member for member in members}
    for name, count in Counter(member.name for member in members).items():
        if count > 1:
            yield f"有 {count} 个人叫“{name}”；客户指名要他时分不清是谁。"
    for member in members:
        boss = by_id.get(member.manager) if member.manager else None
        if boss and not boss.has(Role.MANAGER, Role.LEADER):
            yield f"{boss.name} 是 {member.name} 的主管，但没有角色 manager。"
