"""What the operators must know of the house itself: said once an hour for each kind, counted always."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client import Counter

from chat.messages import Urgency
from chat.texts.format import duration
from chat.texts.speech import to_operator
from domain.speech import Problem
from notify.people import operators
from storage.unit_of_work import Work

log = structlog.get_logger()
_alarms = Counter("dealbell_alarms", "Alarms raised to the operators", ["kind"])

SENTENCES = {
    "push_failed": "有一条消息没送到{target}：{error}。请检查这位成员是否在应用可见范围内。",
    "message_parked": "有一条来自{person}的消息处理不了，已单独存放，不影响其他人。编号 {trace}，请看日志。",
    "circuit_opened": "自动派单连续 {failures} 次没派出去，已暂停，线索都进人工池。处理好后发“恢复派单”。",
    "timer_late": "有 {count} 个到期提醒没有按时发出，最早应在 {due_at}。请检查服务是否正常。",
    "timer_missing": "有 {count} 条线索没有提醒计时，已补上：{leads}。",
    "calendar_unknown": "还没有 {year} 年的调休安排，提醒时间暂按法定假日算。请更新程序，或在设置 working_time 里补上。",
    # These three may reach their readers only when the trouble is over.
    "wecom_secret": "企业微信拒绝了应用的 Secret，消息先存着没有发。请在设置里更正 wecom.app.secret 后重启；已经更正就不用管。",
    "wecom_ip": "企业微信不接受本机的出口 IP，消息先存着没有发。请把 {ip} 加进应用的企业可信IP；已经加好就不用管。",
    "wecom_disabled": "应用在企业微信后台被停用了，消息先存着没有发。请到管理后台启用；已经启用就不用管。",
    "app_warning": "企业微信提示应用 {event}，可能会被停用。请到管理后台查看。",
    "member_left": "{name} 已不在名册或应用可见范围，账号已冻结。手上的线索：{leads}；接手人：{heir}。",
    "contacts_odd": "通讯录核对：企业微信只返回 {count} 人，少得不合常理，这次没有冻结任何人。",
    "media_lost": "{person} 发来的文件没取到（{error}），已请对方再发一次。常有的话请看日志 media_not_fetched。",
    "nobody_in_finance": "有 {count} 笔回款要财务确认，但名册里没有财务。请给一位成员加上 finance 角色，再让他发“待确认”。",
    "statement_stumbled": "对账单“{file}”读的时候出错，没有入账。请看日志 statement_stumbled，原件还在。",
    "speech_broken": "语音转不了文字，原件都存着：{problem}。改好后会自动补转。",
    "disk_full": "存原件的磁盘满了，照片和语音先留在企业微信那边等着，最多三天。请马上腾出空间：{place}",
    "store_away": "原件存不进 {place}（{error}），照片和语音先留在企业微信那边等着，最多三天。请检查存储。",
    "no_callbacks": "工作时间里已经 {length}没有收到任何企业微信消息，请检查回调地址和网络。",
}


async def alarm(work: Work, kind: str, facts: Mapping[str, Any], *, once: str = "") -> None:
    """`once` names the thing; the same thing of a kind is told once for ever, otherwise once an hour."""
    _alarms.labels(kind).inc()
    log.error("alarm", alarm=kind, **{name: str(value) for name, value in facts.items()})
    key = f"alarm:{kind}:{once or f'{work.now:%Y%m%d%H}'}"
    said = SENTENCES[kind].format(**{name: _in_words(fact) for name, fact in facts.items()})
    await work.say(await operators(work), said, key, Urgency.ESCALATION, f"alarm:{kind}")


def _in_words(fact: Any) -> Any:
    if isinstance(fact, timedelta):
        return duration(fact)
    if isinstance(fact, Problem):
        return to_operator(fact)
    if isinstance(fact, list):
        return "、".join(map(str, fact)) or "没有"
    return "按规则重派" if fact is None else fact
