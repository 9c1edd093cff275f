"""The part of `dealbell doctor` that speaks to WeCom, and to our own callback addresses."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from yarl import URL

from bot.commands.checks import Check, fail, ok, warn
from bot.crypto import CallbackCrypto, CallbackRefused
from bot.wecom_errors import WeComError
from settings.model import Settings

ECHO = "跟单铃 self-test"
NONCE = "doctor"
LONGEST_ECHO = 1000
PATIENCE = aiohttp.ClientTimeout(total=10)


def cryptos(settings: Settings) -> list[tuple[str, str, CallbackCrypto]]:
    """(name, path, crypto) of each callback address in use."""
    wecom, found = settings.wecom, []
    if wecom.app.is_set:
        app = CallbackCrypto(wecom.app.token.reveal(), wecom.app.encoding_aes_key.reveal(), wecom.corp_id)
        found.append(("应用回调", "/wecom/app", app))
    if wecom.bot.mode == "callback":
        bot = CallbackCrypto(wecom.bot.token.reveal(), wecom.bot.encoding_aes_key.reveal(), "")
        found.append(("机器人回调", "/wecom/bot", bot))
    return found


def callbacks_decrypt(settings: Settings, now: datetime) -> list[Check]:
    """A message to ourselves: signed, encrypted, checked and opened with the settings' own token and key."""
    return [_decrypts(name, crypto, now) for name, _, crypto in cryptos(settings)]


def _decrypts(name: str, crypto: CallbackCrypto, now: datetime) -> Check:
    timestamp = str(int(now.timestamp()))
    encrypted, signature = crypto.encrypt(ECHO, NONCE, timestamp)
    try:
        crypto.verify(signature, timestamp, NONCE, encrypted, now)
        opened = crypto.decrypt(encrypted)
    except CallbackRefused as refused:
        return fail(name, f"用自己的 token 和密钥加密的消息解不开（{refused}）", "重新复制 token 和 encoding_aes_key")
    if opened != ECHO:
        return fail(name, "解出来的不是加密进去的内容", "重新复制 encoding_aes_key")
    return ok(name, "token 和 encoding_aes_key 能加密也能解密")


async def online(settings: Settings, now: datetime) -> AsyncIterator[Check]:
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        async for check in credentials(settings, session, now):
            yield check
        if settings.server.public_url:
            for name, path, crypto in cryptos(settings):
                yield await answers(name, settings.server.public_url + path, crypto, session, now)


async def credentials(settings: Settings, session: aiohttp.ClientSession, now: datetime) -> AsyncIterator[Check]:
    """The secret by a token of its own, then the app itself with it; stops at the first refusal."""
    wecom = settings.wecom
    base = f"{wecom.api_base}/cgi-bin"
    asked = {"corpid": wecom.corp_id, "corpsecret": wecom.app.secret.reveal()}
    try:
        token, date = await _ask(session, f"{base}/gettoken", asked)
        yield ok("企业微信凭据", "corp_id 和 secret 对得上")
        if late := clock(date, now):
            yield late
        app, _ = await _ask(
            session, f"{base}/agent/get", {"access_token": token["access_token"], "agentid": str(wecom.app.agent_id)}
        )
    except WeComError as error:
        yield refused(error)
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
        host = URL(base).host
        yield fail("企业微信", f"连不上 {host}（{type(error).__name__}）", "检查网络、防火墙和 wecom.api_base")
    else:
        for check in agent(app):
            yield check


async def _ask(session: aiohttp.ClientSession, url: str, query: dict[str, str]) -> tuple[dict[str, Any], str]:
    async with session.get(url, params=query) as response:
        answer = await response.json(content_type=None)
    if answer.get("errcode", 0):
        raise WeComError(answer["errcode"], str(answer.get("errmsg", "")))
    return answer, response.headers.get("Date", "")


