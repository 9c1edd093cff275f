"""What all memos of a customer come to (N4)."""

import pytest

from domain.facts import BudgetRange, Concern, MemoFacts, Said, Signal, Words
from domain.scorecard import Level, Point, Profile, ScoreCard, ScoreRules, profile_of, score, worries

AT = Words(0, 1, "x")
BUDGET = BudgetRange(50_000_000, 50_000_000)


def memo(*signals: Signal, maker: str = "", budget: BudgetRange | None = None, rival: str = "") -> MemoFacts:
    return MemoFacts(
        decision_maker=Said(maker, AT) if maker else None,
        budget=Said(budget, AT) if budget else None,
        competitors=(Said(rival, AT),) if rival else (),
        signals=tuple(Said(signal, AT) for signal in signals),
    )


@pytest.mark.parametrize(
    ("profile", "open_step", "points", "level"),
    [
        (Profile(), False, 15, Level.LOW),  # no competitor
        (Profile(budget=BUDGET), False, 35, Level.MIDDLE),
        (Profile(decision_maker="李总", budget=BUDGET), True, 55, Level.MIDDLE),
        (
            Profile("李总", BUDGET, signals=frozenset({Signal.DECISION_MAKER_MET, Signal.BUDGET_CONFIRMED})),
            True, 90, Level.HIGH,
        ),
        (Profile("李总", BUDGET, ("科瑞",), signals=frozenset({Signal.STALLED})), False, 0, Level.LOW),
        (Profile(signals=frozenset({Signal.COMPETITOR_INVOLVED, Signal.URGENT})), False, 10, Level.LOW),
    ],
)  # fmt: skip
def test_the_points_add_up(profile: Profile, open_step: bool, points: int, level: Level) -> None:
    card = score(profile, has_open_step=open_step, rules=ScoreRules())
    assert (card.points, card.level) == (points, level)


def test_the_reasons_say_what_holds_and_what_would_raise_the_level() -> None:
    """Standing still is never something to raise."""
    card = score(Profile(budget=BUDGET, signals=frozenset({Signal.STALLED})), has_open_step=False, rules=ScoreRules())
    assert card == ScoreCard(
        Level.LOW,
        5,
        (Point.BUDGET_CLEAR, Point.NO_COMPETITOR, Point.STALLED),
        (
            Point.BUDGET_CONFIRMED, Point.DECISION_MAKER_KNOWN, Point.DECISION_MAKER_MET, Point.URGENT,
            Point.NEXT_STEP_AGREED,
        ),
    )  # fmt: skip


def test_the_weights_are_settings() -> None:
    rules = ScoreRules({Point.BUDGET_CLEAR: 7}, high_from=7, middle_from=1)
    assert score(Profile(budget=BUDGET), has_open_step=False, rules=rules).level is Level.HIGH
    assert score(Profile(), has_open_step=False, rules=rules).level is Level.LOW


def test_the_latest_word_on_each_thing_counts() -> None:
    newer, older = memo(maker="王总"), memo(maker="李总", budget=BUDGET, rival="科瑞")
    assert profile_of([newer, older]) == Profile("王总", BUDGET, ("科瑞",))


@pytest.mark.parametrize(
    ("newest_first", "signals"),
    [
        ([memo(Signal.URGENT), memo(Signal.STALLED)], {Signal.URGENT}),
        ([memo(Signal.STALLED), memo(Signal.URGENT)], {Signal.STALLED}),
        ([memo(), memo(Signal.STALLED)], {Signal.STALLED}),
        ([memo(Signal.URGENT), memo(Signal.DECISION_MAKER_MET)], {Signal.URGENT, Signal.DECISION_MAKER_MET}),
    ],
)
def test_pace_is_what_the_newest_memo_says_and_what_was_met_stays(
    newest_first: list[MemoFacts], signals: set[Signal]
) -> None:
    assert profile_of(newest_first).signals == signals


def test_worries_are_concerns_first_then_pressing_signals() -> None:
    profile = Profile(
        concerns=(Concern.DELIVERY,), signals=frozenset({Signal.STALLED, Signal.PRICE_SENSITIVE, Signal.URGENT})
    )
    assert worries(profile) == ("delivery", "price_sensitive", "stalled")
