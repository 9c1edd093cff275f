"""Refusals in WeCom's words: always HTTP 200 with an errcode (wecom.md 3.10)."""

from __future__ import annotations

_MEANINGS = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40005: "invalid type parameter",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40011: "invalid video size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40032: "invalid user list size",
    40033: "invalid request data, contains illegal characters",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    40063: "some parameters are empty",
    40068: "invalid tagid",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41006: "media_id missing",
    41016: "missing title",
    41033: "missing description",
    42001: "access_token expired",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    50001: "redirect_url with no credited domain",
    60003: "department not found",
    60011: "no privilege to access/modify contact/party/agent",
    60111: "userid not found",
    81013: "user & party & tag all invalid",
    93000: "invalid webhook url",
    301002: "not allow operate another agent with this accesstoken",
    301017: "invalid voice format",
}


def meaning(code: int, detail: str = "") -> str:
    known = _MEANINGS.get(code, "error")
    about = f"{detail}. {known}" if detail else known
    more = f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
    return f"{about}, hint: [pretend], from ip: 127.0.0.1, {more}"


class ApiError(Exception):
    def __init__(self, code: int, detail: str = "", **extra: object) -> None:
        super().__init__(f"{code} {detail}")
        self.body: dict[str, object] = {"errcode": code, "errmsg": meaning(code, detail), **extra}
