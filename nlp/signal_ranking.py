"""How much of each signal a memo shows, and whether the one who decides was met, weighed by learnt weights (N2).

A phrase that no rule foresees still counts by the signs and words it is made of. Made from the labelled memos by
`python -m bench.learn`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from domain.facts import Signal
from nlp.grams import Grams
from nlp.learnt import FOLDER, Weights, table, weigh
from nlp.numbered import Places, all_places, place
from nlp.persons import Person

WEIGHTS = FOLDER / "signals.npz"
MEETING_WEIGHTS = FOLDER / "meetings.npz"
WEIGHED = (
    Signal.PRICE_SENSITIVE,
    Signal.BUDGET_CONFIRMED,
    Signal.COMPETITOR_INVOLVED,
    Signal.URGENT,
    Signal.STALLED,
)
"""In the order of the weights' columns."""
ALWAYS = "always"


def shown(grams: Grams, memo: int) -> Places:
    return np.concatenate((grams.bag(memo), all_places([ALWAYS])))


def heard(grams: Grams) -> Weights:
    """(memos, signals): how much of each signal each memo shows, in the order of WEIGHED."""
    weights = table(WEIGHTS)
    each = grams.bags(weights)
    each += weights[place(ALWAYS)]
    return each


def heaviest(grams: Grams, memo: int, signal: int) -> tuple[int, int]:
    """The clause of a memo that shows a signal most."""
    return grams.heaviest(memo, table(WEIGHTS)[:, signal])


# Was the one who decides met or spoken to?

_MET = re.compile(
    "见(?!效)|碰|遇|聊|谈|视频|电话|吃|喝|陪|接待|当面|坐|拜访|连线|在场|参会|到场|都在|全程|在线|露面|出面|会面|开会|说|讲|问(?!题)|嫌|要求|表态|答应|告诉|透露|砍|夸|催|摇头|笑|承认|强调|反问|松口|开口|原话|嘴|喊|叫|让|留|请|带|领|给我|跟我|和我|拿出|抢过"
)
_WAS_MET = re.compile("见了|见到|碰到|聊|视频|电话|陪")
_TELLS = re.compile("[^。]{0,8}?(?:说|讲|透露|交底|告诉)")


def were_met(grams: Grams, deciding: Sequence[Person | None]) -> list[bool]:
    """Of each memo, whether who decides was met. Without a word of meeting or speaking, nobody was."""
    asked = [
        (memo, person)
        for memo, person in enumerate(deciding)
        if person is not None and _MET.search(grams.readings[memo].text) is not None
    ]
    weighed = weigh([(meeting(grams, memo, person),) for memo, person in asked], table(MEETING_WEIGHTS))
    met = {memo for (memo, _), weighs in zip(asked, weighed, strict=True) if weighs > 0}
    return [memo in met for memo in range(len(deciding))]


def meeting(grams: Grams, memo: int, person: Person) -> Places:
    """What stands around each place where one of the people is named, and who else is."""
    text, people = grams.readings[memo].text, grams.readings[memo].people
    others = [other for other in people if not other.is_same(person)]
    mentions = [at for at, one in enumerate(people) if one.is_same(person)]
    first = people[mentions[0]]
    features = [
        ALWAYS,
        f"first:{all(other.start > first.start for other in others)}",
        f"alone:{not others}",
        f"named:{min(len(mentions), 3)}",
        f"kind:{person.kind.value}",
        f"title:{person.words[-1:]}",
        f"place:{min(first.start * 4 // max(len(text), 1), 3)}",
        f"met:{_WAS_MET.search(text) is not None}",
        f"told:{any(_TELLS.match(text, other.end) for other in others)}",
    ]
    return np.concatenate((grams.people.of(memo)[mentions].ravel(), all_places(features)))
