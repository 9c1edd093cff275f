"""Whether some signs can be a company's name, by themselves: by the dictionary, by the signs that names are made of, and
by what no name holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from nlp.dictionary import is_word, tagged
from nlp.name_kinds import is_kind_sure, kind_of, own_part
from nlp.persons import FIELD
from nlp.places import is_place_name
from nlp.wordlists import words

HAN = "\u4e00-\u9fff"
# Signs that stand in no name; 和 may (仁和, 佳和) and parts two names only where both are left whole.
STOP = "的了是在跟给说把被让叫对与个们吗呢吧就也还又比拿找我你他她它没不很只才从到去见着过趟做卖买嫌,。、:\"'“”‘’《》()"
NAME_TAGS = frozenset(["nz", "nr", "ns", "nt", "nrt", "nrfg", "nw", "j", "x", "eng"])


@cache
def plain_words() -> frozenset[str]:
    return words("plain_words")


def is_strange(name: str) -> bool:
    """Whether it is more than words of the language: 恒达, 百世达, 味尚鲜; not 氯碱, 分布式."""
    if is_word(name):
        return tagged(name)[0][1] in NAME_TAGS
    pieces = tagged(name)
    return len(name) == 2 or any(not is_word(word) or len(word) == 1 or tag in NAME_TAGS for word, tag in pieces)


def stands_alone(name: str) -> bool:
    """Whether it can be a name without saying what house it is: 百世达, 味尚鲜; not 设备主管, 怕忘, 搞明白."""
    if is_word(name):
        return tagged(name)[0][1] == "nz"
    if _NOT_ALONE.search(name) or tagged(name)[0][1] in _SMALL_TAGS:
        return False
    pairs = (name[i : i + 2] for i in range(len(name) - 1))
    return not any(
        is_word(pair) and len(tagged(pair)) == 1 and (pair in plain_words() or tagged(pair)[0][1] in _WORDY)
        for pair in pairs
        if likeness(pair) < 1 or tagged(pair)[0][1] in ("t", "d", "r", "m")
    )


_NOT_ALONE = re.compile(f"{FIELD}|姓|常务|执行|分管|[部科处室组办队班们头时人上里下中]$")
_NOT_AT_ALL = re.compile(f"^{FIELD}|常务|[部处室组]$")
_WORDY = frozenset(["v", "d", "p", "r", "m", "t", "c", "l", "f", "vn", "ad", "zg"])
_SMALL_TAGS = frozenset(["v", "d", "p", "r", "m", "ul", "uj", "c", "y", "f", "q", "t"])
_COUNTED = re.compile(
    "第?[一二三四五六七八九十两几0-9][一二三四五六七八九十百千0-9]*(?:[家个件台局套块条点天次期批种名位年月号座层间]|$)"
)


_OFFICE = re.compile(f"{FIELD}+(?:部|科|处|室|办|中心)?")
_STOP_IN = re.compile(f"[{STOP}]")
_NEVER_IN = re.compile(
    "^(?:什么|哪|谁|多少)|[和跟与及约]$|新来|进群|越[快好多早来]|上越|微信|语音|电话|公众号|群里|朋友圈|以前|之前|这次|上次|[办开建]厂$"
)


def is_name(name: str, *, sure: bool = False) -> bool:
    """`sure`: the words around leave no doubt that something with a name stands here (对手是…)."""
    if len(name) < 2 or name in plain_words() or _NEVER_IN.search(name) or _COUNTED.match(name):
        # The one maker whose name is a numeral.
        return sure and name == "三一"
    own = own_part(name)
    if not own or own in plain_words() or _STOP_IN.search(own) or _OFFICE.fullmatch(name):
        return False
    if is_place_name(name) or is_place_name(name[1:]):
        return False
    if own != name:
        return len(own) > 1 and _may_own(name, own)
    if len(own) > 3 and _holds_a_deed(own):
        return False
    if is_word(name):
        tag = tagged(name)[0][1]
        return tag in NAME_TAGS or (
            sure and tag not in ("m", "q", "t", "r", "d", "p", "c") and (tag[0] != "v" or likeness(name) >= 0.5)
        )
    return stands_alone(name) or (sure and _could_be(name))


def _may_own(name: str, own: str) -> bool:
    """恒达 of 恒达机械, not 印刷 of 印刷厂."""
    if len(own) > 3 and not name.endswith("公司") and _holds_a_deed(own):
        return False
    return not (len(name) - len(own) == 1 and tagged(own)[0][1] == "v" and not is_word(own))


def _holds_a_deed(own: str) -> bool:
    return any(is_word(own[i : i + 2]) and tagged(own[i : i + 2])[0][1] in _WORDY for i in range(len(own) - 1))


def _could_be(name: str) -> bool:
    """Beside 的业务员 and the like anything that is not plainly something else."""
    return not _NOT_AT_ALL.search(name) and not any(
        likeness(name[i : i + 2]) < 1
        and is_word(name[i : i + 2])
        and (name[i : i + 2] in plain_words() or tagged(name[i : i + 2])[0][1] in _WORDY)
        for i in range(len(name) - 1)
    )


GRAMMAR = frozenset(
    "来补拍认选的了是在跟给说把被让叫对与个们吗呢吧就也还又比拿找我你他她它没不很只才从到去见着过趟做卖买嫌这那哪有和跟或及但而且于以为因所由向往按照除将令请问约看听想要会能可该得应须必再更最太挺都全各每某另其几多少上下里外前后中内间时候号月年点分半刚先正已曾总仅单"
    "若则便即却并走跑回进出关送发放写读干搞弄打接收交付算批报供推选换用试装修查谈聊碰陪带等催压砍降涨加减超差欠赔赚亏低小长短快慢好坏旧急紧够缺懂怕恨喊盯抢争输赢死像似台套只件条支根辆架座栋家户层款项种次场遍番期届批组段步样事厂店人些什么谁怎啥咱您贵价钱话完掉住越别敢肯还"
)
"""Signs of grammar and of everyday doings: a name that is no word seldom begins or ends with one."""


_RARE_ROWS = range(0xD8, 0xF8)
"""In GB 2312 the signs of everyday come first, the rarer ones (昱, 澜, 钰) from here on: few but names hold them."""


@cache
def _signs() -> frozenset[str]:
    rare = (bytes((row, cell)).decode("gb2312", "ignore") for row in _RARE_ROWS for cell in range(0xA1, 0xFF))
    return words("name_signs") | frozenset(rare)


def may_begin(text: str, places: Iterable[int]) -> Iterator[int]:
    """The places where a name that little else speaks for can begin."""
    signs = _signs()
    for at in places:
        sign = text[at : at + 1]
        if sign not in GRAMMAR and (sign in signs or not signs.isdisjoint(text[at + 1 : at + 3])):
            yield at


@lru_cache(maxsize=4096)
def likeness(name: str) -> float:
    """The share of its signs that names are made of."""
    own = own_part(name) or name
    signs = _signs()
    return sum(sign in signs for sign in own) / len(own)


def is_likely(marked: str, start: int, end: int, breaks: frozenset[int], weight: int) -> bool:
    """Whether a name stands here, the more easily believed the more is said for it around."""
    name = marked[start:end]
    if weight < 2 and (not (start in breaks and end in breaks) or name[0] in GRAMMAR or _signs().isdisjoint(name[:3])):
        return False
    if not is_name(name, sure=weight > 1) or (name.isascii() and weight < 3):
        return False
    if weight < 4 and not likeness(name) and len(tagged(name)) > 1:
        return False
    kind = kind_of(name)
    if kind and not is_kind_sure(name) and likeness(name) <= (0.4 if weight > 2 else 0.5):
        return False
    if name[0] in GRAMMAR or (name[-1] in GRAMMAR and not kind):
        is_one = len(tagged(name)) == 1 and not is_word(name)
        return likeness(name) > 0.4 and weight > (1 if is_one else 3)
    if weight > 3:
        return True
    if start not in breaks or end not in breaks:
        return weight > 2 and likeness(name) > 0.6
    if is_word(name):
        is_named = tagged(name)[0][1] in NAME_TAGS
        if is_named and weight > 1 and tagged(name)[0][1] in ("nrt", "nz"):
            return True
        return (is_named or (weight > 1 and tagged(name)[0][1] == "n")) and likeness(name) > (
            0.4 if weight > 1 else 0.9
        )
    return likeness(name) > (0.3 if weight > 1 else 0.6)
