"""Where a company's name begins and ends in running talk, which has no capitals and often no full stops.

A name ends where something behind it says so (的人, 也报了, 那边, or the kind of house it is: 机械, 医院). It begins
behind the nearest sign that no name holds (的, 了, 跟, a person, an amount, a day), or behind the words of the language
that stand between that sign and the piece that is no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from nlp.dictionary import guessed, is_word, tagged
from nlp.name_kinds import kind_at, kind_of, own_part
from nlp.name_looks import GRAMMAR, HAN, NAME_TAGS, STOP, likeness, may_begin, plain_words

_Named = TypeVar("_Named")
_RUN = re.compile(rf"[{HAN}A-Za-z0-9&·-]+$")
_BEGINS = re.compile(
    rf"^.*(?:[一有那这哪人两几每二三四五六七八九十]家|(?:能|就|他|她|我|自己)定|没来|陪|访|归|由|跑(?!步)|客户|业主|甲方|品牌|连锁|拜访|走访|回访|碰到|遇到|有(?!色|机|限|为|道|友)|汇报|第[一二三四五]|要(?=[开换上买建做招装改扩添采])|话(?=.{3})|[这那](?=[间个家边块款台种些时天么样头儿里是,单事次])|(?<![通日民商专家食药])用(?!友)|(?<![成首])都(?!市)|再(?!生)|得(?!力)|[{STOP}])"
)
_LONGEST = 10
# Parts of speech that begin no name: verbs, adverbs, prepositions, conjunctions, pronouns, particles, numerals, times.
_NO_BEGINNING = frozenset(
    [
        "v",
        "d",
        "p",
        "c",
        "r",
        "u",
        "ul",
        "uj",
        "ud",
        "uz",
        "ug",
        "t",
        "m",
        "y",
        "f",
        "q",
        "vn",
        "vd",
        "ad",
        "zg",
        "l",
        "i",
        "h",
    ]
)
_NUMERALS = "一二两三四五六七八九十百千万几"


def ending_at(marked: str, end: int) -> tuple[int, int] | None:
    """The name that ends at this place, as far back as it goes."""
    run = _RUN.search(marked, max(0, end - _LONGEST - 8), end)
    if run is None:
        return None
    start = run.start()
    if start and marked[start - 1] in "ＰＴｐｔ" and (doing := _DOING.match(marked, start, end)) is not None:
        start = doing.end()
    stop = _BEGINS.match(_without_kind(marked, start, end))
    if stop is not None:
        start += stop.end()
    if end - start > 8 and (joined := marked.rfind("和", start + 2, end - 2)) > 0:
        start = joined + 1
    start = _past_words(marked, start, end)
    if _BREATH.match(marked[start - 1] if start else ",") is None or marked[start] in _PREPOSITIONS:
        start += _front_that_is_none(marked[start:end])
    return (start, end) if 2 <= end - start <= _LONGEST else None


_DOING = re.compile("(?:拍板|签字|点头|做主|说了算|说的算|定|批|签|管|讲|说|问)(?=.{2})")
"""What whoever was named just before does, where speech has no full stop: 赵总定|博锐也报了."""
_BREATH = re.compile(f"[^{HAN}]|[的了]")


_PREPOSITIONS = "和跟给去到在从见把被"
_DEVICES = "塔机炉线泵阀罐柜台箱仪表器板管单事项件样货款"
"""A device said just before a name belongs to the words before it: 烘干塔|金穗农场."""


def _front_that_is_none(name: str) -> int:
    """和|仁和骨科, 下|丰源热力, 正事|凤鸣糕点: what stands in front is less of a name than what is left."""
    own = own_part(name)
    if len(own) > 2 and own[0] in GRAMMAR and own[0] != "约" and likeness(own[1:]) > likeness(own):
        return 1
    if len(own) > 2 and own != name and own[0] in _DEVICES:
        return 1
    if len(own) == 3 and own != name and is_word(own[1:]) and not is_word(own[:2]) and own[0] not in "小老大新":
        return 1
    is_worded = len(own) > 3 and is_word(own[:2]) and tagged(own[:2])[0][1] not in NAME_TAGS
    return 2 if is_worded and likeness(own[2:]) >= 0.5 and likeness(own[2:]) > likeness(own[:2]) else 0


_ENDS = re.compile(
    rf"[和跟也都才就报便贵低高各{STOP}]|[能会要可](?!源|耗|乐|口|靠)|[^{HAN}A-Za-z0-9&·-]|那边|那家|那台|还|以及|单[台套价]|一[台套个家年]|入围|进口|国产|差不多|另外|$"
)


def beginning_at(marked: str, start: int) -> tuple[int, int] | None:
    """The name that begins at this place, as far as it goes."""
    found = _ENDS.search(marked, start + 2) if start + 2 <= len(marked) else None
    if found is None or re.search(rf"[^{HAN}A-Za-z0-9]|[的了是我你他她这那得着过不没]", marked[start : start + 2]):
        return None
    end = found.start()
    if end - start > 2 and not kind_of(marked[start:end]):
        end = start + _brand_length(marked[start:end])
    half = start + (end - start) // 2
    if marked[start:half] == marked[half:end]:
        # 还有模之匠模之匠下周一去: the next sentence begins with it.
        end = half
    return (start, end) if 2 <= end - start <= _LONGEST else None


def _brand_length(text: str) -> int:
    """The words up to where a verb or the like begins."""
    length = 0
    for word, tag in tagged(text):
        if length >= 2 and len(word) > 1 and tag in _NO_BEGINNING:
            break
        length += len(word)
    return length


def _without_kind(marked: str, start: int, end: int) -> str:
    """便利店, 家具: signs of the kind are no stops."""
    text = marked[start:end]
    kind = kind_of(text)
    return text[: len(text) - len(kind)] if kind else text


def _past_words(marked: str, start: int, end: int) -> int:
    """挂网迈瑞 → 迈瑞, 生效江北阀业 → 江北阀业: words in front that begin no name, while a name is left."""
    text = marked[start:end]
    kind = kind_of(text)
    pieces = list(tagged(text))
    at = 0
    if kind and len(text) - len(kind) <= 3 and pieces[0][1] not in ("t", "p", "r", "d"):
        return start
    if (
        len(text) <= 4
        and pieces
        and len(pieces[0][0]) == 1
        and (start == 0 or not "\u4e00" <= marked[start - 1] <= "\u9fff")
    ):
        # Between two breaths stands the name alone: 发那科, 特来电.
        return start
    is_long = bool(kind) and len(text) - len(kind) > 5
    while len(pieces) > 1:
        word, tag = pieces[0]
        left = len(text) - at - len(word)
        if left - len(kind) < (2 if kind else 0) or left < 2:
            break
        is_front = (tag in _NO_BEGINNING and not (tag == "m" and word not in _NUMERALS)) or word in plain_words()
        if is_long and left - len(kind) >= 2 and len(text) - at - len(kind) > 2:
            # 谷物烘干塔金穗农场, 三件事第一安泰印染: too long for a name.
            is_front = True
        if not kind and left >= 2 and len(word) > 1 and len(text) - at > 4 and tag != "x":
            # 技改计划东科: no name is made of so many words.
            is_front = True
        if not is_front or (len(word) == 1 and len(text) - at <= 4 and tag not in ("v", "p", "c", "r", "t")):
            break
        at += len(word)
        pieces.pop(0)
    if not kind and len(text) - at > 5 and pieces and pieces[-1][1] == "x":
        return end - len(pieces[-1][0])
    return start + at + _up_to_place(pieces, kind)


def _up_to_place(pieces: list[tuple[str, str]], kind: str) -> int:
    """生效江北阀业: a name that holds a place begins with it."""
    before = 0
    for word, tag in pieces[:-1]:
        if before and kind and tag == "ns" and len(word) > 1:
            return before
        before += len(word)
    return 0


def apart(named: Iterable[tuple[_Named, str]], taken: Iterable[str]) -> list[_Named]:
    """Of things and their names each name once: one that holds another, or stands in it, is the same."""
    names, kept = list(taken), list[_Named]()
    for one, name in named:
        if not any(name in other or other in name for other in names):
            names.append(name)
            kept.append(one)
    return kept


@dataclass(frozen=True, slots=True)
class Slot:
    """A place between two words that a name may stand between."""

    start: int
    end: int
    weight: int
    """Of both sides together."""


_HARD = re.compile(rf"[^{HAN}A-Za-z0-9&·-]|[的了我你他她它们吗呢吧这那哪您咱没不]")


def strange_runs(marked: str, pieces: Sequence[str]) -> Iterator[Slot]:
    """Signs in a row that make no word of the language, without the grammar at their ends."""
    start = end = 0
    for piece in (*pieces, ".."):
        if len(piece) == 1 and "\u4e00" <= piece <= "\u9fff" and piece not in STOP:
            end += 1
            continue
        if end - start > 1 and (run := _without_grammar(marked, start, end)) is not None:
            yield run
        start = end = end + len(piece)
    for start, end in guessed(marked, frozenset(pieces)):
        yield Slot(start, end, 0)


def _without_grammar(marked: str, start: int, end: int) -> Slot | None:
    while end - start > 1 and marked[start] in GRAMMAR:
        start += 1
    while end - start > 1 and marked[end - 1] in GRAMMAR:
        end -= 1
    return Slot(start, end + len(kind_at(marked, end)), 0) if 2 <= end - start <= _LONGEST_RUN else None


_LONGEST_RUN = 4


def slots(
    marked: str, breaks: frozenset[int], left: re.Pattern[str], right: re.Pattern[str], opens: Openings
) -> Iterator[Slot]:
    """Between each word of `left` and the words of `right` behind it; the last group of a match ends with its weight."""
    seen: set[tuple[int, int]] = set()
    behind: dict[int, int] = {}
    begins = [(found.end(), int((found.lastgroup or "0")[-1]), 0) for found in left.finditer(marked)]
    for start, ahead, least in (*begins, *opens):
        if ahead == 1 and (start not in breaks or not list(may_begin(marked, (start,)))):
            continue
        hard = _HARD.search(marked, start)
        limit = min(start + _LONGEST, len(marked) if hard is None else hard.start())
        for end in range(start + 2, limit + 1):
            if (start, end) in seen or (ahead < 2 and end not in breaks):
                continue
            if end not in behind:
                match = right.match(marked, end)
                behind[end] = -1 if match is None else int((match.lastgroup or "0")[-1])
            if behind[end] >= least:
                seen.add((start, end))
                yield Slot(start, end, ahead + behind[end])


Openings: TypeAlias = list[tuple[int, int, int]]
"""Place, what speaks for a name before it (nothing), and the least that must behind it."""


def openings(marked: str, pieces: Sequence[str]) -> Openings:
    """Behind a breath, a mark or a sign of grammar, and behind a word of the language."""
    least: dict[int, int] = {}
    at, before = 0, ","
    for piece in pieces:
        if len(before) > 1:
            least[at] = 2
        elif before in _OPENS:
            doing = _DOING.match(marked, at) if before in "ＰＴｐｔ" else None
            least[doing.end() if doing is not None else at] = 1
        at, before = at + len(piece), piece
    return [(place, 0, least[place]) for place in may_begin(marked, least)]


_OPENS = frozenset(",。、ａｄｐｔＡＤＰＴ的了呢吧跟和与比在有是说讲")
