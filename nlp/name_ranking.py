"""Which signs of a memo name the customer and which a rival, weighed by what they look like and what stands around (N2).

A log-linear model over all runs of words that may be a name; its weights are made from the labelled memos by
`python -m bench.learn_names` (docs/adr/0013). What the rules take for rivals (nlp/competitors.py) is one voice more.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from domain.facts import Known
from nlp.dictionary import guessed_pieces, is_word
from nlp.learnt import FOLDER, weights
from nlp.name_kinds import kind_of, own_part
from nlp.name_looks import is_strange, likeness
from nlp.persons import PersonKind
from nlp.places import is_place_name
from nlp.reading import Reading

Place = tuple[int, int]
Weights = Mapping[str, tuple[float, float]]
"""Feature → what it weighs for the customer, and for a rival."""

WEIGHTS = FOLDER / "names.json"
NOBODY = "nobody"
"""What speaks for no customer."""
RULES = "rules"
"""What it weighs that the rules take a name for a rival."""
SURE_ENOUGH = -1.0
"""What a rival has to weigh at least, as it does best on hands that were left out."""
_LONGEST = 11
_LOOKED_AT = 16
_REACH = 12
_NEVER_AT_AN_END = frozenset("我你他她它的是吗呢吧嘛啊这那就都也还很又把被让说想要会不没了")
_NEVER_INSIDE = re.compile("[,。ＰｐＡａＤｄ]")
_JOINS_LEFT = frozenset("的了是在去到从跟和给比用找,。^")
_JOINS_RIGHT = frozenset("的了是在去到从跟和给比用找,。$也就都")
_RUNS = re.compile(
    "[Ａ-Ｚ][ａ-ｚ]*|(?P<G>刚从|从|去了?一?趟?|到了?|跑了?一?趟?|[拜走回]访了?|访|在|陪|见了?|约了?|碰|堵)|(?P<K>[跟和给找向与])|(?P<J>叫做?|是|客户|业主|甲方|名叫)"
    "|(?P<B>报了?过?|开价|要价|便宜|[贵低高降折]|压价?)|(?P<V>也[在来]|来过|[抢争盯]|竞争|对手|同行|友商|竞品|除了|另外|还有|不然|否则)"
    "|(?P<U>[用买装上换选定]|中标)|(?P<X>[比拿]|对比)|(?P<S>业务员?|销售|代理商?|经销商|厂家|牌子|品牌|方案|样[机品]|设备|机器|产品|的人|服务)"
    "|(?P<E>[出回]来|[那这]边|[这那]里|项目|单子|这单|工地|车间|仓库|厂里|办公室|现场)|(?P<N>不是|没)|(?P<W>[我咱]们?)|(?P<H>[他她]们?|人家|对方)"
    "|(?P<T>老板|总|经理|科长|主任|厂长|采购)|(?P<x>[\u4e00-\u9fff])|(?P<a>[A-Za-z0-9]+)"
)


def weighed(reading: Reading, by_rules: Collection[Place], known: Known) -> tuple[Place | None, list[Place]]:
    """(customer, rivals in the order said); `by_rules` are the rivals that the rules found. Known names stay."""
    learnt: Weights = weights(WEIGHTS)
    found = list(_weighed(reading, by_rules, learnt))
    best = known_customer(reading.text, known.customers)
    if best is None:
        nobody = learnt.get(NOBODY, (0.0, 0.0))[0]
        most, place = max(((weighs, place) for place, weighs, _ in found), default=(nobody, None))
        best = place if most > nobody else None
    chosen: list[Place] = []
    taken = {reading.text[slice(*best)]} if best else set()
    for place, _, weighs in sorted(found, key=lambda one: -one[2]):
        name = reading.text[slice(*place)]
        if any(name in other or other in name for other in taken):
            continue
        if weighs > SURE_ENOUGH or name in known.competitors:
            chosen.append(place)
            taken.add(name)
    return best, sorted(chosen)


def known_customer(text: str, known: Iterable[str]) -> Place | None:
    """The longest known name that is said; the earliest of equally long ones."""
    said = [(text.find(name), name) for name in known if len(name) > 1 and name in text]
    if not said:
        return None
    at, name = min(said, key=lambda found: (-len(found[1]), found[0]))
    return at, at + len(name)


def _weighed(reading: Reading, by_rules: Collection[Place], weights: Weights) -> Iterator[tuple[Place, float, float]]:
    """What stands around is looked at once for each end; what they look like only of those that it speaks for most."""
    places = sorted({*spans(reading), *by_rules})
    lefts = {start: _sum(left(reading, start), weights) for start in {start for start, _ in places}}
    rights = {end: _sum(right(reading, end), weights) for end in {end for _, end in places}}
    around = {
        (start, end): (lefts[start][0] + rights[end][0], lefts[start][1] + rights[end][1]) for start, end in places
    }
    likely = heapq.nlargest(_LOOKED_AT, around, key=lambda place: max(around[place]))
    bias, rules = weights.get("", (0.0, 0.0)), weights.get(RULES, (0.0, 0.0))
    for place in {*likely, *by_rules}:
        for_customer, for_rival = _sum(within(reading, place), weights)
        is_theirs = place in by_rules
        yield (
            place,
            bias[0] + around[place][0] + for_customer + is_theirs * rules[0],
            bias[1] + around[place][1] + for_rival + is_theirs * rules[1],
        )


def _sum(shown: Iterable[str], weights: Weights) -> tuple[float, float]:
    for_customer = for_rival = 0.0
    for one in shown:
        if (both := weights.get(one)) is not None:
            for_customer += both[0]
            for_rival += both[1]
    return for_customer, for_rival


def spans(reading: Reading) -> list[Place]:
    """Runs of whole words that may be a name; they may reach into somebody's office: 恒通物流|孙经理."""
    marked = reading.with_open_offices()
    offices = (one.end - len(one.short) for one in reading.people if one.kind is PersonKind.NAMED)
    breaks = sorted({*reading.starts, *offices})
    found = []
    for at, start in enumerate(breaks):
        if marked[start : start + 1] in _NEVER_AT_AN_END or marked[start : start + 1] == "Ｔ":
            continue
        for end in breaks[at + 1 :]:
            if end - start > _LONGEST or _NEVER_INSIDE.search(marked, start, end):
                break
            if end - start > 1 and marked[end - 1] not in _NEVER_AT_AN_END:
                found.append((start, end))
    return found


