"""帮助: what the asker may do, each with an example to copy."""

from __future__ import annotations

from chat.capability import Capability
from chat.messages import Reply
from handlers._context import Context, Said

capability = Capability(words=("帮助", "help", "怎么用"), help="看我能做什么", spec="interfaces: words in chat")


async def handle(ctx: Context, said: Said) -> Reply:
    lines = [f"{ctx.member.name}，你可以这样说："]
    lines += [f"{one.example}\n  {one.help}" for one in ctx.menu]
    return Reply("\n".join(lines), private=True)
