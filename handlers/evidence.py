"""Voice, photo, video, file and place: kept whole at once, and attached to the visit by just sending it (V2, N1).

What comes within two hours after a visit has ended is added to it as late; what belongs to no visit is kept and asked
about, voice apart, which goes the way of memos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from actions.understand_memo import understand
from actions.visits import (
    JUST_BEFORE,
    Progress,
    attach_evidence,
    refresh,
    start_visit,
    take_evidence,
    template_of,
)
from chat.capability import Capability
from chat.cards import Button, Card, TapData
from chat.messages import Door, Incoming, Location, Media, Push, Reply, TargetKind, Urgency
from chat.texts import visits as texts
from chat.texts.format import clock, shortened
from domain.access import GOES_TO_CUSTOMERS
from domain.geography import distance_m
from domain.ids import CustomerId, customer_name, memo_name, visit_id_in, visit_name
from domain.memos import MemoKind
from domain.refusal import Refusal
from domain.visits import PICTURES, Evidence, EvidenceKind, EvidenceState, Place, Visit, VisitState
from handlers._context import Context, Tapped
from handlers._customers import customer_tapped
from handlers.memo_card import hear_correction
from handlers.statement import acknowledge, is_statement
from handlers.visit import started
from notify.cards import Taps
from notify.visits import (
    BURST,
    about_loose,
    earlier,
    seen_words,
    settle_loose,
    standing,
    tell_progress,
    what_it_shows_card,
    which_card,
    withdraw_progress,
)

capability = Capability(
    kinds=(Media, Location), taps=(Taps.EVIDENCE_KIND, Taps.EVIDENCE_TO, Taps.EVIDENCE_AWAY), spec="V2"
)
KINDS = {"image": EvidenceKind.PHOTO, "voice": EvidenceKind.MEMO}
TODAY = timedelta(days=1)
TAPPED_WITHIN = timedelta(days=7)
"""After the piece was sent; later its card no longer finds it."""
VOICE = "语音收到。"
RECORDINGS = (".amr", ".m4a", ".mp3", ".wav", ".ogg", ".opus", ".aac", ".3gp")
MOST_HINTS = 20
"""More would push the speech engine towards names that nobody has said."""


async def take(ctx: Context, incoming: Incoming) -> Reply | None:
    if isinstance(incoming, Location):
        return await _place(ctx, incoming)
    assert isinstance(incoming, Media)
    await _keep(ctx, incoming)
    if is_statement(ctx.member, incoming):
        return acknowledge(incoming)
    kind = EvidenceKind.MEMO if _is_recording(incoming) else KINDS.get(incoming.kind, EvidenceKind.FILE)
    if not ctx.member.has(*GOES_TO_CUSTOMERS):
        return Reply(f"{texts.KINDS[kind]}收到。")
    if kind is EvidenceKind.MEMO:
        return await _voice(ctx, incoming)
    piece, progress = await _take(ctx, incoming, kind)
    if piece is None:
        return None
    if progress is None:
        return await _ask_where(ctx, piece)
    if (card := _what_it_shows(ctx, piece, progress)) is not None:
        return Reply(card, private=True)
    return await _tell(ctx, piece, progress)


async def _keep(ctx: Context, media: Media) -> None:
    source = {
        "media_id": media.media_id, "url": media.url, "aes_key": media.aes_key, "format": media.format,
        "transcript": media.transcript, "door": media.envelope.door.value,
    }  # fmt: skip
    if media.media_id or media.url:
        await ctx.work.media.want(media.envelope.key, ctx.member.userid, media.kind, source, media.file_name)


async def _take(
    ctx: Context, incoming: Media | Location, kind: EvidenceKind, place: Place | None = None
) -> tuple[Evidence | None, Progress | None]:
    envelope = incoming.envelope
    text = incoming.file_name if isinstance(incoming, Media) else ""
    return await take_evidence(
        ctx.work, ctx.rules, ctx.member, kind, envelope.key, envelope.sent_at, place=place, text=text
    )


def _is_recording(media: Media) -> bool:
    """A call that the phone recorded comes as a file (N5)."""
    return media.kind == "file" and media.file_name.lower().endswith(RECORDINGS)


async def _voice(ctx: Context, media: Media) -> Reply:
    """Without an open visit it is a memo like any other. The smart bot has its words ready; the app's come later."""
    visit = await ctx.work.visits.open_of(ctx.member.userid)
    there = ""
    if visit is not None:
        _, progress = await _take(ctx, media, EvidenceKind.MEMO)
        assert progress is not None
        await withdraw_progress(ctx.work, visit)
        there = standing(visit, progress.evidence, progress.missing)
    memo_id = await ctx.work.memos.add(
        media.envelope.key,
        ctx.member.userid,
        MemoKind.CALL if media.kind == "file" else MemoKind.VOICE,
        recorded_at=media.envelope.sent_at,
        visit_id=visit.visit_id if visit else None,
    )
    if not media.transcript.strip():
        await ctx.work.transcriptions.want(media.envelope.key, ctx.member.userid, await _hints(ctx))
        return Reply(VOICE + there)
    memo = await ctx.work.memos.get(memo_id)
    assert memo is not None
    if (reply := await hear_correction(ctx, memo, media.transcript)) is not None:
        return reply
    await understand(ctx.work, ctx.rules, memo, media.transcript)
    return Reply(f"{memo_name(memo_id)} 记下了，卡片在跟单铃应用里。{there}")


