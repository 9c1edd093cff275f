"""Which amount of a memo is the customer's budget, or that none is, weighed by what stands around each (N2).

A log-linear model made from the labelled memos by `python -m bench.learn`. One sum said twice is one candidate, with what
stands around either mention. What the rules say is one more thing that it sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.grams import Grams
from nlp.learnt import FOLDER, Shown, choose, table
from nlp.money import Amount
from nlp.numbered import Places, all_places

WEIGHTS = FOLDER / "budgets.npz"
NONE = "none"
DOUBT = 100.0
"""What speaks for no budget beforehand: a wrong value is worse than none."""

_RIGHT = 18
_TO_A_NEIGHBOUR = 34
_LIMITED = re.compile("(?:超过?|过了?|高于|满).*|.*(?:[以之][内下上]|往[上下]|[以往]里)")
_APPROVED_ALONE = re.compile(
    "[^。;]{0,12}?(?:[能可就要得由归才][^,。;]{0,5}[批签拍管]|[批签]得了|[直自][接己][^,。;]{0,3}[批签拍定]|签个?字|不[用必][^,。;]{0,6}[报上]|拍板|做主|说了算|放权|点头|[要得才须都][^,。;]{0,6}(?:报|上)|上会|招标)"
)
_EITHER = re.compile("[,吧呢]*(?:还是|或者|要么)")
_BUDGET_IS = re.compile("[预予欲][算蒜][^,。;]{0,8}$")
_NOT_TOLD = re.compile("(?:预[算蒜]|花多少|多少钱)[^。]{0,10}(?:没|不|保密|谁)")


def is_limit(text: str, amount: Amount) -> bool:
    """十五万以内他直接拍, 超过二十万才上会: what one may approve alone, not what there is."""
    start, end = amount.span.start, amount.span.end
    return (
        _LIMITED.fullmatch(amount.span.text) is not None
        and _APPROVED_ALONE.match(text, end, end + _RIGHT) is not None
        and _BUDGET_IS.search(text, max(0, start - _RIGHT), start) is None
    )


class Sums:
    """The different sums of a memo."""

    def __init__(self, text: str, amounts: Sequence[Amount]) -> None:
        """`amounts` say what they would mean as a budget."""
        self._text, self._amounts = text, amounts
        self._figures = [one.max_fen or one.min_fen or 0 for one in amounts]
        self.places = self._of_one_value()
        """Of each sum, where among the amounts it is said."""

    def shown(self, beside: Places, by_rules: Amount | None) -> Shown:
        """Of each sum; the last is what speaks for none. `beside`: what stands around each amount."""
        found: list[tuple[Places, ...]] = []
        for places in self.places:
            features = {f"times{min(3, len(places))}"}.union(*map(self._form, places))
            if by_rules is not None and any(self._amounts[at].span == by_rules.span for at in places):
                features.add("rules")
            found.append((*(beside[at] for at in places), all_places(features)))
        none = [
            NONE,
            f"{NONE}:sums{min(len(self._amounts), 4)}",
            f"{NONE}:told{_NOT_TOLD.search(self._text) is None}",
            f"{NONE}:rules{by_rules is None}",
        ]
        return [*found, (all_places(none),)]

    def amount(self, which: int) -> Amount:
        """Of 最多八万块,八万 the one with its bound; of equals the last."""
        said = [self._amounts[at] for at in self.places[which]]
        return next((one for one in said if one.min_fen != one.max_fen), said[-1])

    def _of_one_value(self) -> list[list[int]]:
        sums: dict[tuple[int | None, int | None], list[int]] = {}
        for at, amount in enumerate(self._amounts):
            meant = next(
                (
                    other
                    for place, other in enumerate(self._amounts)
                    if amount.min_fen == amount.max_fen
                    and (other.min_fen is None) != (other.max_fen is None)
                    and self._figures[place] == self._figures[at]
                    and abs(other.span.start - amount.span.start) < _TO_A_NEIGHBOUR
                ),
                amount,
            )
            if (meant.min_fen, meant.max_fen) != (None, None):
                sums.setdefault((meant.min_fen, meant.max_fen), []).append(at)
        return list(sums.values())

    def _form(self, at: int) -> Iterator[str]:
        """What the amount is like, and how it compares with its neighbours."""
        amount, figure = self._amounts[at], self._figures[at]
        start, end = amount.span.start, amount.span.end
        if at:
            yield from self._neighbours("before", at - 1)
        if at + 1 < len(self._amounts):
            yield from self._neighbours("after", at)
        yield f"limit{is_limit(self._text, amount)}"
        yield from self._adding_up(at)
        yield f"denied{self._text.endswith('不是', 0, start)}"
        yield f"stops{self._text[start - 1 : start] in ',。'}{self._text[end : end + 1] in ',。'}"
        yield f"size{len(str(figure))}"
        yield f"form{amount.min_fen is None}{amount.max_fen is None}{amount.min_fen == amount.max_fen}"
        yield f"bound{self._text[start : start + 2]}" if amount.min_fen != amount.max_fen else "exact"
        yield f"most{figure == max(self._figures)}{figure == min(self._figures)}"
        yield f"place{at == 0}{at == len(self._amounts) - 1}"

    def _neighbours(self, side: str, at: int) -> Iterator[str]:
        """How an amount compares with the next."""
        start, end = self._amounts[at].span.end, self._amounts[at + 1].span.start
        if end - start > _TO_A_NEIGHBOUR:
            return
        sign = _compared(self._figures[at], self._figures[at + 1])
        yield f"{side}{sign}"
        if _EITHER.match(self._text, start):
            yield f"either{sign == '='}"
        yield f"{side}{(end - start) // 7}{sign}"

    def _adding_up(self, at: int) -> Iterator[str]:
        """一百二十万,软件三十万,硬件九十万: the whole, and the parts."""
        figures, figure = self._figures, self._figures[at]
        if any(one + other == figure for n, one in enumerate(figures) for other in figures[n + 1 :] if one != other):
            yield "whole"
        rest = [n for n, other in enumerate(figures) if figure + other in figures and figure and other]
        if rest:
            yield f"part{at > max(rest)}"


def _compared(one: int, other: int) -> str:
    if one == other or not one or not other:
        return "="
    times = max(one, other) / min(one, other)
    return ("<" if one < other else ">") + ("1" if times < 1.6 else "2" if times < 6 else "3")


def heaviest(grams: Grams, sums: Sequence[Sums], by_rules: Sequence[Amount | None]) -> list[Amount | None]:
    """Of each memo; None: the budget is not said."""
    each = [
        one.shown(grams.amounts.of(memo), found) for memo, (one, found) in enumerate(zip(sums, by_rules, strict=True))
    ]
    chosen = choose(each, table(WEIGHTS), last=DOUBT)
    return [one.amount(best) if best < len(one.places) else None for one, best in zip(sums, chosen, strict=True)]
