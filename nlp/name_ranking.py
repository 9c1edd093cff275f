"""Which signs of a memo name the customer and which a rival, weighed by what they look like and what stands around (N2).

A log-linear model over all runs of words that may be a name; its weights are made from the labelled memos by
`python -m bench.learn_names` (docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from domain.facts import Known
from nlp.dictionary import guessed_bounds
from nlp.grams import word_keys
from nlp.joined import Joined
from nlp.learnt import FOLDER, table
from nlp.name_kinds import kinds_in, name_signs
from nlp.numbered import Numbers, Places, codes, columns, numbered, placed, signs_of, stacked
from nlp.patterns import sought
from nlp.persons import PersonKind
from nlp.places import places_beginning
from nlp.reading import Reading

_Named = TypeVar("_Named")
Place = tuple[int, int]
Weights = NDArray[np.complex64]
"""What each feature weighs for the customer (real) and for a rival (imaginary): both are added up at once."""

WEIGHTS = FOLDER / "names.npz"
SURE_ENOUGH = -100.0
"""What a rival has to weigh at least, as it does best on hands that were left out."""
_LONGEST = 11
_SHORTEST = 12
"""Less than that is no memo (删掉第二条): only what says what house it is can be a name there."""
_NEVER_AT_AN_END = "我你他她它的是吗呢吧嘛啊这那就都也还很又把被让说想要会不没了"
_JOINS = "的了是在去到从跟和给比用找,。\0"
_WORDS = sought(
    "(?P<G>刚从|从|去了?一?趟?|到了?|跑了?一?趟?|[拜走回]访了?|访|在|陪|见了?|约了?|碰|堵)|(?P<K>[跟和给找向与])|(?P<J>叫做?|是|客户|业主|甲方|名叫)"
    "|(?P<B>报了?过?|开价|要价|便宜|[贵低高降折]|压价?)|(?P<V>也[在来]|来过|[抢争盯]|竞争|对手|同行|友商|竞品|除了|另外|还有|不然|否则)"
    "|(?P<U>[用买装上换选定]|中标)|(?P<X>[比拿]|对比)|(?P<S>业务员?|销售|代理商?|经销商|厂家|牌子|品牌|方案|样[机品]|设备|机器|产品|的人|服务)"
    "|(?P<E>[出回]来|[那这]边|[这那]里|项目|单子|这单|工地|车间|仓库|厂里|办公室|现场)|(?P<N>不是|没)|(?P<W>[我咱]们?)|(?P<H>[他她]们?|人家|对方)"
    "|(?P<T>老板|总|经理|科长|主任|厂长|采购)"
)
_LEFT, _RIGHT, _OWN = columns(0, 7), columns(7, 5), columns(12, 18)
_SIGN, _WORD, _ALWAYS = numbered([30]), numbered([31]), numbered([32])
_SIXTHS = 6
"""Of a memo: how far on in it a name stands."""


def names(memos: Joined, known: Known) -> list[tuple[Place | None, list[Place]]]:
    """Of each memo (customer, rivals in the order said). Known names stay."""
    weights = _learnt()
    said = runs(memos)
    weighed = said.weigh(weights)
    weighed.real -= weights[always()[1]].real
    places = np.stack((said.start, said.end), axis=1)
    begins = np.searchsorted(places[:, 0], memos.begins).tolist()
    found = []
    for memo, reading in enumerate(memos.readings):
        these = slice(begins[memo], begins[memo + 1])
        found.append(_chosen(reading.text, places[these] - memos.begins[memo], weighed[these], known))
    return found


def _chosen(
    text: str, places: Numbers, weighed: NDArray[np.complex128], known: Known
) -> tuple[Place | None, list[Place]]:
    if len(text) < _SHORTEST:
        is_house = np.isin(places[:, 1], list(kinds_in(text)))
        places, weighed = places[is_house], weighed[is_house]
    best = _known_customer(text, known.customers)
    if best is None and len(weighed) and weighed.real.max() > 0:
        best = _place(places[weighed.real.argmax()])
    likely = (weighed.imag > SURE_ENOUGH).nonzero()[0]
    heaviest = likely[np.argsort(-weighed.imag[likely], kind="stable")]
    named = [*_known_rivals(text, known.competitors), *map(_place, places[heaviest])]
    rivals = ((place, text[slice(*place)]) for place in named)
    taken = [text[slice(*best)]] if best else []
    return best, sorted(apart(((place, name) for place, name in rivals if name not in known.customers), taken))


def _place(span: Numbers) -> Place:
    start, end = span.tolist()
    return start, end


def apart(named: Iterable[tuple[_Named, str]], taken: Iterable[str]) -> list[_Named]:
    """Of things and their names each name once: one that holds another, or stands in it, is the same."""
    names, kept = list(taken), list[_Named]()
    for one, name in named:
        if not any(name in other or other in name for other in names):
            names.append(name)
            kept.append(one)
    return kept


def _known_customer(text: str, known: Iterable[str]) -> Place | None:
    """The longest known name that is said; the earliest of equally long ones."""
    said = [(text.find(name), name) for name in known if len(name) > 1 and name in text]
    if not said:
        return None
    at, name = min(said, key=lambda found: (-len(found[1]), found[0]))
    return at, at + len(name)


def _known_rivals(text: str, known: Iterable[str]) -> list[Place]:
    return [(at, at + len(name)) for name in known if len(name) > 1 and (at := text.find(name)) >= 0]


@cache
def _learnt() -> Weights:
    return table(WEIGHTS).view(np.complex64)[:, 0]


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of whole words of a memo that may be names, and where the weights of what is seen of each stand."""

    bounds: Numbers
    """Of the words, and of the offices of people."""
    first: Numbers
    last: Numbers
    """Of each run: at which of the bounds it begins and ends."""
    left: Places
    """(columns, bounds): what stands before, and how far on in the memo it is."""
    right: Places
    own: Places
    """(columns, runs)"""
    signs: Places
    """Of the whole text, one for each sign; a run counts those from its start to its end."""
    words: Places
    """One for each word of the text, and which of them are a run's."""
    first_word: Numbers
    last_word: Numbers

    @property
    def start(self) -> Numbers:
        return self.bounds[self.first]

    @property
    def end(self) -> Numbers:
        return self.bounds[self.last]

    def weigh(self, weights: Weights) -> NDArray[np.complex128]:
        signs, words = _summed(weights.take(self.signs)), _summed(weights.take(self.words))
        weighed: NDArray[np.complex128] = weights.take(self.own).sum(axis=0) + weights[always()[0]]
        weighed += weights.take(self.left).sum(axis=0)[self.first]
        weighed += weights.take(self.right).sum(axis=0)[self.last]
        weighed += signs[self.end] - signs[self.start]
        weighed += words[self.last_word] - words[self.first_word]
        return weighed