_SAME = re.compile(r"(.)\1+")


class _Signs:
    """A marked text as classes of words: 刚从 is a G, 报了 a B, a person a Ｐ, a run of what has no class an x."""

    def __init__(self, marked: str) -> None:
        spelt = _RUNS.sub(lambda found: (found.lastgroup or found[0][0]) * len(found[0]), marked)
        self._sign = spelt
        self._first = list(range(len(marked)))
        self._last = list(range(len(marked)))
        for found in _SAME.finditer(spelt):
            first, last = found.start(), found.end() - 1
            for at in range(first, last + 1):
                self._first[at], self._last[at] = first, last

    def before(self, place: int) -> str:
        """The last three, in the same breath."""
        signs, at = "", place - 1
        while at >= max(0, place - _REACH) and len(signs) < 3 and self._sign[at] not in ",。":
            signs = self._sign[at] + signs
            at = self._first[at] - 1
        return signs

    def behind(self, place: int) -> str:
        signs, at = "", place
        while at < min(len(self._sign), place + _REACH) and len(signs) < 3 and self._sign[at] not in ",。":
            signs += self._sign[at]
            at = self._last[at] + 1
        return signs


@lru_cache(maxsize=8)
def _signs(marked: str) -> _Signs:
    return _Signs(marked)


def left(reading: Reading, start: int) -> list[str]:
    marked = reading.marked
    at = bisect_right(reading.starts, start) - 1
    one = _piece(reading, at - 1)
    shape = _signs(marked).before(start)
    return [
        f"l1{one}",
        f"lc2{marked[max(0, start - 2) : start]}",
        f"l~1{shape[-1:]}",
        f"l~2{shape[-2:]}",
        f"l~3{shape}",
        f"at{min(start // 15, 5)}{start == 0}",
        f"l+{len(one) == 1 and one not in _JOINS_LEFT}",
        f"town<{len(one) > 1 and _is_town(one)}",
    ]


def right(reading: Reading, end: int) -> list[str]:
    marked = reading.marked
    at = bisect_right(reading.starts, end) - 1 if end < len(marked) else len(reading.pieces)
    one = _piece(reading, at)
    shape = _signs(marked).behind(end)
    return [
        f"r1{one}",
        f"rc2{marked[end : end + 2]}",
        f"r~1{shape[:1]}",
        f"r~2{shape[:2]}",
        f"r~3{shape}",
        f"r+{len(one) == 1 and one not in _JOINS_RIGHT}",
    ]


def within(reading: Reading, place: Place) -> list[str]:
    """What a name looks like, and which of its sides goes with which."""
    start, end = place
    name = reading.text[start:end]
    pieces = reading.pieces[bisect_right(reading.starts, start) - 1 : bisect_right(reading.starts, end - 1)]
    words = [word for word in pieces if len(word) > 1]
    singles = min(len(pieces) - len(words), 4)
    kind, likely = kind_of(name), likeness(name)
    signs = _signs(reading.marked)
    before, behind = signs.before(start)[-1:], signs.behind(end)[:1]
    guesses, bounds = _guesses(reading.marked)
    town = next((length for length in (4, 3, 2) if len(name) > length + 1 and _is_town(name[:length])), 0)
    return [
        f"kind{kind}",
        f"kind?{bool(kind)}{singles}{len(words)}",
        f"long{end - start}",
        f"word{is_word(name)}{likely}",
        f"likely{likely}",
        f"singles{singles}",
        f"words{len(words)}",
        f"begins{name[0]}",
        f"ends{name[-1]}",
        f"ends{name[-2:]}",
        f"strange{is_strange(name)}",
        f"own{len(own_part(name))}",
        f"post{'Ｔ' in reading.marked[start:end]}",
        f"times{min(reading.text.count(name), 3)}",
        f"sides{before}|{behind}",
        f"<{before}|{bool(kind)}",
        f">{behind}|{bool(kind)}",
        f"guess{place in guesses}{start in bounds}{end in bounds}",
        f"town{town}{bool(kind)}",
        f"town+{town and min(len(name) - town, 5)}",
        *(f"has{word}" for word in words),
        *(f"sign{sign}" for sign in set(name)),
    ]


@lru_cache(maxsize=65536)
def _is_town(word: str) -> bool:
    return is_place_name(word)


@lru_cache(maxsize=8)
def _guesses(marked: str) -> tuple[frozenset[Place], frozenset[int]]:
    """What jieba takes for words where it guesses, and where they begin and end."""
    places, at = [], 0
    for piece in guessed_pieces(marked):
        places.append((at, at + len(piece)))
        at += len(piece)
    return frozenset(places), frozenset(bound for place in places for bound in place)


def _piece(reading: Reading, at: int) -> str:
    if at < 0:
        return "^"
    return reading.pieces[at] if at < len(reading.pieces) else "$"
