"""Voice, photo, video, file and place: stored whole at once, since WeCom forgets them after three days (V2, N1)."""

from __future__ import annotations

from chat.capability import Capability
from chat.messages import Incoming, Location, Media, Reply
from handlers._context import Context
from handlers.statement import acknowledge, is_statement

capability = Capability(kinds=(Media, Location), spec="V2")
KEPT = {"voice": "语音", "image": "照片", "video": "视频", "file": "文件"}


async def take(ctx: Context, incoming: Incoming) -> Reply:
    if isinstance(incoming, Location):
        await ctx.work.media.add_location(
            incoming.envelope.key, ctx.member.userid, incoming.latitude, incoming.longitude, incoming.label, ctx.now
        )
        return Reply("位置收到，已存好。")
    assert isinstance(incoming, Media)
    await keep(ctx, incoming)
    if is_statement(ctx.member, incoming):
        return acknowledge(incoming)
    return Reply(f"{KEPT.get(incoming.kind, '文件')}收到，已存好。联系线索的情况请打字发：L编号 加一句话")


async def keep(ctx: Context, media: Media) -> None:
    source = {
        "media_id": media.media_id, "url": media.url, "aes_key": media.aes_key, "format": media.format,
        "transcript": media.transcript, "door": media.envelope.door.value,
    }  # fmt: skip
    if media.media_id or media.url:
        await ctx.work.media.want(media.envelope.key, ctx.member.userid, media.kind, source, media.file_name)
