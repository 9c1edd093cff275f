"""What came of a statement, to who sent it: the conclusion first, then what could not be read (P1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chat.messages import Push, TargetKind, Urgency
from chat.texts.format import clock
from chat.texts.payments import money, waits_for
from chat.texts.statements import file_wrong, receivable_wrong, row_wrong
from domain.ids import upload_name
from domain.people import Member
from domain.statements import UnreadableRow
from notify.links import finance_url
from settings.house import HouseRules
from storage.payments import Booking, TransactionState
from storage.unit_of_work import Work
from storage.uploads import RECEIVABLES, Upload

UNREADABLE_SHOWN = 10
IN_ORDER = (
    (TransactionState.BOOKED, "已入账"),
    (TransactionState.WAITING, "待确认"),
    (TransactionState.UNMATCHED, "未匹配"),
    (TransactionState.IGNORED, "不计"),
    (TransactionState.DUPLICATE, "重复"),
)


async def tell_finished(work: Work, rules: HouseRules, upload_id: int) -> None:
    upload = await work.uploads.find(upload_id)
    assert upload is not None
    member = await work.members.get(upload.by)
    if member is None or upload.door != "chat":
        return
    text = await upload_summary(work, rules, upload)
    key = f"upload:{upload_id}:{upload.received_at:%Y%m%d%H%M%S}"
    await work.push(Push(TargetKind.MEMBER, member.userid, text, key, Urgency.ANSWER))


async def sent_before(work: Work, rules: HouseRules, upload: Upload, again_by: Member) -> str:
    """To who sends a file that has been sent: when, by whom, and what came of it."""
    who = await work.members.get(upload.by)
    name = "你" if upload.by == again_by.userid else (who.name if who else "")
    when = clock(rules.local(upload.received_at), rules.local(work.now))
    return f"同一份文件 {when} {name}已经传过，没有再读。{await upload_summary(work, rules, upload)}"


async def upload_summary(work: Work, rules: HouseRules, upload: Upload) -> str:
    name = named(upload)
    if upload.problem is not None:
        return f"{name}没有读：{file_wrong(upload.problem)}。"
    if upload.done_at is None:
        return f"{name} {clock(rules.local(upload.received_at), rules.local(work.now))} 收到，正在读，读完会告诉你。"
    if upload.layout == RECEIVABLES:
        same = f"，其中 {upload.repeated} 单没有变化" if upload.repeated else ""
        return "\n".join([f"{name}是应收清单，登记了 {upload.rows} 单{same}。", *_unread(upload, receivable_wrong)])
    counts = await work.payments.counts(upload.upload_id)
    parts = [f"{counts[state]} {word}" for state, word in IN_ORDER if counts.get(state)]
    if upload.repeated:
        parts.append(f"{upload.repeated} 早就有了")
    lines = [f"{name}读完了：{'，'.join(parts) or '没有新的流水'}。"]
    waiting = counts.get(TransactionState.WAITING, 0)
    if waiting > rules.settings.payments.cards_at_once:
        lines.append(
            f"待确认的先发 {rules.settings.payments.cards_at_once} 张卡片，其余在财务页面一次确认：{finance_url(rules)}，或者发“待确认”继续看。"
        )
    lines += _unread(upload, row_wrong)
    if counts.get(TransactionState.UNMATCHED):
        lines.append("未匹配的发“未匹配”看。")
    return "\n".join(lines)


def _unread(upload: Upload, wrong: Callable[[UnreadableRow], str]) -> list[str]:
    if not upload.unreadable_count:
        return []
    more = upload.unreadable_count - UNREADABLE_SHOWN
    return [
        f"{upload.unreadable_count} 行没读进来：",
        *(wrong(row) for row in upload.unreadable[:UNREADABLE_SHOWN]),
        *([f"另有 {more} 行。"] if more > 0 else []),
    ]


def named(upload: Upload) -> str:
    return f"“{upload.file_name}”" if upload.file_name else f"对账单 {upload_name(upload.upload_id)}"


def matter_of_old_ones(upload: Upload, left: Sequence[Booking]) -> str:
    """For the second person's card."""
    total = money(sum(one.amount for one in left))
    return f"{named(upload)}里入账超过一天的 {len(left)} 笔，共 {total}。同意就撤销，应收恢复未收。"


def upload_undone(upload: Upload, undone: Sequence[Booking], left: Sequence[Booking], asked: Sequence[Member]) -> str:
    """What came of undoing a whole statement, for who wanted it."""
    if not undone and not left:
        return f"{named(upload)}没有入账，不用撤销。"
    total = money(sum(one.amount for one in undone))
    done = f"撤销了{named(upload)}的 {len(undone)} 笔入账，共 {total}。相关的人会收到更正。" if undone else ""
    if not left:
        return done
    old = f"{'另有 ' if undone else named(upload) + '的 '}{len(left)} 笔"
    if not asked:
        return f"{done}{old}入账超过一天，撤销要第二个人同意，但名册里没有另一位财务。请让管理员加一位。"
    return f"{done}{old}{waits_for(one.name for one in asked)}"
