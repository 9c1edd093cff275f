"""Where a company's name begins and ends in running talk, which has no capitals and often no full stops.

A name ends where something behind it says so (的人, 也报了, 那边, or the kind of house it is: 机械, 医院). It begins
behind the nearest sign that no name holds (的, 了, 跟, a person, an amount, a day), or behind the words of the language
that stand between that sign and the piece that is no word.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.dictionary import is_word, tagged
from nlp.persons import FIELD
from nlp.places import is_place_name
from nlp.wordlists import any_of, words

HAN = "\u4e00-\u9fff"
# Signs that stand in no name; 和 may (仁和, 佳和) and parts two names only where both are left whole.
_STOP = "的了是在跟给说把被让叫对与这那个们吗呢吧就都也还又再比拿找我你他她它没不很太只才从到去见着过得趟用,。、:\"'“”‘’《》()"
_RUN = re.compile(rf"[{HAN}A-Za-z0-9&·-]+$")
_BEGINS = re.compile(rf"^.*(?:[{_STOP}]|(?:能|就|他|她|我|自己)定|[一有那这哪人两几每]家|没来)")
_KIND = re.compile(rf"(?:{any_of('organisations')}|{any_of('products')})+(?:安装|销售|制造|技术|服务|发展|有限|责任)*(?:公司)?$")
_LONGEST = 10
# Parts of speech that begin no name: verbs, adverbs, prepositions, conjunctions, pronouns, particles, numerals, times.
_NO_BEGINNING = frozenset(
    ["v", "d", "p", "c", "r", "u", "ul", "uj", "ud", "uz", "ug", "t", "m", "y", "f", "q", "vn", "vd", "ad", "zg", "l", "i", "h"]
)
_NAME_TAGS = frozenset(["nz", "nr", "ns", "nt", "nrt", "nrfg", "nw", "j", "x", "eng"])


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    return frozenset(words("plain_words"))


def kind_of(name: str) -> str:
    """机械 of 恒达机械, 医药公司 of 瑞泽医药公司; empty where the name does not say."""
    found = _KIND.search(name)
    return found[0] if found else ""


def own_part(name: str) -> str:
    """恒达 of 恒达机械."""
    return name[: len(name) - len(kind_of(name))]


def ending_at(marked: str, end: int) -> tuple[int, int] | None:
    """The name that ends at this place, as far back as it goes."""
    run = _RUN.search(marked, max(0, end - _LONGEST - 8), end)
    if run is None:
        return None
    start = run.start()
    stop = _BEGINS.match(_without_kind(marked, start, end))
    if stop is not None:
        start += stop.end()
    start = _past_words(marked, start, end)
    return (start, end) if 2 <= end - start <= _LONGEST else None


def _without_kind(marked: str, start: int, end: int) -> str:
    """便利店, 家具: signs of the kind are no stops."""
    text = marked[start:end]
    kind = kind_of(text)
    return text[: len(text) - len(kind)] if kind else text


def _past_words(marked: str, start: int, end: int) -> int:
    """挂网迈瑞 → 迈瑞, 生效江北阀业 → 江北阀业: words in front that begin no name, while a name is left."""
    text = marked[start:end]
    kind = kind_of(text)
    pieces = tagged(text)
    at = 0
    while len(pieces) > 1:
        word, tag = pieces[0]
        left = len(text) - at - len(word)
        if left - len(kind) < (2 if kind else 0) or left < 2:
            break
        is_front = tag in _NO_BEGINNING or word in _plain()
        if not is_front or (len(word) == 1 and len(text) - at <= 4 and tag not in ("v", "p", "c", "d", "r", "t")):
            break
        at += len(word)
        pieces.pop(0)
    return start + at + _up_to_place(pieces, kind)


def _up_to_place(pieces: list[tuple[str, str]], kind: str) -> int:
    """生效江北阀业: a name that holds a place begins with it."""
    before = 0
    for word, tag in pieces[:-1]:
        if before and kind and tag == "ns" and is_place_name(word):
            return before
        before += len(word)
    return 0


def is_strange(name: str) -> bool:
    """Whether some of it is no word of the language: 百世达, 味尚鲜; not 设备主管, 怕忘."""
    pieces = tagged(name)
    return any(tag in _NAME_TAGS for _, tag in pieces) or (
        len(pieces) > 1 and sum(len(word) == 1 and tag not in _SMALL_TAGS for word, tag in pieces) > 0
        and not any(tag in _SMALL_TAGS for _, tag in pieces)
    )


_SMALL_TAGS = frozenset(["v", "d", "p", "r", "m", "ul", "uj", "c", "y", "f", "q", "t"])
_COUNTED = re.compile("第?[一二三四五六七八九十百千两几0-9]+(?:[家个件台局套块条点天次期批种名位年月号座层间]|$)")


def is_name(name: str, *, sure: bool = False) -> bool:
    """`sure`: the words around leave no doubt that something with a name stands here (对手是…)."""
    if len(name) < 2 or name in _plain() or any(name.startswith(word) for word in ("什么", "哪", "谁", "多少")):
        return False
    own = own_part(name)
    if _COUNTED.match(name) or not own or own in _plain() or is_place_name(name):
        return False
    if re.search(rf"[{_STOP}]", own) or re.fullmatch(rf"{FIELD}+(?:部|科|处|室|办|中心)?", name):
        return False
    if own != name:
        return len(own) > 1 and (sure or own not in _plain())
    if not is_word(name):
        return not any(name.endswith(word) for word in _plain() if len(word) > 1)
    tag = tagged(name)[0][1]
    return tag in _NAME_TAGS or sure
