"""A bank statement that finance sends as a file: kept, read in the background, and answered with what came of it (P1);
对账单 lists the latest with their numbers."""

from __future__ import annotations

from pathlib import PurePath

from chat.capability import Capability
from chat.messages import Fetched, Incoming, Media, Reply
from chat.texts.format import clock
from domain.ids import upload_name
from domain.people import Member, Role
from handlers._context import Context, Said
from notify.uploads import sent_before, upload_summary

capability = Capability(
    words=("对账单",),
    kinds=(Fetched,),
    roles=frozenset({Role.FINANCE}),
    example="对账单",
    help="看最近传的；把网银、支付宝、微信支付导出的 CSV、XLS、XLSX 发给我，读完告诉你入账了几笔",
    spec="P1",
)
KINDS_OF_FILES = frozenset({".csv", ".xls", ".xlsx", ".txt"})
READING = "“{name}”收到，正在读，读完告诉你入账几笔、待确认几笔。"
NO_STATEMENT = "“{name}”存好了，但不是对账单。对账单要网银导出的 CSV、XLS 或 XLSX。"
LATEST = 5
NONE_YET = "还没有传过对账单。把网银导出的 CSV、XLS 或 XLSX 发给我就行。"


def is_statement(member: Member, media: Media) -> bool:
    """A smart bot's file has no name before it has been fetched."""
    suffix = PurePath(media.file_name).suffix.lower()
    return media.kind == "file" and member.has(Role.FINANCE) and (not suffix or suffix in KINDS_OF_FILES)


def acknowledge(media: Media) -> Reply:
    return Reply(READING.format(name=media.file_name or "文件"))


async def handle(ctx: Context, said: Said) -> Reply:
    latest = await ctx.work.uploads.latest(LATEST)
    if not latest:
        return Reply(NONE_YET)
    lines = [
        f"{upload_name(one.upload_id)} {clock(ctx.rules.local(one.received_at), ctx.local_now)} "
        + (await upload_summary(ctx.work, ctx.rules, one)).split("\n")[0]
        for one in latest
    ]
    return Reply("\n".join([*lines, f"整份撤销发：撤销 {upload_name(latest[0].upload_id)}"]), private=True)


async def take(ctx: Context, incoming: Incoming) -> Reply | None:
    """The file's bytes are there: whoever was quicker with the same file has had it read."""
    assert isinstance(incoming, Fetched)
    suffix = PurePath(incoming.file_name).suffix.lower()
    if not ctx.member.has(Role.FINANCE):
        return None
    if suffix not in KINDS_OF_FILES:
        return Reply(NO_STATEMENT.format(name=incoming.file_name or "文件"))
    upload, is_new = await ctx.work.uploads.want(
        incoming.sha256, by=ctx.member.userid, door="chat", file_name=incoming.file_name
    )
    if is_new:
        return None
    return Reply(await sent_before(ctx.work, ctx.rules, upload, ctx.member))
