"""Which of the people named decides, weighed by what stands around each: deciding words, pronouns, denials (N2).

A log-linear model of some thousand weights, made from the labelled memos by `python -m bench.learn`. It sees the text in
two ways, as it is and as classes of words, so that a phrase which no rule foresees still counts by its kind. What the
rules say is one more thing that it sees.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlp.learnt import FOLDER, weight, weights
from nlp.patterns import sought
from nlp.persons import Person

WEIGHTS = FOLDER / "deciders.json"
NOBODY = "nobody"
_LEFT, _RIGHT = 14, 20
"""Signs of the marked text that count on either side."""
_AHEAD, _BEHIND = 20, 40
"""How far off a deciding word may stand."""
_SHORT = 30
"""A remark of a few words says who decides only where a deciding word is among them: 没见到王总."""

_DECIDING = (
    "说了(?:才)?算数?|说的?算|说一不二|一言堂|拍(?:了|的|得了)?板|能拍|[做作]得?了?的?主|当家|拿(?:得了)?主意|一锤定音|一锤子|一支笔|一句话|一张嘴|全权|点(?:了|过)?头|签(?:了)?[字名单]|签|定夺|拿捏|敲定?|决定|决策|[拿主定管]事|话事"
    "|掌舵|批准|批示|审批|批(?:字|条子)?|裁[定决夺]|圈[定中]?|画[圈押]|定标|定(?!期|金|制|做|位|额|型|义|时|价|货|标|点|向|稿)|挑中?|选中?|相中|看中|表决|投票|举手|打分|终审|过会|[松开]口|发话|否决|授权|同意|答应|认可|放行|说(?:行|用|买|要|选|换|不行|成|好|可以)|喊(?:买|用|要)"
    "|过目|把关|盖章|按手印|落笔|不经过|越过|绕过|[随由归听看](?:他|她)|脸色|高兴|掌[管印]|管账|不插手|不过问"
)
_CLASSES = sought(
    f"(?P<D>{_DECIDING})|(?P<N>不|没有?|别|未)|(?P<Q>谁|哪个|哪家)|(?P<P>[他她](?!们)|人家|自己|自个儿?|本人|一个人|亲自)|(?P<F>最[后终]|归根到底|说到底|关键|真正|还是|其实|全|一切|大小|大事|只认|才|只)|(?P<U>[他她我]们|厂里|公司|集团|家里)"
    "|(?P<S>说|讲|问|嫌|要求|透露|介绍)|(?P<K>Ｐｐ*)|(?P<T>Ｔｔ*)|(?P<A>Ａａ*)|(?P<Z>Ｄｄ*)|(?P<H>[听找过等凭靠得要在须经]|交给?|报给?|轮到)|(?P<W>我|咱)|(?P<M>见了?|碰[到上]?|遇到|接待|陪|聊|谈|打电话|微信|视频|在场|出来)"
    "|(?P<B>叫|姓|外号|就是)|(?P<E>是)|(?P<O>的)|(?P<J>只管|只负责|负责|管)|(?P<I>[能会就都也]|可以)|(?P<C>用|买|换)|(?P<X>[,。])"
)
_STOPS = ",。"
_RANKS = [
    (name, re.compile(pattern))
    for name, pattern in (
        ("first", "董事长|董$|总裁|总经理|老板|老总|[院校厂局园行馆所站镇场社段]长|理事长|会长|书记|创始人|股东|老大|东家|头家|掌柜|CEO"),
        ("kin", "老婆|老公|爱人|媳妇|儿子|女儿|[爸妈弟]|妹|哥哥|老汉|丈|老爷子|老太|舅|夫$"),
        ("vice", "副"),
        ("zong", "总$"),
        ("chief", "总监|首席|总工|CTO|CFO|COO"),
        ("head", "[科处部队班组店]长|主任|主管|经理"),
        ("clerk", "采购|会计|助理|秘书|文员|前台|业务|工$|师傅|专员|干事|小[\u4e00-\u9fff]$|代表"),
        ("body", "[会委组办部科局站处]$|公司$|中心$"),
    )
]  # fmt: skip
_SMALL = re.compile("[ｐｔａｄ]+")
_HE_DECIDES = re.compile("[PW].{0,2}?D")
_UNSAID = sought("(?:谁|没人|不知道|没说|没问|没提|不清楚|说不准|打听|一会儿)[^,。]{0,6}")
_NEGATED = re.compile("[不没别未]")
_ASKED = re.compile("[谁哪]")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    words: str
    how: str
    """Denied or asked: 没拍板, 谁拍板."""


class _Signs:
    """The marked text as classes of words, and where each stands: Ｐｐ说这事得他点头 → KSxHPD."""

    def __init__(self, marked: str) -> None:
        self.deciding: list[_Word] = []
        kinds: list[str] = []
        self._starts: list[int] = []
        at = 0
        for found in _CLASSES.finditer(marked):
            start, kind = found.start(), str(found.lastgroup)
            if start > at:
                kinds.append("x")
                self._starts.append(at)
            kinds.append(marked[start] if kind == "X" else kind)
            self._starts.append(start)
            at = found.end()
            if kind == "D":
                how = f"{_NEGATED.search(marked, max(0, start - 3), start) is not None}{_ASKED.search(marked, max(0, start - 4), start) is not None}"
                self.deciding.append(_Word(start, at, found[0], how))
        if at < len(marked):
            kinds.append("x")
            self._starts.append(at)
        self._kinds = "".join(kinds)

    def within(self, start: int, end: int) -> str:
        return self._kinds[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def heaviest(text: str, marked: str, people: Sequence[Person], by_rules: Person | None) -> Person | None:
    """Of the evened text. None: it does not say who decides."""
    if by_rules is None and len(text) < _SHORT and not _Signs(marked).deciding:
        return None
    learnt = weights(WEIGHTS)
    *each, none = shown(text, marked, people, by_rules)
    best, most = None, weight(none, learnt)
    for person, seen in zip(people, each, strict=True):
        if (weighs := weight(seen, learnt)) > most:
            best, most = person, weighs
    return best


def shape(marked: str) -> str:
    """Ｐｐ说这事得他点头 → KSxHPD: classes of words; what has none is an x."""
    return _Signs(marked).within(0, len(marked))


def shown(text: str, marked: str, people: Sequence[Person], by_rules: Person | None) -> list[set[str]]:
    """What is seen of each of the people, and last what speaks for nobody."""
    signs = _Signs(marked)
    each = [
        {*_looks(person), *_around(marked, people, at, signs), *_deciding_words(marked, people, at, signs)}
        for at, person in enumerate(people)
    ]
    for person, seen in zip(people, each, strict=True):
        same = sum(person.is_same(other) for other in people)
        seen |= {
            f"again:{min(same, 4)}",
            f"place:{person is people[0]}",
            f"place:{int(4 * person.start / len(text))}",
            f"last:{person is people[-1]}",
            f"many:{min(len(people), 5)}",
        }
        if by_rules is not None and person.is_same(by_rules):
            seen.add("rules")
    return [*each, _for_nobody(marked, people, signs, by_rules)]


@lru_cache(maxsize=4096)
def _looks(person: Person) -> frozenset[str]:
    office = person.words[: len(person.words) - len(person.short)]
    return frozenset(
        {
            f"end1:{person.words[-1:]}",
            f"end2:{person.words[-2:]}",
            f"kind:{person.kind.value}",
            f"title:{person.title}",
            *(f"rank:{name}" for name, pattern in _RANKS if pattern.search(person.words)),
            *(f"office:{name}" for name, pattern in _RANKS if office and pattern.search(office)),
        }
    )


def _rank(person: Person) -> str:
    return next((name for name, pattern in _RANKS if pattern.search(person.words)), "")


def _around(marked: str, people: Sequence[Person], at: int, signs: _Signs) -> Iterator[str]:
    person = people[at]
    start, end = person.start, person.end
    first = max(marked.rfind(stop, max(0, start - _LEFT), start) + 1 for stop in _STOPS) or max(0, start - _LEFT)
    last = min((to for stop in _STOPS if (to := marked.find(stop, end, end + _RIGHT)) >= 0), default=end + _RIGHT)
    before, behind = _SMALL.sub("", marked[max(0, start - _LEFT) : start]), _SMALL.sub("", marked[end : end + _RIGHT])
    left, right = _SMALL.sub("", marked[first:start])[-10:], _SMALL.sub("", marked[end:last])[:14]
    yield from (f"L{gram}" for gram in _grams(left))
    yield from (f"R{gram}" for gram in _grams(right))
    for n in (1, 2, 3, 4):
        yield f"<{n}{before[-n:]}"
        yield f">{n}{behind[:n]}"
    for n, m in ((1, 1), (2, 1), (1, 2)):
        yield f"<>{before[-n:]}|{behind[:m]}"
    ahead, after = signs.within(first, start), signs.within(end, last)
    yield from (f"l{gram}" for gram in _grams(ahead))
    yield from (f"r{gram}" for gram in _grams(after))
    for n in (1, 2, 3, 4):
        yield f"l<{n}{ahead[-n:]}"
        yield f"r>{n}{after[:n]}"
    for n in (1, 2):
        for m in (1, 2, 3):
            yield f"lr{n}{m}{ahead[-n:]}|{after[:m]}"
    rank = _rank(person)
    decides = f"{'D' in after}{'D' in ahead}"
    yield from (f"decides:{decides}{'N' in after}", f"decides:{rank}{decides}", f"decides:{person.kind.value}{decides}")
    yield from (f"lR{ahead[-1:]}|{right[:2]}", f"Lr{left[-2:]}|{after[:1]}", f"Lr{left[-1:]}|{after[:2]}")
    yield from (f"lrank{ahead[-1:]}|{rank}", f"rrank{after[:2]}|{rank}")
    to = people[at + 1].start if at + 1 < len(people) else len(marked)
    further = signs.within(end, min(to, end + 60))
    yield f"further{'D' in further}{_HE_DECIDES.search(further) is not None}"
    yield from (f"further{found[0]}" for found in _HE_DECIDES.finditer(further))


def _deciding_words(marked: str, people: Sequence[Person], at: int, signs: _Signs) -> Iterator[str]:
    """Each deciding word that is near, and whether somebody else is nearer."""
    person = people[at]
    for word in signs.deciding:
        if 0 <= word.start - person.end <= _BEHIND:
            side, start, end = "behind", person.end, word.start
        elif 0 <= person.start - word.end <= _AHEAD:
            side, start, end = "ahead", word.end, person.start
        else:
            continue
        between = sum(start <= other.start and other.end <= end for other in people)
        if between > 1:
            continue
        far = bisect_left((1, 4, 10), end - start)
        is_other_clause = any(marked.find(stop, start, end) >= 0 for stop in _STOPS)
        yield f"{side}{between}{far}{word.how}"
        yield f"{side}{between}{far}{is_other_clause}{word.how}"
        yield f"{side}{between}{word.words}"


def _for_nobody(marked: str, people: Sequence[Person], signs: _Signs, by_rules: Person | None) -> set[str]:
    sure = sum(word.how == "FalseFalse" for word in signs.deciding)
    asked = sum(word.how.endswith("True") for word in signs.deciding)
    return {
        NOBODY,
        f"{NOBODY}:people{min(len(people), 5)}",
        f"{NOBODY}:named{min(sum(person.kind.value == 'named' for person in people), 3)}",
        f"{NOBODY}:deciding{min(sure, 4)}",
        f"{NOBODY}:asked{min(asked, 2)}",
        f"{NOBODY}:rules{by_rules is None}",
        *(f"{NOBODY}:{word.words}" for word in signs.deciding),
        *(
            f"{NOBODY}~{gram}"
            for found in _UNSAID.finditer(marked)
            for gram in _grams(_SMALL.sub("", marked[max(0, found.start() - 3) : found.end()]))
        ),
    }


def _grams(text: str) -> Iterator[str]:
    for n in (1, 2, 3):
        for start in range(len(text) - n + 1):
            yield text[start : start + n]
