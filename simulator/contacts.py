"""Contacts and the app's own settings, as an app's token may read them (wecom.md 4.1 and 5.4)."""

from __future__ import annotations

from simulator.company import Department
from simulator.errors import ApiError
from simulator.pipeline import Asked
from simulator.world import Json, Member, MemberStatus


def _brief(member: Member) -> Json:
    person = member.person
    return {"userid": person.userid, "name": person.name, "department": [person.department]}


def _full(member: Member) -> Json:
    person = member.person
    return _brief(member) | {
        "main_department": person.department,
        "order": [0],
        "position": person.position,
        "status": int(member.status),
        "isleader": 0,
        "is_leader_in_dept": [0],
        "direct_leader": [person.manager] if person.manager else [],
        "enable": 1 if member.status is MemberStatus.ACTIVE else 0,
        "alias": "",
        "telephone": "",
        "extattr": {"attrs": []},
    }


async def user(asked: Asked) -> Json:
    member = asked.world.member(asked.query.get("userid", ""))
    if member is None or member.status is MemberStatus.LEFT:
        raise ApiError(60111)
    if not member.is_visible:
        raise ApiError(60011)
    return _full(member)


def _members_of(asked: Asked) -> list[Member]:
    department = _department(asked, asked.query.get("department_id", ""))
    return [
        member
        for member in asked.world.members.values()
        if member.is_visible and member.status is not MemberStatus.LEFT and member.person.department == department.id
    ]


async def user_simplelist(asked: Asked) -> Json:
    return {"userlist": [_brief(member) for member in _members_of(asked)]}


async def user_list(asked: Asked) -> Json:
    return {"userlist": [_full(member) for member in _members_of(asked)]}


def _department(asked: Asked, number: str) -> Department:
    for department in asked.world.company.departments:
        if str(department.id) == number:
            return department
    raise ApiError(60003)


async def department_simplelist(asked: Asked) -> Json:
    """Without an id all; with one, that department and everything below it."""
    departments = asked.world.company.departments
    if wanted := asked.query.get("id"):
        below = {_department(asked, wanted).id}
        for _ in departments:
            below |= {department.id for department in departments if department.parent in below}
        departments = tuple(department for department in departments if department.id in below)
    entries = [{"id": each.id, "parentid": each.parent, "order": each.order} for each in departments]
    return {"department_id": entries}


async def department(asked: Asked) -> Json:
    found = _department(asked, asked.query.get("id", ""))
    shown = {"id": found.id, "name": found.name, "name_en": "", "department_leader": []}
    return {"department": shown | {"parentid": found.parent, "order": found.order}}


async def agent(asked: Asked) -> Json:
    world, app = asked.world, asked.world.company.app
    if asked.query.get("agentid") != str(app.agent_id):
        raise ApiError(301002)
    visible = [{"userid": each.person.userid} for each in world.members.values() if each.is_visible]
    return {
        "agentid": app.agent_id,
        "name": app.name,
        "square_logo_url": "",
        "description": "",
        "allow_userinfos": {"user": visible},
        "allow_partys": {"partyid": [1]},
        "allow_tags": {"tagid": []},
        "close": 0,
        "redirect_domain": "",
        "report_location_flag": 0,
        "isreportenter": 1,
        "home_url": "",
    }


async def addresses(asked: Asked) -> Json:
    """getcallbackip and get_api_domain_ip: everything comes from this machine."""
    return {"ip_list": ["127.0.0.1"]}
