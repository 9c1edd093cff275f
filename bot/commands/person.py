"""Whom `export person` and `erase person` mean; and all that is held of somebody, as one ZIP file (A4)."""

from __future__ import annotations

import json
import mimetypes
import os
import zipfile
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands import FAILED, Stop
from domain.ids import customer_name

if TYPE_CHECKING:
    from settings.model import Settings
    from storage.personal_data import Person
    from storage.unit_of_work import Work

WHO = "电话、客户名（写全）或客户编号 K17"


async def person_called(work: Work, who: str, companies: Collection[str] = ()) -> Person:
    from actions import personal_data

    found = await personal_data.find(work, who)
    if len(found) == 1:
        return await personal_data.person_of(work, found[0], companies)
    if found:
        numbers = "、".join(f"{customer_name(one.customer_id)} {one.name}" for one in found)
        raise Stop(FAILED, f"叫“{who}”的客户有 {len(found)} 个：{numbers}；请写电话或编号。")
    if await work.members.get(who):
        raise Stop(FAILED, f"{who} 是成员；成员的资料在花名册里，怎么办见 docs/operations.md“个人资料”。")
    raise Stop(FAILED, f"没有找到“{who}”，或者已经删除了；请写{WHO}。")


async def write_zip(settings: Settings, who: str, by: str, target: Path) -> int:
    """data.json and the originals; returns how many originals are in it."""
    import aiohttp

    from bot.commands import ready
    from bot.originals import store_of
    from scheduler.clock import SystemClock
    from storage.database import Database
    from storage.unit_of_work import begin_work

    clock = SystemClock()
    database = Database(settings.database.url.reveal())
    try:
        await ready(database)
        async with begin_work(database, clock.now(), actor=by, cause="export") as work:
            person = await person_called(work, who)
            held = await work.personal_data.handed_out(person)
            customer_id = person.customer.customer_id
            work.audit.note(f"customer:{customer_id}", "exported", None, None, customer_id=customer_id)
    finally:
        await database.close()
    files, missing = 0, []
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    # It holds somebody's phone number: nobody else on the machine may read it, at no moment.
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        async with aiohttp.ClientSession() as session:
            store = store_of(settings, session, clock)
            with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as archive:
                for sha256, content_type in _originals(held):
                    try:
                        data = await store.read(sha256)
                    except OSError:
                        missing.append(sha256)
                        continue
                    archive.writestr(f"files/{sha256}{mimetypes.guess_extension(content_type) or ''}", data)
                    files += 1
                document = {"customer": customer_name(customer_id), **held, "files_missing": missing}
                archive.writestr("data.json", json.dumps(document, ensure_ascii=False, indent=1, default=_plain))
    partial.replace(target)
    return files


def _originals(held: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted({row["sha256"]: row["content_type"] for row in held.get("media", ()) if row["sha256"]}.items())


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