async def _hints(ctx: Context) -> list[str]:
    """Names that the memo is likely to say: the speaker's customers, the latest first, and our products (N1)."""
    lately = await ctx.work.memos.customers_told_of(ctx.member.userid, MOST_HINTS)
    ids = dict.fromkeys((*await ctx.work.customers.in_hand(ctx.member.userid), *lately))
    names = await ctx.work.customers.names(list(ids)[:MOST_HINTS])
    products = [tag.value for tag in ctx.rules.settings.tags.product_lines]
    return [*(names[one] for one in ids if one in names), *products][:MOST_HINTS]


# Place


async def _place(ctx: Context, incoming: Location) -> Reply | None:
    envelope = incoming.envelope
    place = Place(incoming.latitude, incoming.longitude, incoming.label)
    await ctx.work.media.add_location(
        envelope.key, ctx.member.userid, place.latitude, place.longitude, place.label, envelope.sent_at
    )
    piece, progress = await _take(ctx, incoming, EvidenceKind.PLACE, place)
    if piece is None:
        return None
    if progress is None:
        return await _ask_where(ctx, piece)
    return await _tell(ctx, piece, progress, await how_far(ctx, progress.visit, place))


async def how_far(ctx: Context, visit: Visit, place: Place) -> str:
    """离客户约 120 米。"""
    known = await ctx.work.visits.place_of(visit.customer_id)
    if known is None:
        return "客户的位置还没登记，这次结束后记下。"
    distance = distance_m((known.latitude, known.longitude), (place.latitude, place.longitude))
    far = distance > ctx.rules.settings.visits.far_after_m
    warning = "，比较远，主管看得到。点错了就重发一次位置" if far else ""
    return f"离客户登记的位置约 {texts.metres(distance)}{warning}。"


# With a visit


async def _tell(ctx: Context, piece: Evidence, progress: Progress, ahead: str = "") -> Reply | None:
    """One answer for several photos in a row, which are several messages."""
    text = ahead + standing(progress.visit, progress.evidence, progress.missing)
    envelope = ctx.incoming.envelope
    if progress.visit.state is not VisitState.OPEN:
        return Reply(_late_card(ctx, piece, progress.visit), private=True)
    if envelope.door is Door.BOT:
        return Reply(text)
    await tell_progress(ctx.work, ctx.member.userid, progress.visit, text, envelope.key)
    return None


def _what_it_shows(ctx: Context, piece: Evidence, progress: Progress) -> Card | None:
    template = template_of(ctx.rules, progress.visit)
    kinds = [kind for kind, wanted in (
        (EvidenceKind.DOOR_SIGN, template.door_sign and piece.kind is EvidenceKind.PHOTO),
        (EvidenceKind.SIGNED, template.signed),
    ) if wanted]  # fmt: skip
    if not kinds:
        return None
    return what_it_shows_card(ctx.rules, piece, progress.visit, [*kinds, piece.kind])


