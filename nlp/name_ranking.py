"""Which signs of a memo name the customer and which a rival, weighed by what they look like and what stands around (N2).

A log-linear model over all runs of words that may be a name; its weights are made from the labelled memos by
`python -m bench.learn_names` (docs/adr/0013). What the rules take for rivals (nlp/competitors.py) is one voice more.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import repeat

from domain.facts import Known
from nlp.dictionary import guessed_places, is_word
from nlp.learnt import FOLDER, load
from nlp.name_kinds import kind_of, own_part
from nlp.name_looks import is_strange, likeness
from nlp.names_said import apart
from nlp.persons import PersonKind
from nlp.places import is_place_name
from nlp.reading import Reading

Place = tuple[int, int]
Weights = Mapping[str, complex]
"""Feature → what it weighs for the customer (real) and for a rival (imaginary): both are added up at once."""

WEIGHTS = FOLDER / "names.json"
NOBODY = "nobody"
"""What speaks for no customer."""
RULES = "rules"
"""What it weighs that the rules take a name for a rival."""
SURE_ENOUGH = -1.0
"""What a rival has to weigh at least, as it does best on hands that were left out."""
_LONGEST = 11
_SHORTEST = 12
"""Less than that is no memo (删掉第二条): only what says what house it is can be a name there."""
_FORMED, _LOOKED_AT = 40, 12
"""So many are weighed by their form, too, and so many by their looks: more changes nothing."""
_REACH = 12
_NEVER_AT_AN_END = frozenset("我你他她它的是吗呢吧嘛啊这那就都也还很又把被让说想要会不没了")
_NEVER_INSIDE = re.compile("[,。ＰｐＡａＤｄ\x00-\x1f\ud800-\udfff]")
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
    learnt = _learnt()
    found = list(_weighed(reading, by_rules))
    if len(reading.text) < _SHORTEST:
        found = [one for one in found if kind_of(reading.text[slice(*one[0])])]
    best = _known_customer(reading.text, known.customers)
    if best is None:
        place, most = max(found, key=lambda one: one[1].real, default=(None, learnt[NOBODY]))
        best = place if most.real > learnt[NOBODY].real else None
    heaviest = sorted(found, key=lambda one: -one[1].imag)
    named = ((place, reading.text[slice(*place)], weighs.imag) for place, weighs in heaviest)
    rivals = (
        (place, name)
        for place, name, weighs in named
        if name not in known.customers and (weighs > SURE_ENOUGH or name in known.competitors)
    )
    return best, sorted(apart(rivals, [reading.text[slice(*best)]] if best else []))


def _known_customer(text: str, known: Iterable[str]) -> Place | None:
    """The longest known name that is said; the earliest of equally long ones."""
    said = [(text.find(name), name) for name in known if len(name) > 1 and name in text]
    if not said:
        return None
    at, name = min(said, key=lambda found: (-len(found[1]), found[0]))
    return at, at + len(name)


@cache
def _learnt() -> Weights:
    return {name: complex(*both) for name, both in load(WEIGHTS).items()}


def _weighed(reading: Reading, by_rules: Collection[Place]) -> Iterator[tuple[Place, complex]]:
    """What a name looks like is looked at only of those that their form and what stands around them speak for most."""
    learnt = _learnt()
    places = {*spans(reading), *by_rules}
    lefts = {start: _left(*left(reading, start)) for start in {start for start, _ in places}}
    rights = {end: _right(*right(reading, end)) for end in {end for _, end in places}}
    around = {place: lefts[place[0]] + rights[place[1]] for place in places}
    formed = {place: around[place] + _form(*form(reading, place)) for place in {*_most(around, _FORMED), *by_rules}}
    for place in sorted({*_most(formed, _LOOKED_AT), *by_rules}):
        rules = learnt[RULES] if place in by_rules else 0.0
        yield place, learnt[""] + rules + formed[place] + _sum(shown_by_looks(reading, place))


def _most(weighed: Mapping[Place, complex], count: int) -> list[Place]:
    return heapq.nlargest(count, weighed, key=lambda place: max(weighed[place].real, weighed[place].imag))


def _sum(shown: Iterable[str]) -> complex:
    return sum(map(_learnt().get, shown, repeat(0j)))


@lru_cache(maxsize=4096)
def _left(*seen: str) -> complex:
    return _sum(shown_left(*seen))


@lru_cache(maxsize=4096)
def _right(*seen: str) -> complex:
    return _sum(shown_right(*seen))


@lru_cache(maxsize=4096)
def _form(*seen: str) -> complex:
    return _sum(shown_by_form(*seen))


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


def left(reading: Reading, start: int) -> tuple[str, str, str, str]:
    """What a name that begins here has on its left: a piece, two signs, their classes, and how far on in the memo it is."""
    at = bisect_right(reading.starts, start) - 1
    return (
        _piece(reading, at - 1),
        reading.marked[max(0, start - 2) : start],
        _signs(reading.marked).before(start),
        "^" if start == 0 else str(min(start // 15, 5)),
    )


def shown_left(piece: str, signs: str, shape: str, place: str) -> Iterator[str]:
    yield f"l1{piece}"
    yield f"lc2{signs}"
    yield from dict.fromkeys(f"l~{shape[-length:]}" for length in (1, 2, 3))
    yield f"at{place}"
    yield f"l+{len(piece) == 1 and piece not in _JOINS_LEFT}"
    yield f"town<{len(piece) > 1 and _is_town(piece)}"


def right(reading: Reading, end: int) -> tuple[str, str, str]:
    """What a name that ends here has on its right."""
    marked = reading.marked
    at = bisect_right(reading.starts, end) - 1 if end < len(marked) else len(reading.pieces)
    return _piece(reading, at), marked[end : end + 2], _signs(marked).behind(end)


def shown_right(piece: str, signs: str, shape: str) -> Iterator[str]:
    yield f"r1{piece}"
    yield f"rc2{signs}"
    yield from dict.fromkeys(f"r~{shape[:length]}" for length in (1, 2, 3))
    yield f"r+{len(piece) == 1 and piece not in _JOINS_RIGHT}"


def form(reading: Reading, place: Place) -> tuple[str, str, str, str, str, str]:
    """Of a name: its ends, its length, how many single signs and words it is cut into, and whether jieba guesses it."""
    start, end = place
    pieces = _pieces(reading, place)
    singles = sum(len(piece) == 1 for piece in pieces)
    guesses, bounds = _guesses(reading.marked)
    guess = f"{place in guesses}{start in bounds}{end in bounds}"
    return (
        reading.text[start], reading.text[end - 1], str(end - start), str(min(singles, 4)), str(len(pieces) - singles), guess
    )  # fmt: skip


def shown_by_form(begins: str, ends: str, long: str, singles: str, words: str, guess: str) -> Iterator[str]:
    yield f"begins{begins}"
    yield f"ends{ends}"
    yield f"long{long}"
    yield f"singles{singles}"
    yield f"words{words}"
    yield f"guess{guess}"


def shown_by_looks(reading: Reading, place: Place) -> Iterator[str]:
    """What its own signs tell, and how they and the sides go together."""
    start, end = place
    name = reading.text[start:end]
    words = [word for word in _pieces(reading, place) if len(word) > 1]
    kind, likely = kind_of(name), likeness(name)
    has_kind = bool(kind)
    town = next((length for length in (4, 3, 2) if len(name) > length + 1 and _is_town(name[:length])), 0)
    signs = _signs(reading.marked)
    before, behind = signs.before(start)[-1:], signs.behind(end)[:1]
    yield f"kind{kind}"
    yield f"kind?{has_kind}{len(words)}"
    yield f"word{is_word(name)}{likely}"
    yield f"likely{likely}"
    yield f"ends{name[-2:]}"
    yield f"strange{is_strange(name)}"
    yield f"own{len(own_part(name))}"
    yield f"town{town}{has_kind}"
    yield f"town+{town and min(len(name) - town, 5)}"
    yield f"sides{before}|{behind}"
    yield f"<{before}|{has_kind}"
    yield f">{behind}|{has_kind}"
    yield f"times{min(reading.text.count(name), 3)}"
    yield f"post{'Ｔ' in reading.marked[start:end]}"
    yield from (f"has{word}" for word in words)
    yield from (f"sign{sign}" for sign in dict.fromkeys(name))


def _pieces(reading: Reading, place: Place) -> list[str]:
    return reading.pieces[bisect_right(reading.starts, place[0]) - 1 : bisect_right(reading.starts, place[1] - 1)]


@lru_cache(maxsize=4096)
def _is_town(word: str) -> bool:
    return is_place_name(word)


@lru_cache(maxsize=8)
def _guesses(marked: str) -> tuple[frozenset[Place], frozenset[int]]:
    """What jieba takes for words where it guesses, and where they begin and end."""
    places = guessed_places(marked)
    return frozenset(places), frozenset(bound for place in places for bound in place)


def _piece(reading: Reading, at: int) -> str:
    if at < 0:
        return "^"
    return reading.pieces[at] if at < len(reading.pieces) else "$"
