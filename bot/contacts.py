"""WeCom's contact list through the app's own token (wecom.md 4.1): what the app may see."""

from __future__ import annotations

from typing import Any

from bot.wecom_client import WeComClient
from bot.wecom_errors import WeComError

LEFT = {2, 5}
"""Disabled, left."""
UNKNOWN_MEMBER = 60111
OUT_OF_SIGHT = 60011


class WeComContacts:
    def __init__(self, client: WeComClient) -> None:
        self._client = client

    async def visible_userids(self) -> set[str]:
        found: set[str] = set()
        for department in await self._client.department_simplelist():
            members: list[dict[str, Any]] = await self._client.user_simplelist(int(department["id"]))
            found.update(str(member["userid"]) for member in members)
        return found

    async def has_left(self, userid: str) -> bool:
        try:
            member = await self._client.user_get(userid)
        except WeComError as error:
            if error.errcode in (UNKNOWN_MEMBER, OUT_OF_SIGHT):
                return True
            raise
        return int(member.get("status", 1)) in LEFT