def _late_card(ctx: Context, piece: Evidence, visit: Visit) -> Card:
    """What comes after the end is added, said so, and can be taken away again."""
    ended = clock(ctx.rules.local(visit.closed_at or ctx.now), ctx.local_now)
    return Card(
        title=f"{texts.again(piece.kind)}补到了 {visit_name(visit.visit_id)}",
        subtitle=f"{shortened(visit.customer, 20)} {ended} 已结束",
        text="记的是现在的时间。不是这次拜访的，点下面。",
        buttons=(Button("不是这次的", TapData(Taps.EVIDENCE_AWAY, str(piece.evidence_id))),),
        url=ctx.rules.url,
    )


# Without a visit


async def _ask_where(ctx: Context, piece: Evidence) -> Reply | None:
    """A card of candidates for this piece and what waits since shortly before; of several in a row only the last card
    leaves. What has waited for longer keeps a card of its own."""
    loose = await ctx.work.evidence.loose_of(ctx.member.userid, piece.at - JUST_BEFORE)
    rows = await _candidates(ctx, loose)
    there = texts.there(loose)
    if not rows:
        return Reply(f"{there}存好了。现在没有进行中的拜访，发“开始拜访 客户名”，半小时内发的都算进去。")
    only_place = all(piece.kind is EvidenceKind.PLACE for piece in loose)
    title = "在哪家客户" if only_place else f"{there}是哪家的"
    text = "点一家，拜访就开始。" if only_place else "已经存好。点一次拜访补进去，或点一家客户开始拜访。"
    card = which_card(title, text, rows, "都不是", ctx.rules.url)
    about = about_loose(ctx.member.userid, loose[0].evidence_id)
    await settle_loose(ctx.work, ctx.rules, about, "看下面一张")
    key = f"loose:{ctx.incoming.envelope.key}"
    await ctx.work.push(
        Push(
            TargetKind.MEMBER, ctx.member.userid, card, key, Urgency.ANSWER, about, not_before=ctx.now + BURST
        )
    )  # fmt: skip
    return None


async def _candidates(ctx: Context, loose: Sequence[Evidence]) -> list[tuple[str, str, TapData]]:
    """Visits of today, then the customers in hand, the nearest first where a place was sent. Each tap says from which
    piece to which it is about."""
    first, last = str(loose[0].evidence_id), loose[-1].evidence_id
    visits = [
        (visit.customer, f"{clock(ctx.rules.local(visit.started_at), ctx.local_now)} {visit_name(visit.visit_id)}",
         TapData(Taps.EVIDENCE_TO, visit_name(visit.visit_id), last, first))
        for visit in await ctx.work.visits.of_owner(ctx.member.userid, ctx.now - TODAY, 2)
        if ctx.rules.local(visit.started_at).date() == ctx.today
    ]  # fmt: skip
    here = next((piece.place for piece in reversed(loose) if piece.place), None)
    mine = [CustomerId(one) for one in await ctx.work.customers.of_member(ctx.member.userid)]
    known = await ctx.work.visits.places_of(mine) if here else {}
    away = {
        customer_id: distance_m((place.latitude, place.longitude), (here.latitude, here.longitude))
        for customer_id, place in known.items()
        if here
    }
    order = {customer_id: number for number, customer_id in enumerate(mine)}
    nearest = sorted(mine, key=lambda one: (away.get(one, float("inf")), order[one]))
    names = await ctx.work.customers.names(nearest)
    customers = [
        (names[one], f"约 {texts.metres(away[one])}" if one in away else "",
         TapData(Taps.EVIDENCE_TO, customer_name(one), last, first))
        for one in nearest
    ]  # fmt: skip
    return [*customers, *visits][:5] if here else [*visits, *customers][:5]


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    match tapped.action:
        case Taps.EVIDENCE_KIND:
            return await _set_kind(ctx, tapped)
        case Taps.EVIDENCE_AWAY:
            return await _away(ctx, tapped)
        case _:
            return await _attach_to(ctx, tapped)


