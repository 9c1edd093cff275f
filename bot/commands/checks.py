"""What `dealbell doctor` looks at. Each check is a function that returns what it found and, if need be, the cure.

Nothing here changes anything: no table is made, no message is sent.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp
from pydantic import BaseModel

from bot.commands import short
from bot.originals import store_of
from bot.speech import lacking
from chat.texts.speech import to_operator
from domain.speech import Problem
from domain.working_time import WorkingCalendar
from scheduler.clock import SystemClock
from settings import rules
from settings.kinds import Secret, SecretSource
from settings.load import missing_for_serving
from settings.model import Settings, Webhook
from settings.roster import doubts_beside, read


class Verdict(StrEnum):
    OK = "✓"
    WARN = "!"
    FAIL = "✗"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    verdict: Verdict
    sentence: str
    cure: str = ""

    def line(self) -> str:
        cure = f" → {self.cure}" if self.cure else ""
        return f"{self.verdict} {self.name}：{self.sentence}{cure}"


def ok(name: str, sentence: str) -> Check:
    return Check(name, Verdict.OK, sentence)


def warn(name: str, sentence: str, cure: str = "") -> Check:
    return Check(name, Verdict.WARN, sentence, cure)


def fail(name: str, sentence: str, cure: str = "") -> Check:
    return Check(name, Verdict.FAIL, sentence, cure)


def settings_complete(settings: Settings) -> list[Check]:
    if missing := missing_for_serving(settings):
        return [fail("设置", problem) for problem in missing]
    return [ok("设置", "读到了，没有写错的键")]


def plain_secrets(settings: Settings) -> list[Check]:
    keys = [key for key, secret in _secrets(settings) if _is_exposed(key, secret)]
    if not keys:
        return [ok("密码", "没有明文写在设置里的")]
    return [warn("密码", f"明文写在设置里：{'、'.join(keys)}", '改成 { env = "变量名" } 或 { file = "路径" }')]


def _secrets(section: BaseModel, at: str = "") -> Iterator[tuple[str, Secret]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Secret):
            yield f"{at}{name}", value
        elif isinstance(value, BaseModel):
            yield from _secrets(value, f"{at}{name}.")
        elif isinstance(value, tuple):
            for number, entry in enumerate(value, 1):
                if isinstance(entry, BaseModel):
                    yield from _secrets(entry, f"{at}{name}[{number}].")


def _is_exposed(key: str, secret: Secret) -> bool:
    if not secret or secret.source is not SecretSource.TEXT:
        return False
    return key != "database.url" or bool(urlsplit(secret.reveal()).password)


async def database(settings: Settings) -> list[Check]:
    from storage.database import DATABASE_AWAY, Database
    from storage.upgrade import current_revision, newest_revision

    file = settings.database.sqlite_file
    if file and not file.exists():
        missing = warn("数据库", f"还没有 {file}", "执行 dealbell migrate，或者启动 serve 时会建立")
        return [missing, *_writable("数据库", file.parent)]
    made = Database(settings.database.url.reveal())
    try:
        async with asyncio.timeout(10):
            now, newest = await current_revision(made), newest_revision()
    except (*DATABASE_AWAY, TimeoutError) as error:
        return [fail("数据库", f"连不上（{short(error)}）", "检查 database.url，以及数据库是否在运行")]
    finally:
        await made.close()
    if now == newest:
        return [ok("数据库", f"连得上，结构是最新的（{now}）")]
    if now and now > newest:  # Revisions are numbered: 0001, 0002 …
        return [fail("数据库", f"结构是 {now}，比程序的 {newest} 新", "升级程序，或者恢复升级之前的备份")]
    return [warn("数据库", f"连得上，结构是 {now or '空的'}，程序需要 {newest}", "执行 dealbell migrate")]


def roster(settings: Settings) -> list[Check]:
    found = read(settings.roster.file)
    if found.problems:
        return [fail("名册", problem, f"改 {settings.roster.file}") for problem in found.problems]
    doubts = [warn("名册", doubt) for doubt in (*found.warnings, *doubts_beside(settings, found.members))]
    return [ok("名册", f"{len(found.members)} 人"), *doubts]


def calendar(settings: Settings, now: datetime) -> list[Check]:
    """This year is needed; the next one is announced in late autumn."""
    hours = rules.working_hours(settings)
    if hours.country is None:
        return [ok("日历", "不看法定节假日（working_time.country 是空的）")]
    known = WorkingCalendar(hours)
    today = now.astimezone(ZoneInfo(hours.timezone)).date()
    cure = "国务院公布后升级程序，或写 working_time.extra_holidays、extra_working_days 和 known_years"
    checks = []
    for year in (today.year, today.year + 1):
        if known.is_known_year(year):
            checks.append(ok("日历", f"知道 {year} 年的节假日和调休"))
        else:
            checks.append(warn("日历", f"还不知道 {year} 年的调休，先按法定节假日算", cure))
    return checks


def ladder(settings: Settings) -> list[Check]:
    steps = rules.ladder(settings)
    if steps.accept_within <= steps.first_contact_within <= steps.report_after:
        return []
    return [warn("升级", "时长没有依次变长：accept_within、first_contact_within、report_after", "改 [escalation]")]


def public_url(settings: Settings) -> list[Check]:
    url = settings.server.public_url
    cure = "填企业微信能访问的 https 地址"
    if not url:
        return [warn("外网地址", "server.public_url 没有填，卡片里的链接只在本机打得开", cure)]
    host = urlsplit(url).hostname or ""
    if host == "localhost" or _is_private(host):
        return [warn("外网地址", f"{url} 只在内网打得开，企业微信的回调到不了", cure)]
    if not url.startswith("https://"):
        return [warn("外网地址", f"{url} 不是 https", "给域名配上证书，改成 https://")]
    return [ok("外网地址", f"{url}（域名的备案主体要和企业一致，不一致时后台保存回调会失败）")]


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def bot_mode(settings: Settings) -> list[Check]:
    mode = settings.wecom.bot.mode
    if mode == "off":
        return [warn("智能机器人", "没有用，群里发的线索收不到", '要收群里的线索，填 [wecom.bot]，mode = "callback"')]
    if mode == "websocket":
        return [warn("智能机器人", "长连接方式这个版本还没有", 'mode = "callback"')]
    return [ok("智能机器人", "回调方式（只给基本权限；加了文档等权限，它就只理创建者）")]


_WEBHOOK_KEY = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def webhooks(settings: Settings) -> list[Check]:
    """Only their form: whoever calls a webhook writes into the group."""
    return [_webhook(hook) for hook in settings.wecom.webhooks]


def _webhook(hook: Webhook) -> Check:
    name = "群机器人"
    if not _WEBHOOK_KEY.fullmatch(hook.key.reveal()):
        return warn(name, f"{hook.name} 的 key 不像 webhook 的 key", "从 webhook 地址里 key= 后面重新复制")
    if not hook.chatid:
        return ok(name, f"{hook.name}；设置里没有 chatid，管理员在群里 @ 机器人说过“绑定本群 {hook.name}”才能用")
    return ok(name, hook.name)


def media_tools(settings: Settings) -> list[Check]:
    """Voice memos are kept whatever is installed; only their words need an engine."""
    speech = settings.speech
    if speech.engine == "off":
        return [ok("语音", "不转文字（off）")]
    problem = lacking(speech)
    if problem is Problem.NO_MODEL:
        place = speech.model_folder or "引擎自己的文件夹"
        cure = "能上网就不用管；不能的话把 speech.model 写成本地路径，或写 speech.model_url"
        return [warn("语音", f"模型 {speech.model} 不在 {place}，第一条语音来的时候才下载", cure)]
    if problem is not None:
        sentence, _, cure = to_operator(problem).partition("；")
        return [warn("语音", f"{sentence}；语音会保存，不转文字", f'{cure}，或者把 speech.engine 写成 "off"')]
    url = urlsplit(speech.url)
    if speech.engine == "remote" and url.scheme == "http" and not _is_near(url.hostname or ""):
        return [warn("语音", f"{speech.url} 不是 https，客户的话会明文经过网络", "改成 https 地址")]
    return [ok("语音", f"用 {speech.engine}，模型 {speech.model}")]


def _is_near(host: str) -> bool:
    return host == "localhost" or "." not in host or _is_private(host)


SERVER_WITHIN = aiohttp.ClientTimeout(total=10)


async def speech_server(settings: Settings) -> list[Check]:
    """Asks for its models, which changes nothing; a server without that list still shows that it is there."""
    speech = settings.speech
    if speech.engine != "remote":
        return []
    headers = {"Authorization": f"Bearer {speech.key.reveal()}"} if speech.key else {}
    try:
        async with (
            aiohttp.ClientSession(timeout=SERVER_WITHIN) as session,
            session.get(f"{speech.url}/models", headers=headers, allow_redirects=False) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        sentence, _, cure = to_operator(Problem.SERVER_AWAY).partition("；")
        return [warn("语音服务器", f"{sentence}（{type(error).__name__}）", cure)]
    if status in (401, 403):
        sentence, _, cure = to_operator(Problem.SERVER_KEY).partition("；")
        return [warn("语音服务器", sentence, cure)]
    return [ok("语音服务器", f"{speech.url} 有回答")]


def hooks(settings: Settings) -> list[Check]:
    checks = []
    for name, url in (("call_robot", settings.hooks.call_robot), ("erp", settings.hooks.erp)):
        if url and not url.startswith("https://"):
            checks.append(warn("外部调用", f"hooks.{name} 不是 https，客户电话会明文经过网络", "改成 https 地址"))
        elif url:
            checks.append(ok("外部调用", f"{name} → {urlsplit(url).hostname}"))
    return checks


LITTLE_SPACE = 1_000_000_000


def disk(settings: Settings) -> list[Check]:
    return _writable("磁盘", settings.media.folder) if settings.media.store == "folder" else []


NO_ORIGINAL = "0" * 64
"""A checksum that nothing has: a bucket that answers "not there" knows the key and may be read."""


async def bucket(settings: Settings) -> list[Check]:
    if settings.media.store != "s3":
        return []
    s3 = settings.media.s3
    async with aiohttp.ClientSession() as session:
        try:
            await store_of(settings, session, SystemClock()).read(NO_ORIGINAL)
        except FileNotFoundError:
            return [ok("对象存储", f"{s3.endpoint} 的 {s3.bucket} 连得上")]
        except OSError as error:
            cure = "检查 media.s3 的地址、桶名、密钥和本机时间"
            return [fail("对象存储", f"{s3.endpoint} 的 {s3.bucket} 读不了（{error}）", cure)]
    return [fail("对象存储", f"{s3.bucket} 里有不该有的东西", "换一个空的前缀 media.s3.prefix")]


def _writable(name: str, folder: Path) -> list[Check]:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return [fail(name, f"{there} 不能写", "换一个文件夹，或改它的权限")]
    free = shutil.disk_usage(there).free
    if free < LITTLE_SPACE:
        return [warn(name, f"{there} 只剩 {free / 1_000_000:.0f} MB", "清理磁盘")]
    return [ok(name, f"{folder} 可写，剩 {free / 1_000_000_000:.0f} GB")]
