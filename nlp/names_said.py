"""Where a company's name begins and ends in running talk, which has no capitals and often no full stops.

A name ends where something behind it says so (的人, 也报了, 那边, or the kind of house it is: 机械, 医院). It begins
behind the nearest sign that no name holds (的, 了, 跟, a person, an amount, a day), or behind the words of the language
that stand between that sign and the piece that is no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from nlp.dictionary import is_word, tagged
from nlp.persons import FIELD
from nlp.places import is_place_name
from nlp.wordlists import Finder, words

HAN = "\u4e00-\u9fff"
# Signs that stand in no name; 和 may (仁和, 佳和) and parts two names only where both are left whole.
_STOP = (
    "的了是在跟给说把被让叫对与个们吗呢吧就也还又比拿找我你他她它没不很只才从到去见着过趟做卖买嫌,。、:\"'“”‘’《》()"
)
_RUN = re.compile(rf"[{HAN}A-Za-z0-9&·-]+$")
_BEGINS = re.compile(
    rf"^.*(?:[一有那这哪人两几每二三四五六七八九十]家|(?:能|就|他|她|我|自己)定|没来|陪|访|归|由|跑(?!步)|客户|业主|甲方|品牌|连锁|拜访|走访|回访|碰到|遇到|有(?!色|机|限|为|道|友)|汇报|第[一二三四五]|[这那](?=[个家边块款台种些时天么样头儿里是,单事次])|(?<![通日民商专家食药])用(?!友)|(?<![成首])都(?!市)|再(?!生)|得(?!力)|[{_STOP}])"
)
_ANY_KIND = Finder("organisations", "products")
_ORGANISATIONS = Finder("organisations")
_PRODUCTS = Finder("products")
# Behind these a name goes on only with 公司: 康济医院器械科, 华盛集团技术中心.
_HOUSES = frozenset(["集团", "公司", "医院", "大学", "学院", "学校", "中学", "小学", "酒店", "超市", "政府"])
_COMPANY = re.compile("(?:安装|销售|制造|技术|服务|发展|股份|有限|责任)*公司")
_COMPANY_AT_END = re.compile(f"{_COMPANY.pattern}$")
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
_NAME_TAGS = frozenset(["nz", "nr", "ns", "nt", "nrt", "nrfg", "nw", "j", "x", "eng"])


@cache
def _plain() -> frozenset[str]:
    return words("plain_words")


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """机械 of 恒达机械, 医药公司 of 瑞泽医药公司; empty where the name does not say."""
    ends = {len(name)}
    if (company := _COMPANY_AT_END.search(name)) is not None:
        ends.add(company.start())
    begin = len(name)
    for place in reversed(range(len(name))):
        if any(place + len(word) in ends for word in _ANY_KIND.all_at(name, place)):
            ends.add(place)
            begin = place
    if begin < 2 and "公司" in name:
        # 交投服务区公司; but 封测厂 and 印刷厂 say nothing of their own.
        begin = company.start() if company is not None else begin
    return name[begin:]


def kinds_in(text: str) -> Iterator[int]:
    """Where the kind of a house ends: 瑞泽医药公司|."""
    for place in range(len(text)):
        end = place
        while end < len(text) and (found := _ORGANISATIONS.all_at(text, end)):
            end += len(found[0])
            if found[0] in _HOUSES:
                break
        if end > place:
            company = _COMPANY.match(text, end)
            yield company.end() if company is not None else end


def products_in(text: str, before: int) -> Iterator[int]:
    """Where the name of a product ends."""
    for place in range(min(before, len(text))):
        if found := _PRODUCTS.all_at(text, place):
            yield place + len(found[0])


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
    if end - start > 8 and (joined := marked.rfind("和", start + 2, end - 2)) > 0:
        start = joined + 1
    start = _past_words(marked, start, end)
    return (start, end) if 2 <= end - start <= _LONGEST else None


_ENDS = re.compile(
    rf"[和跟也都才就报便贵低高各{_STOP}]|[能会要可](?!源|耗|乐|口|靠)|[^{HAN}A-Za-z0-9&·-]|那边|那家|那台|还|以及|单[台套价]|一[台套个家年]|入围|进口|国产|差不多|另外|$"
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
    pieces = tagged(text)
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
        is_front = (tag in _NO_BEGINNING and not (tag == "m" and word not in _NUMERALS)) or word in _plain()
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


def is_kind_sure(name: str) -> bool:
    """机械厂 alone says nothing, 阀业 does."""
    return kind_of(name) not in _weak_kinds() and bool(kind_of(name))


@cache
def _weak_kinds() -> frozenset[str]:
    return words("weak_kinds") | words("products")


def is_strange(name: str) -> bool:
    """Whether it is more than words of the language: 恒达, 百世达, 味尚鲜; not 氯碱, 分布式."""
    if is_word(name):
        return tagged(name)[0][1] in _NAME_TAGS
    pieces = tagged(name)
    return len(name) == 2 or any(not is_word(word) or len(word) == 1 or tag in _NAME_TAGS for word, tag in pieces)


def stands_alone(name: str) -> bool:
    """Whether it can be a name without saying what house it is: 百世达, 味尚鲜; not 设备主管, 怕忘, 搞明白."""
    if is_word(name):
        return tagged(name)[0][1] == "nz"
    if (
        re.search(rf"{FIELD}|姓|常务|执行|分管|[部科处室组办队班们头时人上里下中]$", name)
        or tagged(name)[0][1] in _SMALL_TAGS
    ):
        return False
    pairs = (name[i : i + 2] for i in range(len(name) - 1))
    return not any(
        is_word(pair) and len(tagged(pair)) == 1 and (pair in _plain() or tagged(pair)[0][1] in _WORDY)
        for pair in pairs
    )


_WORDY = frozenset(["v", "d", "p", "r", "m", "t", "c", "l", "f", "vn", "ad", "zg"])
_SMALL_TAGS = frozenset(["v", "d", "p", "r", "m", "ul", "uj", "c", "y", "f", "q", "t"])
_COUNTED = re.compile(
    "第?[一二三四五六七八九十两几0-9][一二三四五六七八九十百千0-9]*(?:[家个件台局套块条点天次期批种名位年月号座层间]|$)"
)


def is_name(name: str, *, sure: bool = False) -> bool:
    """`sure`: the words around leave no doubt that something with a name stands here (对手是…)."""
    if len(name) < 2 or name in _plain() or any(name.startswith(word) for word in ("什么", "哪", "谁", "多少")):
        return False
    own = own_part(name)
    if sure and name == "三一":
        # The one maker whose name is a numeral.
        return True
    if _COUNTED.match(name) or not own or own in _plain() or is_place_name(name):
        return False
    if re.search(rf"[{_STOP}]", own) or re.fullmatch(rf"{FIELD}+(?:部|科|处|室|办|中心)?", name):
        return False
    if (
        len(own) > 3
        and not name.endswith("公司")
        and any(tagged(own[i : i + 2])[0][1] in _WORDY for i in range(len(own) - 1) if is_word(own[i : i + 2]))
    ):
        return False
    if own != name and len(kind_of(name)) == 1 and tagged(own)[0][1] == "v" and not is_word(own):
        return False
    if own != name:
        return len(own) > 1 and (sure or own not in _plain())
    if is_word(name):
        tag = tagged(name)[0][1]
        return tag in _NAME_TAGS or (sure and tag not in ("m", "q", "t", "r", "d", "p", "c"))
    return stands_alone(name) or (sure and _could_be(name))


def _could_be(name: str) -> bool:
    """Beside 的业务员 and the like anything that is not plainly something else."""
    return not re.search(rf"^{FIELD}|常务|[部处室组]$", name) and not any(
        is_word(name[i : i + 2]) and (name[i : i + 2] in _plain() or tagged(name[i : i + 2])[0][1] in _WORDY)
        for i in range(len(name) - 1)
    )
