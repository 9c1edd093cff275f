"""Which of the people named decides, weighed by what stands around each: deciding words, pronouns, denials (N2).

A log-linear model made from the labelled memos by `python -m bench.learn`. What the rules say is one more thing that it
sees.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlp.grams import Grams
from nlp.learnt import FOLDER, Shown, choose, table
from nlp.numbered import Places, all_places
from nlp.patterns import sought
from nlp.persons import Person, PersonKind
from nlp.reading import Reading

WEIGHTS = FOLDER / "deciders.npz"
NOBODY = "nobody"
_AHEAD, _BEHIND = 20, 40
"""How far off a deciding word may stand."""
_SHORT = 30
"""A remark of a few words says who decides only where a deciding word is among them: 没见到王总."""

_DECIDING = (
    "说了(?:才)?算数?|说的?算|说一不二|一言堂|拍(?:了|的|得了)?板|能拍|[做作]得?了?的?主|当家|拿(?:得了)?主意|一锤定音|一锤子|一支笔|一句话|一张嘴|全权|点(?:了|过)?头|签(?:了)?[字名单]|签|定夺|拿捏|敲定?|决定|决策|[拿主定管]事|话事"
    "|掌舵|批准|批示|审批|批(?:字|条子)?|裁[定决夺]|圈[定中]?|画[圈押]|定标|定(?!期|金|制|做|位|额|型|义|时|价|货|标|点|向|稿)|挑中?|选中?|相中|看中|表决|投票|举手|打分|终审|过会|[松开]口|发话|否决|授权|同意|答应|认可|放行|说(?:行|用|买|要|选|换|不行|成|好|可以)|喊(?:买|用|要)"
    "|过目|把关|盖章|按手印|落笔|不经过|越过|绕过|[随由归听看](?:他|她)|脸色|高兴|掌[管印]|管账|不插手|不过问"
)
_WORDS = sought(_DECIDING)
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
_HE_DECIDES = sought(f"(?:[他她](?!们)|人家|自己|本人|我|咱).{{0,4}}?(?:{_DECIDING})")
_NEGATED = re.compile("[不没别未]")
_ASKED = re.compile("[谁哪]")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    words: str
    how: str
    """Denied or asked: 没拍板, 谁拍板."""


def _deciding(marked: str) -> list[_Word]:
    return [
        _Word(
            found.start(),
            found.end(),
            found[0],
            f"{_NEGATED.search(marked, max(0, found.start() - 3), found.start()) is not None}"
            f"{_ASKED.search(marked, max(0, found.start() - 4), found.start()) is not None}",
        )
        for found in _WORDS.finditer(marked)
    ]


def heaviest(grams: Grams, by_rules: Sequence[Person | None]) -> list[Person | None]:
    """Of each memo; None: it does not say who decides."""
    asked = [memo for memo, found in enumerate(by_rules) if _may_say(grams.readings[memo], found)]
    each = [shown(grams, memo, by_rules[memo]) for memo in asked]
    chosen: list[Person | None] = [None] * len(by_rules)
    for memo, best in zip(asked, choose(each, table(WEIGHTS)), strict=True):
        people = grams.readings[memo].people
        chosen[memo] = people[best] if best < len(people) else None
    return chosen


def _may_say(reading: Reading, by_rules: Person | None) -> bool:
    is_short = len(reading.text) < _SHORT
    return bool(reading.people) and (by_rules is not None or not is_short or _WORDS.search(reading.marked) is not None)


def shown(grams: Grams, memo: int, by_rules: Person | None) -> Shown:
    """What is seen of each of the people, and last what speaks for nobody."""
    reading = grams.readings[memo]
    people, marked = reading.people, reading.marked
    words = _deciding(marked)
    same = [[at for at, other in enumerate(people) if person.is_same(other)] for person in people]
    here = grams.people.of(memo)
    found: list[tuple[Places, ...]] = []
    for at, (person, mentions) in enumerate(zip(people, same, strict=True)):
        features = [
            f"again:{min(len(mentions), 4)}",
            f"first:{at == 0}",
            f"place:{int(4 * person.start / len(reading.text))}",
            f"last:{at == len(people) - 1}",
            f"many:{min(len(people), 5)}",
            *_deciding_words(marked, people, at, words),
            *_further(marked, people, at),
        ]
        if by_rules is not None and person.is_same(by_rules):
            features.append("rules")
        others = [grams.people.of_another(memo)[other] for other in mentions if other != at]
        found.append(
            (here[at], *others, _looks(person.words, person.short, person.kind, person.title), all_places(features))
        )
    return [*found, (grams.bag(memo), all_places(_for_nobody(people, words, by_rules)))]


@lru_cache(maxsize=4096)
def _looks(words: str, short: str, kind: PersonKind, title: str) -> Places:
    """Of a person, wherever it is named."""
    office = words[: len(words) - len(short)]
    return all_places(
        [
            f"end1:{words[-1:]}",
            f"end2:{words[-2:]}",
            f"kind:{kind.value}",
            f"title:{title}",
            *(f"rank:{name}" for name, pattern in _RANKS if pattern.search(words)),
            *(f"office:{name}" for name, pattern in _RANKS if office and pattern.search(office)),
        ]
    )


@lru_cache(maxsize=4096)
def _rank(words: str) -> str:
    return next((name for name, pattern in _RANKS if pattern.search(words)), "")


def _further(marked: str, people: Sequence[Person], at: int) -> Iterator[str]:
    """Whether he is said to decide before somebody else is named: 王总…这种事他一个人定."""
    end = people[at].end
    to = people[at + 1].start if at + 1 < len(people) else len(marked)
    found = _HE_DECIDES.search(marked, end, min(to, end + 60))
    yield f"further{found is not None}"


def _deciding_words(marked: str, people: Sequence[Person], at: int, words: Sequence[_Word]) -> Iterator[str]:
    """Each deciding word that is near, and whether somebody else is nearer."""
    person = people[at]
    rank = _rank(person.words)
    for word in words:
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
        if far < 3 and not between and not is_other_clause:
            yield f"{side}{rank}{word.how}"


def _for_nobody(people: Sequence[Person], words: Sequence[_Word], by_rules: Person | None) -> Iterator[str]:
    yield NOBODY
    yield f"{NOBODY}:people{min(len(people), 5)}"
    yield f"{NOBODY}:named{min(sum(person.kind.value == 'named' for person in people), 3)}"
    yield f"{NOBODY}:deciding{min(sum(word.how == 'FalseFalse' for word in words), 4)}"
    yield f"{NOBODY}:asked{min(sum(word.how.endswith('True') for word in words), 2)}"
    yield f"{NOBODY}:rules{by_rules is None}"
    yield from {f"{NOBODY}:{word.words}" for word in words}
