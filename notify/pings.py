"""Pings to managers: gathered on one card, changed when a cause has gone (S4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chat.cards import Card
from chat.messages import Push, TargetKind, Urgency
from domain.ids import UserId, lead_name
from notify.cards import LateLead, late_card
from settings.house import HouseRules
from storage.timers import StoredPing
from storage.unit_of_work import Work


async def push_late_card(work: Work, rules: HouseRules, receiver: UserId, pings: Sequence[StoredPing]) -> None:
    """One card for all of them; each ping remembers it."""
    first = pings[0].ping_id
    card = late_card(await _late(work, pings), str(first), rules.url)
    key = f"pings:{first}:{len(pings)}:{work.now:%Y%m%d%H%M%S}"
    task_id = await work.push(Push(TargetKind.MEMBER, receiver, card, key, Urgency.ESCALATION, f"pings:{first}"))
    await work.pings.mark([ping.ping_id for ping in pings], "told", told_at=work.now, task_id=task_id)


async def refresh_ping_cards(work: Work, rules: HouseRules, task_ids: Collection[str]) -> None:
    """Shows what is still late on these cards, or that all is done.

    The last code of a card is kept for its end: without one each further change would be a new message.
    """
    for task_id in sorted(task_ids):
        pings = await work.pings.of_card(task_id)
        left = [ping for ping in pings if ping.state in ("told", "acknowledged")]
        if not left:
            done = "、".join(lead_name(lead_id) for lead_id in sorted({ping.lead_id for ping in pings}))
            await work.settle_card(task_id, Card(title="都处理好了", subtitle=f"{done} 不用再管", url=rules.url))
            continue
        card = late_card(await _late(work, left), str(left[0].ping_id), rules.url)
        if any(ping.state == "told" for ping in left) and await work.can_change(task_id, keeping=1):
            await work.change_card(task_id, card, len(left))


async def _late(work: Work, pings: Sequence[StoredPing]) -> list[LateLead]:
    """The highest rung of a lead stands for the lower ones."""
    leads = {lead.lead_id: lead for lead in await work.leads.with_ids([ping.lead_id for ping in pings])}
    members = await work.members.by_id()
    late = {}
    for ping in sorted(pings, key=lambda one: one.raised_at):
        lead = leads[ping.lead_id]
        given = next(one for one in await work.leads.assignments_of(lead.lead_id) if one.round == ping.round)
        owner = members.get(given.owner) if given.owner else None
        has_gone_on = lead.round != ping.round
        heir = members.get(lead.owner) if has_gone_on and lead.owner else None
        late[ping.lead_id] = LateLead(
            lead,
            ping.rung,
            owner.name if owner else "无",
            (ping.raised_at if has_gone_on else work.now) - given.decided_at,
            "" if not has_gone_on else f"已收回转给{heir.name}" if heir else "已收回待指派",
        )
    return list(late.values())