def _summed(each: NDArray[Any]) -> NDArray[Any]:
    """What the first so many are together, none to all; whole numbers stay whole, so a difference is exact."""
    sums = np.zeros(len(each) + 1, np.complex128 if each.dtype.kind == "c" else np.int64)
    np.cumsum(each, out=sums[1:])
    return sums


@cache
def always() -> tuple[int, int]:
    """Where the weights stand of what every run shows, and of what speaks for no customer."""
    every, nobody = placed(np.array([0, 1]), _ALWAYS).tolist()
    return every, nobody


def runs(memos: Joined) -> Runs:
    """They may reach into somebody's office: 恒通物流|孙经理."""
    around = _Around(memos)
    first, last, first_word, last_word = around.spans()
    return Runs(
        around.bounds,
        first,
        last,
        around.left(),
        around.right(),
        around.own(first, last, last_word - first_word),
        placed(around.text, _SIGN),
        placed(around.keys * (around.lengths > 1), _WORD),
        first_word,
        last_word,
    )


class _Around:
    """The signs and words of memos, and the bounds between them, where a name can begin or end."""

    def __init__(self, memos: Joined) -> None:
        self._memos = memos
        self.text, self._marked = codes(memos.text), memos.marked_codes
        offices = memos.places(lambda one: (end - len(short) for end, short in _offices(one)))
        self.bounds: Numbers = np.unique(np.concatenate((memos.word_starts[1:-1], offices)))
        self._starts, ends = memos.word_starts[:-1], memos.word_starts[1:]
        self.lengths = ends - self._starts
        self.keys = word_keys(self._marked, self._starts, ends)
        self._is_gap = self._marked[self._starts] == 0
        self._within = np.searchsorted(self._starts, self.bounds, side="right") - 1
        """In which word a bound lies, or which begins at it."""
        self._towns = _towns(memos.text, self._starts.tolist())
        self._classes()

    def _classes(self) -> None:
        """The text as runs of classes of words: 刚从 is a G, 报了 a B, a person a Ｐ, a run of what has no class an x."""
        spelt = bytearray(_CLASS_OF[self._marked].tobytes())
        for found in _WORDS.finditer(self._memos.marked):
            start, end = found.span()
            spelt[start:end] = _CLASSES[found.lastindex or 0] * (end - start)
        classes = np.frombuffer(spelt, np.uint8)
        is_new = np.ones(len(classes) + 1, np.bool_)
        np.not_equal(classes[1:], classes[:-1], out=is_new[1:-1])
        row = np.concatenate((_NO_CLASSES, classes[is_new[:-1]], _NO_CLASSES))
        at = is_new.cumsum()[self.bounds] + 2
        before = at - is_new[self.bounds]
        self.before = _three(row[before], row[before - 1], row[before - 2])
        self.behind = _three(row[at], row[at + 1], row[at + 2])

    def spans(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Which bounds a run begins and ends at, and which words it is made of."""
        signs = codes(self._memos.opened)
        stops = _NEVER_INSIDE[signs].nonzero()[0]
        limit = np.minimum(stops[np.searchsorted(stops, self.bounds)], self.bounds + _LONGEST)
        begins, ends = ~_NEVER_BEGINS[signs[self.bounds]], ~_NEVER_ENDS[signs[self.bounds - 1]]
        ahead = np.arange(len(self.bounds))[:, None] + _UP_TO
        end = np.concatenate((self.bounds, _NO_MORE))[ahead]
        fits = (end <= limit[:, None]) & (end > self.bounds[:, None] + 1)
        fits &= np.concatenate((ends, _NO_MORE > 0))[ahead]
        fits &= begins[:, None]
        first, further = fits.nonzero()
        last = first + further + 1
        return first, last, self._within[first], np.searchsorted(self._starts, self.bounds[last] - 1, "right")

    def left(self) -> Places:
        before = self._within - 1
        length = self.lengths[before]
        sign = self._marked[self.bounds - 1]
        memo = self._memos.memo_of(self.bounds)
        on, length_of_memo = self.bounds - self._memos.begins[memo], np.diff(self._memos.begins)[memo]
        joins = (length == 1) & ~_JOINS_LEFT[sign]
        is_town = (length > 1) & (self._towns[self._starts[before]] == length)
        return placed(
            stacked(
                [
                    self.keys[before],
                    self.keys[before - ~self._is_gap[before]],
                    *self.before,
                    on * _SIXTHS // length_of_memo + (on > 0),
                    joins << 1 | is_town,
                ]
            ),
            _LEFT,
        )

    def right(self) -> Places:
        return placed(
            stacked(
                [
                    self.keys[self._within],
                    self.keys[self._within + ~self._is_gap[self._within]],
                    *self.behind,
                ]
            ),
            _RIGHT,
        )

    def own(self, first: Numbers, last: Numbers, words: Numbers) -> Places:
        """Of each run: its ends, its length and words, what house it says it is, and how it goes with what is around."""
        start, end = self.bounds[first], self.bounds[last]
        before, behind = self.before[0][first], self.behind[0][last]
        length = end - start
        single = _summed(self.lengths == 1)[self._within]
        singles = single[last] - single[first]
        worded = np.minimum(words - singles, 4)
        kind_begins, kind_length = self._kinds(start, end)
        own = kind_begins - start
        has_kind = own < length
        counted = _summed(_COUNTED[self.text])
        counts = counted[end] - counted[start]
        likeness = (counts & 0xFF) << 8 | own
        same = counts >> 8 | self._memos.memo_of(start) << 40
        _, which, times = np.unique(same, return_inverse=True, return_counts=True)
        town = self._towns[start]
        town *= length > town + 1
        two = self.text[end - 2] << 16 | self.text[end - 1]
        return placed(
            stacked(
                [
                    self.text[start],
                    self.text[end - 1],
                    length,
                    np.minimum(singles, 4),
                    worded,
                    self._guesses(start, end),
                    (two | kind_length << 32) * has_kind,
                    has_kind << 8 | worded,
                    (words == 1) << 16 | likeness,
                    likeness,
                    two,
                    own,
                    town << 1 | has_kind,
                    np.minimum(length - town, 5) * (town > 0),
                    before << 8 | behind,
                    before << 1 | has_kind,
                    behind << 1 | has_kind,
                    np.minimum(times[which], 3),
                ]
            ),
            _OWN,
        )

    def _kinds(self, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
        """Where in each run the words begin that say what house it is, at its end if none, and how long the last of them is."""
        begins, lengths = np.arange(len(self.text) + 1), np.zeros(len(self.text) + 1, np.int64)
        for place, kind in kinds_in(self._memos.text).items():
            begins[place], lengths[place] = kind
        begin, length = begins[end], lengths[end]
        alone = end - length * (end - length >= start)
        return np.where(begin >= start, begin, alone), length

    def _guesses(self, start: Numbers, end: Numbers) -> Numbers:
        """Whether jieba takes a run for a word where it guesses, and which of its ends are ends of such words."""
        bounds = np.array(guessed_bounds(self._memos.marked))
        following = np.zeros(len(self.text) + 1, np.int64)
        following[bounds[:-1]] = bounds[1:]
        ahead = following[start]
        guesses: Numbers = (ahead == end) | (ahead != 0) << 1 | (following[end] != 0) << 2
        return guesses


def _offices(reading: Reading) -> Iterator[tuple[int, str]]:
    """Where a person's name ends, and the name without the office."""
    return ((one.end, one.short) for one in reading.people if one.kind is PersonKind.NAMED)


def _three(first: Numbers, second: Numbers, third: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The nearest class, two and three; no further than a pause."""
    one = first * ~_IS_PAUSE[first]
    second = second * ~_IS_PAUSE[second] * (one > 0)
    third = third * ~_IS_PAUSE[third] * (second > 0)
    two = one | second << 8
    return one, two, two | third << 16


def _towns(text: str, starts: Iterable[int]) -> Numbers:
    """At each sign how long the place is whose name begins there, 0 for none."""
    lengths = np.zeros(len(text) + 1, np.int64)
    for start, length in places_beginning(text, starts):
        lengths[start] = length
    return lengths


def _class_of() -> NDArray[np.uint8]:
    """Of a sign that is in no word: x of Chinese, a of Latin letters and figures; marks keep their own."""
    classes = np.arange(0x10000).clip(0, 0xFF).astype(np.uint8)
    classes[0x4E00:0xA000] = ord("x")
    for first, last in ("az", "AZ", "09"):
        classes[ord(first) : ord(last) + 1] = ord("a")
    for number, mark in enumerate("ＰＴＡＤ。", start=1):
        classes[[ord(mark), ord(mark.lower())]] = number
    return classes


_CLASS_OF = _class_of()
_CLASSES = [b"", *(name.encode() for name in _WORDS.groupindex)]
_NEVER_INSIDE = signs_of(",。ＰｐＡａＤｄ") | (np.arange(0x10000) < 0x20) | (np.arange(0x10000) == 0xFFFF)
_NEVER_INSIDE[0xD800:0xE000] = True
_NO_CLASSES = np.zeros(3, np.int64)
_IS_PAUSE = signs_of("\0,\5")
_NEVER_ENDS = signs_of(_NEVER_AT_AN_END + "\0")
_NEVER_BEGINS = signs_of(_NEVER_AT_AN_END + "\0Ｔ")
_JOINS_LEFT = signs_of(_JOINS)
_COUNTED = signs_of("".join(name_signs())) + (np.arange(0x10000) ** 2 % 4093 << 8)
"""Of each sign what a run adds up: whether names are made of it, and a number, so that a name said again is known."""
_UP_TO = np.arange(1, _LONGEST + 1)
_NO_MORE = np.full(_LONGEST, 1 << 40)