_IP = re.compile(r"from ip: ?([0-9a-fA-F.:]+)")
_REFUSED = {
    40001: ("secret 不对", "到后台 应用管理 → 这个应用，重新复制 Secret 到 wecom.app.secret"),
    40013: ("corp_id 不对", "到后台 我的企业 的最下面，重新复制企业 ID 到 wecom.corp_id"),
    40056: ("agent_id 不对", "到后台 应用管理 → 这个应用，重新复制 AgentId 到 wecom.app.agent_id"),
    301002: ("agent_id 和 secret 不是同一个应用的", "从后台同一个应用的页面上重新复制 AgentId 和 Secret"),
    50003: ("应用被停用了", "到后台 应用管理 → 这个应用，启用它"),
    45009: ("调用太频繁，企业微信暂时不理", "过一小时再试；secret 写错时反复试也会这样"),
}


def refused(error: WeComError) -> Check:
    if error.errcode == 60020:
        ip = _IP.search(error.errmsg)
        address = ip[1].rstrip(".") if ip else "这台机器的出口 IP"
        cure = f"到后台 应用管理 → 这个应用 → 企业可信IP，加上 {address}，约一分钟后生效"
        return fail("企业可信IP", "企业微信不认这台机器的 IP（60020）", cure)
    sentence, cure = _REFUSED.get(error.errcode, (f"企业微信不接受：{error.errmsg}", "按错误码查企业微信的文档"))
    return fail("企业微信凭据", f"{sentence}（{error.errcode}）", cure)


ROOT_DEPARTMENT = 1


def agent(app: dict[str, Any]) -> list[Check]:
    name = str(app.get("name", ""))
    if app.get("close") == 1:
        return [fail("应用", f"“{name}”被停用了", "到后台 应用管理 → 这个应用，启用它")]
    checks = [ok("应用", f"“{name}”在用")]
    if ROOT_DEPARTMENT not in app.get("allow_partys", {}).get("partyid", []):
        sentence = "不是整个公司；范围外的人收不到消息，以后也不能建项目群"
        checks.append(warn("可见范围", sentence, "到后台 应用管理 → 这个应用 → 可见范围，选最上面的部门"))
    if app.get("home_url"):
        checks.append(warn("应用主页", "设了主页，打开应用看到的不是聊天", "到后台把这个应用的主页清空"))
    return checks


MOST_OFF = timedelta(minutes=2)


def clock(date: str, now: datetime) -> Check | None:
    """Callbacks more than five minutes off are refused, so a clock that drifts is told before that."""
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    off = now - theirs
    if abs(off) <= MOST_OFF:
        return None
    direction = "快" if off > timedelta() else "慢"
    return fail(
        "时钟", f"这台机器的时钟{direction}了 {abs(off) // timedelta(minutes=1)} 分钟，回调会被拒绝", "打开 NTP 校时"
    )


async def answers(name: str, url: str, crypto: CallbackCrypto, session: aiohttp.ClientSession, now: datetime) -> Check:
    """The check that WeCom's console makes when the address is saved, from here. A warning only: not every network
    lets a machine reach itself by its public name, and the server need not be running yet."""
    timestamp = str(int(now.timestamp()))
    encrypted, signature = crypto.encrypt(ECHO, NONCE, timestamp)
    query = {"msg_signature": signature, "timestamp": timestamp, "nonce": NONCE, "echostr": encrypted}
    try:
        async with session.get(url, params=query) as response:
            said = await response.content.read(LONGEST_ECHO)
    except (aiohttp.ClientError, TimeoutError) as error:
        return warn(name, f"从这台机器访问不到 {url}（{type(error).__name__}）", "服务启动了吗；再从外网试一次")
    if said != ECHO.encode():
        cure = "让反向代理把这个路径原样转给服务；状态 403 时检查 token、corp_id 和两边的时钟"
        return warn(name, f"{url} 答得不对（HTTP {response.status}），后台保存回调会失败", cure)
    return ok(name, f"{url} 通过了后台保存时的那种检查")
