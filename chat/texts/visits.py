"""Visits in words: what is there, what is missing and how to deliver it, how far away, what has been seen before."""

from __future__ import annotations

from collections.abc import Sequence

from domain.visits import PICTURES, Evidence, EvidenceKind, Missing, Need

KINDS = {
    EvidenceKind.PHOTO: "照片",
    EvidenceKind.DOOR_SIGN: "科室门牌",
    EvidenceKind.SIGNED: "签字单据",
    EvidenceKind.MEMO: "备忘",
    EvidenceKind.PLACE: "位置",
    EvidenceKind.NEEDS: "核心需求",
    EvidenceKind.FILE: "文件",
}
_COUNTED = {EvidenceKind.PHOTO: "张", EvidenceKind.MEMO: "条", EvidenceKind.FILE: "个", EvidenceKind.SIGNED: "份"}

SHORT = {
    Need.PHOTO: "照片 {count} 张",
    Need.MEMO: "备忘 {count} 条",
    Need.PLACE: "位置",
    Need.DOOR_SIGN: "科室门牌照片",
    Need.SIGNED: "签字单据",
    Need.NEEDS: "核心需求 {count} 项",
}
HOW = {
    Need.PHOTO: "现场照片 {count} 张：拍好直接发到这里",
    Need.MEMO: "备忘 {count} 条：按住说话，讲谁拍板、多少预算、下一步；打字也行",
    Need.PLACE: "位置：点“+”发送位置",
    Need.DOOR_SIGN: "科室门牌照片：拍好发来，再点“科室门牌”",
    Need.SIGNED: "签字单据：拍照或发文件，再点“签字单据”",
    Need.NEEDS: "核心需求还差 {count} 项：发“核心需求”，选好再写 {words} 个字以上",
}


def short(missing: Sequence[Missing]) -> str:
    """照片 1 张、备忘 1 条."""
    return "、".join(SHORT[one.need].format(count=one.count) for one in missing)


def how(missing: Sequence[Missing]) -> str:
    """One line each, with the way to deliver it."""
    return "\n".join(f"· {HOW[one.need].format(count=one.count, words=one.words)}" for one in missing)


def there(evidence: Sequence[Evidence]) -> str:
    """照片 2 张、位置."""
    kinds = [one.kind for one in evidence if one.counts]
    parts = []
    for kind, name in KINDS.items():
        if (count := kinds.count(kind)) > 0:
            parts.append(f"{name} {count} {_COUNTED[kind]}" if kind in _COUNTED else name)
    return "、".join(parts)


def metres(distance: float) -> str:
    """About, as one says it: 120 米, 3.2 公里."""
    if distance < 1000:
        return f"{max(10, round(distance / 10) * 10)} 米"
    kilometres = distance / 1000
    return f"{kilometres:.1f} 公里" if kilometres < 10 else f"{round(kilometres)} 公里"


PROBLEMS = {
    "not_a_photo": "这个文件打不开，不是照片",
    "too_large": "这张照片像素太高，超过 6400 万",
    "truncated": "这张照片只传来一半",
    "lost": "没有从企业微信取到",
    "empty": "这段语音是空的",
    "not_audio": "这段语音打不开",
    "broken": "这段语音坏了",
    "too_short": "这段语音太短",
    "silent": "这段语音里没有声音",
}
"""Why a piece is no evidence, by its code."""

CURES = {
    "not_a_photo": "请用手机拍一张再发。",
    "too_large": "请关掉相机的高像素模式再拍，或发压缩过的。",
    "truncated": "请再发一次。",
    "lost": "请再发一次。",
}


def logged(field: str, value: str) -> str | None:
    """A value of the audit log as people read it; None where the log has it in plain words already."""
    kind, _, rest = value.partition(" ")
    match field:
        case "evidence" | "evidence_kind" if kind in set(EvidenceKind):
            return f"{KINDS[EvidenceKind(kind)]}{'（结束后补的）' if rest else ''}"
        case "evidence_void":
            return PROBLEMS.get(value) or KINDS[EvidenceKind(kind)]
        case "check":
            return f"{'合格' if kind == 'good' else '有问题'}{f'：{rest}' if rest else ''}"
        case "looked":
            return f"{value} 个原件"
    return None


def again(kind: EvidenceKind) -> str:
    return "照片" if kind in PICTURES else KINDS[kind]
