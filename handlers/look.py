"""看 V88: the evidence behind a visit, as it came, into the chat of those who may; 抽查 draws visits at random (V5)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from actions.visits import Progress, progress_of
from chat.capability import Capability
from chat.cards import Button, ButtonStyle, Card, TapData
from chat.dialogue import Question
from chat.messages import MediaContent, Push, Reply, TargetKind, Text, Urgency
from chat.texts import visits as texts
from chat.texts.facts import FIELDS, field_value
from chat.texts.format import clock, duration, shortened
from domain.facts import MemoFacts
from domain.geography import distance_m
from domain.ids import VisitId, memo_name, visit_id_in, visit_name
from domain.memos import MemoState
from domain.people import Role
from domain.refusal import Refusal
from domain.visits import Evidence, EvidenceKind, EvidenceState, Visit, VisitState
from handlers._context import Context, Said, Tapped
from nlp.normalize import half_width
from notify.cards import Taps
from notify.visits import earlier, seen_words
from storage.evidence import StoredFile

QUESTION = "visit_check"
ASK_WITHIN = timedelta(minutes=30)
MOST_FILES = 9
"""In one answer; the rest comes with 全部."""
SHORTEST_REASON = 4
MOST_WORDS = 600
"""Characters of a transcript: longer than a minute of talk."""
LOOKERS = frozenset({Role.MANAGER, Role.LEADER, Role.ADMIN, Role.OPERATOR})
capability = Capability(
    words=("抽查",),
    taps=(Taps.LOOK, Taps.CHECK_GOOD, Taps.CHECK_BAD),
    answers=(QUESTION,),
    example="看 V88",
    help="看一次拜访的照片、语音原件和位置；主管发“抽查”随机看几次",
    spec="V5",
)
_LOOK = re.compile(r"\s*(?:请|帮我)?\s*(?:查?看看?|打开)?(?:一下)?\s*[Vv]\s?\d{1,9}\s*(?:全部|所有)?[。.!！?？\s]*")


def recognises(text: str) -> bool:
    return _LOOK.fullmatch(half_width(text)) is not None


async def hear(ctx: Context, text: Text) -> Reply:
    said = half_width(text.text)
    return await _look(ctx, visit_id_in(said), everything="全部" in said or "所有" in said)


async def handle(ctx: Context, said: Said) -> Reply:
    if not ctx.member.has(*LOOKERS):
        raise Refusal("not_allowed", word="抽查", roles="主管、总经理和管理员")
    settings = ctx.rules.settings.visits
    wanted = re.search(r"\d{1,2}", said.argument)
    picked = await ctx.work.visits.pick_to_check(
        ctx.member.userid,
        await ctx.work.visible_owners(ctx.member),
        ctx.now - timedelta(days=settings.spot_check_days),
        min(int(wanted[0]) if wanted else settings.spot_checks, 10) or 1,
    )
    if not picked:
        return Reply(f"最近 {settings.spot_check_days} 天没有你还没抽查过的拜访。", private=True)
    for visit in picked:
        key = f"check:{visit.visit_id}:{ctx.member.userid}"
        card = await _check_card(ctx, visit)
        await ctx.work.push(Push(TargetKind.MEMBER, ctx.member.userid, card, key, Urgency.LEAD))
    return Reply(f"随机抽了 {len(picked)} 次拜访，看完点“合格”或“有问题”。", private=True)


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    visit_id = visit_id_in(tapped.subject)
    if tapped.action == Taps.LOOK:
        return await _look(ctx, visit_id)
    visit = await _visit(ctx, visit_id)
    if tapped.action == Taps.CHECK_GOOD:
        await ctx.work.visits.judge(visit, ctx.member.userid, "good")
        await _settle_check(ctx, visit, tapped.task_id, "合格")
        return None
    data = {"task_id": tapped.task_id}
    await ctx.work.questions.ask(ctx.member.userid, QUESTION, tapped.subject, ctx.now + ASK_WITHIN, data)
    return Reply(f"{tapped.subject} 有什么问题？直接回复一句，会转给本人；不写了发“算了”。")


async def answer(ctx: Context, text: Text, question: Question) -> Reply | None:
    if ctx.is_command(text.text) or recognises(text.text):
        return None
    visit = await _visit(ctx, visit_id_in(question.subject))
    reason = text.text.strip()
    if len(reason) < SHORTEST_REASON:
        return Reply("太短了，本人看不明白。写清楚哪里有问题再发，不写了发“算了”。")
    await ctx.work.questions.close(ctx.member.userid)
    name = visit_name(visit.visit_id)
    if not await ctx.work.visits.judge(visit, ctx.member.userid, "bad", reason):
        return Reply(f"{name} 你已经评过了，没有改动。")
    await _settle_check(ctx, visit, question.data["task_id"], f"有问题：{shortened(reason, 24)}")
    said = (
        f"{ctx.member.name}抽查了 {name} {shortened(visit.customer, 16)}：{reason}。有补充的直接跟{ctx.member.name}说。"
    )
    key = f"checked:{visit.visit_id}:{ctx.member.userid}"
    await ctx.work.push(Push(TargetKind.MEMBER, visit.owner, said, key, Urgency.NOTICE))
    return Reply(f"记下了，已转给{await _name(ctx, visit.owner)}。")


async def _check_card(ctx: Context, visit: Visit) -> Card:
    name = visit_name(visit.visit_id)
    return Card(
        title=f"抽查 {name}",
        subtitle=shortened(f"{visit.customer} · {await _name(ctx, visit.owner)}", 40),
        text=f"{clock(ctx.rules.local(visit.started_at), ctx.local_now)} 开始的拜访",
        buttons=(
            Button("看留痕", TapData(Taps.LOOK, name), ButtonStyle.PRIMARY),
            Button("合格", TapData(Taps.CHECK_GOOD, name)),
            Button("有问题", TapData(Taps.CHECK_BAD, name), ButtonStyle.RED),
        ),
        url=ctx.rules.url,
    )


async def _settle_check(ctx: Context, visit: Visit, task_id: str, verdict: str) -> None:
    card = Card(f"{visit_name(visit.visit_id)} {verdict}", shortened(visit.customer, 40), url=ctx.rules.url)
    await ctx.work.settle_card(task_id, card)


# 看


async def _look(ctx: Context, visit_id: VisitId | None, *, everything: bool = False) -> Reply:
    """One message that says it all in words, then the originals. Who looked is in the log (A2)."""
    visit = await _visit(ctx, visit_id)
    progress = await progress_of(ctx.work, ctx.rules, visit)
    files = await ctx.work.evidence.files_of(progress.evidence)
    shown = [one for one in progress.evidence if one.message_key in files]
    sent = shown if everything else shown[:MOST_FILES]
    for number, piece in enumerate(sent, start=1):
        file = files[piece.message_key]
        content = MediaContent(file.sha256, kind_to_send(file), _file_name(visit, piece, file, number))
        key = f"look:{ctx.incoming.envelope.key}:{piece.evidence_id}"
        # Behind the reply, which is an answer.
        await ctx.work.push(Push(TargetKind.MEMBER, ctx.member.userid, content, key, Urgency.LEAD))
    ctx.work.audit.note(f"visit:{visit.visit_id}", "looked", None, len(sent), customer_id=visit.customer_id)
    lines = await _lines(ctx, progress)
    if len(sent) < len(shown):
        lines.append(f"先发 {len(sent)} 个原件，共 {len(shown)} 个。都要就发：看 {visit_name(visit.visit_id)} 全部")
    waiting = [one for one in progress.evidence if _has_bytes(one) and one.message_key not in files]
    if waiting:
        lines.append(f"另有 {len(waiting)} 个原件还没取到，过一会儿再看。")
    return Reply("\n".join(lines), private=True)


async def _visit(ctx: Context, visit_id: VisitId | None) -> Visit:
    if visit_id is None:
        raise Refusal("visit_number_missing", example="看 V88")
    return await ctx.work.visits.get(visit_id, seen_by=ctx.member)


async def _lines(ctx: Context, progress: Progress) -> list[str]:
    visit = progress.visit
    there = texts.there(progress.evidence) or "没有留痕"
    lines = [
        f"{visit_name(visit.visit_id)} {visit.customer} · {await _name(ctx, visit.owner)}",
        await _time(ctx, progress),
        f"留痕：{there}" + (f"，还差{texts.short(progress.missing)}" if progress.missing else ""),
    ]
    lines += await _places(ctx, progress)
    lines += [f"需求：{'、'.join(one.needs)}。{one.text}" for one in progress.evidence if one.needs]
    lines += await _said(ctx, progress)
    lines += await _flags(ctx, progress)
    for check in await ctx.work.visits.checks_of(visit.visit_id):
        verdict = "合格" if check.verdict == "good" else f"有问题：{check.reason}"
        lines.append(f"抽查：{await _name(ctx, check.by)} {verdict}")
    return lines


async def _said(ctx: Context, progress: Progress) -> list[str]:
    """The words of each memo, and what was understood of them, as it stands after the corrections."""
    lines = []
    for memo in await ctx.work.memos.of_visit(progress.visit.visit_id):
        length = f"（{round(memo.seconds)} 秒）" if memo.seconds else ""
        if memo.state is MemoState.WAITING_FOR_WORDS:
            lines.append(f"{memo_name(memo.memo_id)}{length}：还没转成文字，听原声。")
            continue
        lines.append(f"{memo_name(memo.memo_id)}{length}：{shortened(memo.text, MOST_WORDS)}")
        if memo.facts is not None and (understood := _understood(memo.facts, ctx.today)):
            sure = "" if memo.state is MemoState.CONFIRMED else "（本人还没确认）"
            lines.append(f"提取{sure}：{understood}")
    return lines


def _understood(facts: MemoFacts, today: date) -> str:
    said = [(field, name) for field, name in FIELDS.items() if field != "customer" and getattr(facts, field)]
    return "；".join(f"{name} {field_value(field, facts, today)}" for field, name in said)


async def _time(ctx: Context, progress: Progress) -> str:
    visit = progress.visit
    began = clock(ctx.rules.local(visit.started_at), ctx.local_now)
    if visit.closed_at is None:
        return f"{began} 开始，还没结束"
    stayed = duration(visit.closed_at - visit.started_at)
    if visit.state is VisitState.CANCELLED:
        return f"{began} 开始，取消了"
    if visit.override_reason:
        return f"{began} 开始，历时 {stayed}，没留全，{await _name(ctx, visit.closed_by)}放行：{visit.override_reason}"
    return f"{began} 开始，历时 {stayed}"


async def _places(ctx: Context, progress: Progress) -> list[str]:
    places = [one for one in progress.evidence if one.place is not None and one.state is EvidenceState.KEPT]
    if not places:
        return ["位置：没有发"]
    known = await ctx.work.visits.place_of(progress.visit.customer_id)
    lines = []
    for one in places:
        assert one.place is not None
        at = clock(ctx.rules.local(one.at), ctx.local_now)
        label = one.place.label or f"{one.place.latitude:.5f}, {one.place.longitude:.5f}"
        away = ""
        if known is not None:
            metres = distance_m((known.latitude, known.longitude), (one.place.latitude, one.place.longitude))
            away = f"，离客户登记的位置约 {texts.metres(metres)}"
            away += "，偏远" if metres > ctx.rules.settings.visits.far_after_m else ""
        lines.append(f"位置：{label}（{at}）{away}")
    return lines


async def _flags(ctx: Context, progress: Progress) -> list[str]:
    """What makes a careful manager look twice (V4)."""
    flags = []
    for one in progress.evidence:
        if one.state is EvidenceState.VOID:
            flags.append(f"{texts.PROBLEMS[one.problem]}，不算留痕")
        elif one.seen_evidence_id is not None and (seen := await ctx.work.evidence.find(one.seen_evidence_id)):
            uncounted = "" if one.counts else "，不算留痕"
            flags.append(seen_words(one, seen, await earlier(ctx.work, ctx.rules, seen)) + uncounted)
    late = [one for one in progress.evidence if one.is_late and one.counts]
    if late:
        flags.append(f"{texts.there(late)}是结束后补的")
    overdue = [one for one in progress.evidence if one.at > progress.visit.due_at and not one.is_late and one.counts]
    if overdue:
        flags.append(f"{texts.there(overdue)}过了时限才发")
    return [f"注意：{flag}" for flag in flags]


async def _name(ctx: Context, userid: str) -> str:
    member = await ctx.work.members.get(userid)
    return member.name if member else userid


# Originals


def _has_bytes(piece: Evidence) -> bool:
    return piece.state is EvidenceState.KEPT and not piece.is_without_file


_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "audio/amr": "amr", "video/mp4": "mp4", "application/pdf": "pdf"}
_MEGABYTE = 1 << 20
_AS_THEMSELVES = {
    "image": (("image/jpeg", "image/png"), 10 * _MEGABYTE),
    "voice": (("audio/amr",), 2 * _MEGABYTE),
    "video": (("video/mp4",), 10 * _MEGABYTE),
}
"""What WeCom shows or plays in the chat (wecom.md 3.7); everything else goes as a file."""


def kind_to_send(file: StoredFile) -> str:
    for kind, (types, largest) in _AS_THEMSELVES.items():
        if file.content_type in types and file.size <= largest:
            return kind
    return "file"


def _file_name(visit: Visit, piece: Evidence, file: StoredFile, number: int) -> str:
    # A voice message is AMR or Speex, and only AMR has a type of its own.
    ending = _ENDINGS.get(file.content_type, "spx" if piece.kind is EvidenceKind.MEMO else "bin")
    name = f"{visit_name(visit.visit_id)}-{texts.KINDS[piece.kind]}-{number}.{ending}"
    return file.file_name if "." in file.file_name else name
