"""What people hear about a visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from chat.cards import Button, ButtonStyle, Card, Line, TapData
from chat.messages import Push, TargetKind, Urgency
from chat.texts import visits as texts
from chat.texts.format import clock, duration, shortened
from domain.ids import visit_name
from domain.leads import Lead
from domain.people import Member, Status
from domain.visits import Evidence, EvidenceKind, Missing, Visit
from domain.working_time import held_until
from notify.cards import Taps
from notify.leads import about, settle_cards
from notify.people import manager_of
from settings.house import HouseRules
from storage.unit_of_work import Work

BURST = timedelta(seconds=2)
"""Several photos are several messages; one answer counts them together."""


def about_progress(visit: Visit) -> str:
    """What is told its owner on the way: each saying takes the place of one that has not left yet."""
    return f"visit:{visit.visit_id}:progress"


def about_late(visit: Visit) -> str:
    """Reminders and escalations: withdrawn when nothing is missing any more (S4)."""
    return f"visit:{visit.visit_id}:late"


def about_loose(userid: str, first: int) -> str:
    """The card that asks where pieces belong, the first of which has this number."""
    return f"loose:{userid}:{first}"


async def settle_loose(work: Work, rules: HouseRules, about: str, title: str) -> None:
    for task_id, _ in await work.open_cards(about):
        await work.settle_card(task_id, Card(title=title, url=rules.url))


async def taken_along(work: Work, rules: HouseRules, visit: Visit, first: int) -> None:
    """Nothing is left to ask: what waited belongs to the visit that was begun."""
    about = about_loose(visit.owner, first)
    await work.withdraw(about)
    await settle_loose(work, rules, about, f"算进 {visit_name(visit.visit_id)} 了")


async def withdraw_progress(work: Work, visit: Visit) -> None:
    """Something newer is said at once, and what waits would contradict it."""
    await work.withdraw(about_progress(visit))


async def tell_progress(work: Work, owner: str, visit: Visit, text: str, key: str) -> None:
    await withdraw_progress(work, visit)
    await work.push(
        Push(
            TargetKind.MEMBER, owner, text, f"progress:{key}", Urgency.ANSWER, about_progress(visit),
            not_before=work.now + BURST,
        )
    )  # fmt: skip


def standing(visit: Visit, evidence: Sequence[Evidence], missing: Sequence[Missing]) -> str:
    """V88 恒达机械：照片 2 张。还差备忘 1 条。"""
    there = texts.there(evidence) or "还没有留痕"
    head = f"{visit_name(visit.visit_id)} {shortened(visit.customer, 16)}：{there}"
    if visit.state.value != "open":
        tail = f"还差{texts.short(missing)}。" if missing else "齐了。"
        return f"{head}，已补到这次拜访。{tail}"
    if missing:
        return f"{head}。还差{texts.short(missing)}。"
    return f"{head}，齐了。走的时候发“结束拜访”。"


async def show_contacted(work: Work, rules: HouseRules, lead: Lead, visit: Visit) -> None:
    await settle_cards(work, rules, lead, about(lead), "已首次联系", f"拜访 {visit_name(visit.visit_id)}")


async def remind_owner(work: Work, rules: HouseRules, visit: Visit, missing: Sequence[Missing]) -> None:
    owner = await work.members.get(visit.owner)
    if owner is None or owner.status is not Status.ACTIVE:
        return
    left = duration(visit.due_at - work.now)
    text = (
        f"{visit_name(visit.visit_id)} {shortened(visit.customer, 16)} 还有 {left}到时限，还差：\n{texts.how(missing)}"
    )
    await work.push(
        Push(
            TargetKind.MEMBER, visit.owner, text, f"{about_late(visit)}:remind", Urgency.NOTICE, about_late(visit),
            held_until(rules.quiet, work.now, rules.zone.key, urgent=False),
        )
    )  # fmt: skip


async def escalate(work: Work, rules: HouseRules, visit: Visit, missing: Sequence[Missing]) -> None:
    """Once for each visit; again only after 稍后."""
    owner = await work.members.get(visit.owner)
    name = owner.name if owner else visit.owner
    card = late_card(rules, visit, name, missing)
    held = held_until(rules.quiet, work.now, rules.zone.key, urgent=False)
    key = f"{about_late(visit)}:{work.now:%Y%m%d%H%M}"
    managers = await manager_of(work, owner, rules.local(work.now).date())
    await work.say(managers, card, key, Urgency.ESCALATION, about_late(visit), held)


def late_card(rules: HouseRules, visit: Visit, owner: str, missing: Sequence[Missing]) -> Card:
    name = visit_name(visit.visit_id)
    return Card(
        title=f"{name} 拜访没留全",
        subtitle=shortened(f"{visit.customer} · {owner}", 40),
        text=shortened(f"还差{texts.short(missing)}。没补上之前他不能开始下一次拜访。", 160),
        buttons=(
            Button("收到", TapData(Taps.VISIT_SEEN, name), ButtonStyle.PRIMARY),
            Button("稍后", TapData(Taps.VISIT_LATER, name)),
            Button("看留痕", TapData(Taps.LOOK, name)),
            Button("放行", TapData(Taps.VISIT_OVERRIDE, name)),
        ),
        url=rules.url,
    )


async def withdraw_late(work: Work, rules: HouseRules, visit: Visit) -> None:
    """The cause has gone: what has not left does not leave, and cards that have say so (S4)."""
    card = Card(f"{visit_name(visit.visit_id)} 处理好了", shortened(visit.customer, 40), url=rules.url)
    for task_id, _ in await work.open_cards(about_late(visit)):
        await work.settle_card(task_id, card)
    await work.withdraw(about_late(visit))


async def tell_closed_by_itself(work: Work, visit: Visit) -> None:
    text = f"{visit_name(visit.visit_id)} {shortened(visit.customer, 16)} 留痕已齐，忘了结束，已帮你结束。"
    await work.push(Push(TargetKind.MEMBER, visit.owner, text, f"visit:{visit.visit_id}:closed", Urgency.NOTICE))


async def tell_released(work: Work, visit: Visit, manager: Member, reason: str) -> None:
    text = f"{visit_name(visit.visit_id)} {shortened(visit.customer, 16)} {manager.name}放行了：{reason}。可以开始下一次拜访。"
    await work.push(Push(TargetKind.MEMBER, visit.owner, text, f"visit:{visit.visit_id}:released", Urgency.NOTICE))


async def tell_void(work: Work, piece: Evidence, visit: Visit | None, missing: Sequence[Missing]) -> None:
    """At once: the owner may still be there."""
    if visit is not None:
        await withdraw_progress(work, visit)
    where = f"{visit_name(visit.visit_id)} " if visit else ""
    cure = texts.CURES[piece.problem]
    text = f"{where}{texts.PROBLEMS[piece.problem]}，不算留痕。{cure}{still_missing(visit, missing)}"
    await work.push(Push(TargetKind.MEMBER, piece.sender, text, f"evidence_void:{piece.evidence_id}", Urgency.ANSWER))


def still_missing(visit: Visit | None, missing: Sequence[Missing]) -> str:
    return f"{visit_name(visit.visit_id)} 还差{texts.short(missing)}。" if visit and missing else ""


async def tell_seen_before(
    work: Work, rules: HouseRules, piece: Evidence, seen: Evidence, visit: Visit | None, missing: Sequence[Missing]
) -> None:
    """V4: the sender at once, who may still be there; who looks at the visit sees it there."""
    if visit is not None:
        await withdraw_progress(work, visit)
    what = seen_words(piece, seen, await earlier(work, rules, seen))
    where = f"{visit_name(visit.visit_id)} " if visit else ""
    cure = "重新说一段" if piece.kind is EvidenceKind.MEMO else "在现场换个角度重拍一张"
    text = f"{where}{what}，不算，主管看得到。请{cure}。{still_missing(visit, missing)}"
    await work.push(Push(TargetKind.MEMBER, piece.sender, text, f"seen_before:{piece.evidence_id}", Urgency.ANSWER))


async def earlier(work: Work, rules: HouseRules, seen: Evidence) -> str:
    """V71（李娜 11月3日）."""
    sender = await work.members.get(seen.sender)
    when = clock(rules.local(seen.at), rules.local(work.now))
    visit = visit_name(seen.visit_id) if seen.visit_id is not None else ""
    return f"{visit}（{sender.name if sender else seen.sender} {when}）"


def seen_words(piece: Evidence, seen: Evidence, before: str) -> str:
    if piece.kind is EvidenceKind.MEMO:
        return f"这条语音和 {before}的一模一样"
    if piece.kind is EvidenceKind.FILE:
        return f"这个文件和 {before}的一模一样"
    return f"这张照片和 {before}的像是同一张"


def what_it_shows_card(rules: HouseRules, piece: Evidence, visit: Visit, kinds: Sequence[EvidenceKind]) -> Card:
    """The template wants pictures apart, and nobody but the sender knows which is which."""
    noun = "文件" if piece.kind is EvidenceKind.FILE else "照片"
    return Card(
        title=f"{visit_name(visit.visit_id)} 这个{noun}是什么",
        subtitle=shortened(visit.customer, 40),
        text="已经存好，点一下归类。",
        buttons=tuple(
            Button(
                texts.KINDS[kind] if kind is not EvidenceKind.PHOTO else "现场照片",
                TapData(Taps.EVIDENCE_KIND, str(piece.evidence_id), 0, kind.value),
            )
            for kind in kinds
        ),
        url=rules.url,
    )


def needs_card(rules: HouseRules, visit: Visit, choices: Sequence[str], chosen: Sequence[str], count: int) -> Card:
    left = count - len(chosen)
    return Card(
        title=f"{visit_name(visit.visit_id)} 选 {count} 项核心需求",
        subtitle=f"已选：{'、'.join(chosen)}" if chosen else shortened(visit.customer, 40),
        text=f"还要选 {left} 项，选错了再点一下取消。",
        buttons=tuple(
            Button(
                f"✓{choice}" if choice in chosen else choice,
                TapData(Taps.NEED, visit_name(visit.visit_id), 0, choice),
                ButtonStyle.PRIMARY if choice in chosen else ButtonStyle.PLAIN,
            )
            for choice in choices
        ),
        url=rules.url,
    )


def which_card(title: str, text: str, rows: Sequence[tuple[str, str, TapData]], none: str, url: str) -> Card:
    """`rows`: (name, what helps to choose, tap), the likeliest first; at most five."""
    rows = rows[:5]
    return Card(
        title=title,
        text=text,
        lines=tuple(
            Line(str(number), shortened(f"{name} {hint}".strip(), 30))
            for number, (name, hint, _) in enumerate(rows, start=1)
        ),
        buttons=(
            *(Button(shortened(f"{number} {name}", 10), tap) for number, (name, _, tap) in enumerate(rows, start=1)),
            Button(none, TapData(Taps.VISIT_NONE), ButtonStyle.GREY),
        ),
        url=url,
    )
