"""Which of the people named decides, weighed by what stands around each: deciding words, pronouns, denials (N2).

A log-linear model of some thousand weights, made from the labelled memos by `python -m bench.learn`. It sees classes of
words rather than words, so that a phrase which no rule foresees still counts by its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.learnt import FOLDER, weight, weights
from nlp.persons import Person

WEIGHTS = FOLDER / "deciders.json"
NOBODY = "nobody"
BY_RULES = 2.0
"""What the rules' own answer weighs; between 0.5 and 3 it makes no difference on memos that neither had seen."""
_REACH = 16
"""Characters of the clause that count on either side."""
_TO_THE_NEXT = 50

_CLASSES = re.compile(
    "(?P<D>说了(?:才)?算数?|说一不二|一言堂|拍板|拍得了板|能拍|[做作]得?了?主|当家|拿主意|一锤定音|一支笔|一句话|全权|点头|签[字名单]?|定夺|拿捏|敲定|决定|决策|[拿主]事|话事|掌舵|批准|审批|批(?:字|条子)?"
    "|定(?![期金制做位额型义时价货标])|挑|表决|投票|打分|终审|过会|[松开]口)"
    "|(?P<N>不|没有?|别|未)|(?P<Q>谁|哪个)|(?P<P>[他她]|人家|自己|本人)|(?P<F>最[后终]|归根到底|说到底|关键|真正|还是|其实|全|一切)"
    "|(?P<H>[听看问找过归由等凭靠得要在]|交给|报给?)|(?P<W>我们?|咱们?)|(?P<M>见了?|碰[到上]|遇到|接待|陪|聊|谈|打电话|微信)|(?P<I>[能会就才都也]|可以)"
)
_STOPS = re.compile("[,。;!?、]")
_ENDS = re.compile("[,。;!?]")
_OTHERS = re.compile("[\u4e00-\u9fff]+")
_HE = re.compile("[他她]([^,。;!?]{1,6})")


def heaviest(text: str, people: Sequence[Person], by_rules: Person | None) -> Person | None:
    """Of the evened text. None: it does not say who decides."""
    learnt = weights(WEIGHTS)
    best, most = None, weight(nobody(text, people), learnt) + (BY_RULES if by_rules is None else 0.0)
    for at, person in enumerate(people):
        is_same = by_rules is not None and person.is_same(by_rules)
        weighs = weight(around(text, people, at), learnt) + (BY_RULES if is_same else 0.0)
        if weighs > most:
            best, most = person, weighs
    return best


def shape(text: str) -> str:
    """王总说这事得他点头 → xHPD: classes of words; what has none is an x."""
    return _OTHERS.sub("x", _CLASSES.sub(lambda found: str(found.lastgroup), text))


def nobody(text: str, people: Sequence[Person]) -> set[str]:
    """What speaks for nobody."""
    return {NOBODY, f"{NOBODY}:people{min(len(people), 4)}", f"{NOBODY}:deciding{min(shape(text).count('D'), 3)}"}


def around(text: str, people: Sequence[Person], at: int) -> set[str]:
    """What stands around one of the people."""
    person = people[at]
    to = people[at + 1].start if at + 1 < len(people) else len(text)
    before = _STOPS.split(text[max(0, person.start - _REACH) : person.start])[-1]
    behind = _ENDS.split(text[person.end : person.end + _REACH])[0]
    on = text[person.end : min(to, person.end + _TO_THE_NEXT)]
    left, right, further = shape(before), shape(behind), shape(on)
    return {
        *(f"{side}{n}{part}" for n in (1, 2, 3) for side, part in (("<", left[-n:]), (">", right[:n]))),
        *(f"l{gram}" for gram in _grams(left)),
        *(f"r{gram}" for gram in _grams(right)),
        *(f"he{said[1][:n]}" for said in _HE.finditer(on) for n in (1, 2, 3)),
        *(f"he~{gram[1:]}" for gram in _grams(further) if gram[0] == "P"),
        *(f"near{n}{words}" for n in (1, 2) for words in (before[-n:] + "|", "|" + text[person.end : person.end + n])),
        *(f"title{person.words[-n:]}" for n in (1, 2)),
        f"kind:{person.kind.value}",
        f"place:{at == 0}{at == len(people) - 1}",
        f"again:{sum(person.is_same(other) for other in people) > 1}",
        f"decides:{'D' in right}{'N' in right}{'D' in left}",
        f"later:{'D' in further}{re.search('P.?D', further) is not None}",
        f"is:{re.search('D.{0,4}$', left) is not None}{before[-3:].count('是')}",
    }


def _grams(text: str) -> Iterator[str]:
    for n in (1, 2, 3):
        for start in range(len(text) - n + 1):
            yield text[start : start + n]