async def _attach_to(ctx: Context, tapped: Tapped) -> Reply | None:
    first = int(tapped.argument) if tapped.argument.isdecimal() else 0
    loose = [
        piece
        for piece in await ctx.work.evidence.loose_of(ctx.member.userid, ctx.now - TAPPED_WITHIN)
        if first <= piece.evidence_id <= tapped.round
    ]
    about = about_loose(ctx.member.userid, first)
    if (visit_id := visit_id_in(tapped.subject)) is not None:
        visit = await ctx.work.visits.find(visit_id)
        if visit is None or visit.owner != ctx.member.userid:
            raise Refusal("card_outdated")
        progress = await attach_evidence(ctx.work, ctx.rules, ctx.member, loose, visit)
        await settle_loose(ctx.work, ctx.rules, about, f"补到了 {tapped.subject}")
        return Reply(standing(visit, progress.evidence, progress.missing))
    customer = await customer_tapped(ctx, tapped.subject)
    running = await ctx.work.visits.open_of(ctx.member.userid)
    is_there = running is not None and running.customer_id == customer.customer_id
    if running is None or not is_there:
        running = (await start_visit(ctx.work, ctx.rules, ctx.member, customer)).visit
    progress = await attach_evidence(ctx.work, ctx.rules, ctx.member, loose, running)
    await settle_loose(ctx.work, ctx.rules, about, f"拜访{shortened(customer.name, 20)}")
    if is_there:
        return Reply(standing(running, progress.evidence, progress.missing))
    return Reply(await started(ctx, progress))


async def _set_kind(ctx: Context, tapped: Tapped) -> Reply | None:
    piece = await _own_piece(ctx, tapped)
    visit = await ctx.work.visits.find(piece.visit_id) if piece.visit_id is not None else None
    kind = EvidenceKind(tapped.argument)
    if visit is None or ((kind in PICTURES) is not (piece.kind in PICTURES) and kind is not EvidenceKind.SIGNED):
        raise Refusal("card_outdated")
    await ctx.work.evidence.set_kind(piece, visit, kind)
    await ctx.work.settle_card(
        tapped.task_id,
        Card(title=f"归为{texts.KINDS[kind]}", subtitle=shortened(visit.customer, 40), url=ctx.rules.url),
    )
    progress = await refresh(ctx.work, ctx.rules, visit)
    await withdraw_progress(ctx.work, visit)
    return Reply(await _used(ctx, replace(piece, kind=kind)) + standing(visit, progress.evidence, progress.missing))


async def _used(ctx: Context, piece: Evidence) -> str:
    """A file says it only now, when it is to be a signed paper."""
    seen = await ctx.work.evidence.find(piece.seen_evidence_id) if piece.seen_evidence_id else None
    if seen is None or piece.counts:
        return ""
    return f"{seen_words(piece, seen, await earlier(ctx.work, ctx.rules, seen))}，不算。"


async def _away(ctx: Context, tapped: Tapped) -> Reply | None:
    """Not of that visit after all: asked about like anything that came without one."""
    piece = await _own_piece(ctx, tapped)
    visit = await ctx.work.visits.find(piece.visit_id) if piece.visit_id is not None else None
    if visit is None or not piece.is_late:
        raise Refusal("card_outdated")
    await ctx.work.evidence.detach(piece, visit)
    await ctx.work.settle_card(tapped.task_id, Card(title=f"从 {visit_name(visit.visit_id)} 拿掉了", url=ctx.rules.url))
    return await _ask_where(ctx, piece)


async def _own_piece(ctx: Context, tapped: Tapped) -> Evidence:
    piece = await ctx.work.evidence.find(int(tapped.subject)) if tapped.subject.isdecimal() else None
    if piece is None or piece.sender != ctx.member.userid or piece.state is not EvidenceState.KEPT:
        raise Refusal("card_outdated")
    return piece
