"""The same customer asks again (L3)."""

from __future__ import annotations

from chat.messages import Push, TargetKind, Urgency
from chat.texts.format import phone
from domain.ids import lead_name
from domain.leads import Lead
from domain.people import Member
from storage.unit_of_work import Work


async def tell_owner_of_repeat(
    work: Work, lead: Lead, owner: Member, *, channel: str, number: str, ext: str, remark: str
) -> None:
    text = f"{lead.customer} 又从{channel}来问 {lead.model}，还是 {lead_name(lead.lead_id)}，请尽快联系。"
    if (number, ext) != (lead.phone, lead.ext):
        text += f"\n这次留的电话：{phone(number, ext)}"
    if remark:
        text += f"\n备注：{remark}"
    await work.push(Push(TargetKind.MEMBER, owner.userid, text, f"repeat:{lead.lead_id}:{work.cause}", Urgency.LEAD))
