"""恒达答应15号付: which customer promised to pay, by which day, and how much where it is said (P4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from nlp.dates import days
from nlp.money import amounts
from nlp.transcript import even

_PAY = "付|打款|打钱|打过来|汇款|汇过来|转账|转过来|回款|结清|结账|结款|到账"
_WHO = r"(?P<who>[^，。,;；\n]{2,30}?)"
_SAYS = r"(?:那边|财务|老板|采购)?(?:的?[\u4e00-\u9fff]{1,3}(?:总|经理|主任|会计|工))?(?:已经|又|刚刚?|都)?"
_PROMISE = re.compile(
    rf"\s*{_WHO}{_SAYS}(?:答应|承诺|保证|同意)(?:了|过|说|我们?|会|在|于)*[:：，, ]?(?P<what>.*?(?:{_PAY}).*)"
)
_SAID = re.compile(
    rf"\s*{_WHO}{_SAYS}(?:说好|说了|说)(?:会|在|要)*(?P<what>[^，。]{{0,14}}?(?:{_PAY})[^，。]{{0,14}})[。.\s]*"
)
_LONGEST = 60
_ANY_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class SaidPromise:
    customer: str
    """As said; somebody has to find out whom it means."""
    promised_on: date
    amount: int | None
    """Fen; None where only the day was said."""


def looks_like_promise(text: str) -> bool:
    return promise_in(text, _ANY_DAY) is not None


def promise_in(text: str, today: date) -> SaidPromise | None:
    """None where no day is named that stands in the calendar: 过两天付 is no promise to hold anybody to."""
    plain = even(text).text.strip()
    found = _PROMISE.fullmatch(plain) or _SAID.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None:
        return None
    named = [one for one in days(found["what"], today) if one.due is not None]
    if not named or named[0].due is None:
        return None
    # The digits of a day or of an order number are no amount.
    rest = _ORDER.sub(" ", found["what"][: named[0].span.start] + " " + found["what"][named[0].span.end :])
    exact = [one.min_fen for one in amounts(rest) if one.min_fen is not None and one.min_fen == one.max_fen]
    return SaidPromise(found["who"].strip(" @:："), named[0].due, exact[0] if len(exact) == 1 else None)


_ORDER = re.compile(r"[A-Za-z]{1,4}\d[\d-]*")
