"""Which customer a memo is about (V2)."""

import pytest

from domain.which_customer import Choice, Named, Spelling, Why, customers_named, which_customer

HENGDA, HENGDA_ELECTRIC, HONGYUAN, OF_LINA = 1, 2, 3, 9
MINE = frozenset({HENGDA, HENGDA_ELECTRIC, HONGYUAN})


def named(*, same: tuple[int, ...] = (), part: tuple[int, ...] = (), alike: tuple[int, ...] = ()) -> Named:
    return Named(same, part, alike)


@pytest.mark.parametrize(
    ("facts", "choice"),
    [
        # the open visit has the word
        ({"visit": HENGDA, "named": None}, Choice(HENGDA, Why.VISIT)),
        ({"visit": HENGDA, "named": named(part=(HENGDA, HENGDA_ELECTRIC))}, Choice(HENGDA, Why.VISIT)),
        ({"visit": HENGDA, "named": named()}, Choice(HENGDA, Why.VISIT)),
        # … unless the memo surely speaks of another
        (
            {"visit": HENGDA, "named": named(same=(HONGYUAN,))},
            Choice(None, Why.NOT_THE_VISITS, (HENGDA, HONGYUAN)),
        ),
        # the name
        ({"visit": None, "named": named(same=(HENGDA,), part=(HENGDA_ELECTRIC,))}, Choice(HENGDA, Why.NAMED)),
        ({"visit": None, "named": named(same=(OF_LINA,))}, Choice(OF_LINA, Why.NAMED)),
        ({"visit": None, "named": named(same=(HENGDA, OF_LINA))}, Choice(HENGDA, Why.NAMED)),
        ({"visit": None, "named": named(part=(HENGDA, OF_LINA))}, Choice(HENGDA, Why.NAMED)),
        (
            {"visit": None, "named": named(same=(OF_LINA,), part=(HENGDA,))},
            Choice(None, Why.SEVERAL, (OF_LINA, HENGDA)),
        ),
        # a part of somebody else's name is no proof
        ({"visit": None, "named": named(part=(OF_LINA,))}, Choice(None, Why.SEVERAL, (OF_LINA,))),
        (
            {"visit": None, "named": named(part=(HENGDA, HENGDA_ELECTRIC))},
            Choice(None, Why.SEVERAL, (HENGDA, HENGDA_ELECTRIC)),
        ),
        # one character off is only ever asked about
        ({"visit": None, "named": named(alike=(HENGDA,))}, Choice(None, Why.SEVERAL, (HENGDA,))),
        (
            {"visit": None, "named": named(), "open_work": (HONGYUAN,)},
            Choice(None, Why.UNKNOWN_NAME, (HONGYUAN,)),
        ),
        # two
        (
            {"visit": None, "named": named(same=(HENGDA,)), "mentioned": (HONGYUAN,)},
            Choice(None, Why.TWO_NAMED, (HENGDA, HONGYUAN)),
        ),
        # none: what stands elsewhere in the memo, then the work in hand
        ({"visit": None, "named": None, "mentioned": (HENGDA,)}, Choice(HENGDA, Why.NAMED)),
        (
            {"visit": None, "named": None, "mentioned": (HENGDA, HONGYUAN)},
            Choice(None, Why.TWO_NAMED, (HENGDA, HONGYUAN)),
        ),
        ({"visit": None, "named": None, "open_work": (HENGDA,)}, Choice(HENGDA, Why.OPEN_WORK)),
        (
            {"visit": None, "named": None, "open_work": (HENGDA, HONGYUAN)},
            Choice(None, Why.NOT_NAMED, (HENGDA, HONGYUAN)),
        ),
        ({"visit": None, "named": None}, Choice(None, Why.NOT_NAMED)),
    ],
)
def test_what_is_sure_is_taken_and_what_is_not_is_asked(facts: dict[str, object], choice: Choice) -> None:
    assert which_customer(mine=MINE, **facts) == choice  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("恒达机械", named(same=(1,))),
        ("恒达", named(part=(1,))),
        ("恒达机械二厂", named(part=(1,))),
        ("衡达机械", named(alike=(1,))),
        ("张氏", named()),
        ("达", named()),
    ],
)
def test_a_name_is_the_same_a_part_or_one_character_off(said: str, found: Named) -> None:
    assert customers_named(said, [Spelling(1, "恒达机械", True)]) == found


def test_names_of_others_must_be_spelt_right() -> None:
    """A guess at a colleague's customer would put a memo where its speaker cannot see it."""
    assert customers_named("衡达机械", [Spelling(1, "恒达机械", False)]) == named()


def test_the_speakers_own_go_first() -> None:
    spellings = [Spelling(9, "恒达电子", False), Spelling(1, "恒达机械", True)]
    assert customers_named("恒达", spellings) == named(part=(1, 9))


@pytest.mark.parametrize(
    ("key", "text", "is_named"),
    [
        ("恒达机械", "去了恒达机械", True),
        ("恒达机械", "去了恒达那边", True),
        ("恒达机械", "去了恒大那边", False),
        ("恒达", "去了恒达", True),
        ("市三院", "市三那边", False),
    ],
)
def test_a_customer_is_named_by_its_whole_name_or_without_its_trade(key: str, text: str, is_named: bool) -> None:
    assert Spelling(1, key, True).is_named_in(text) is is_named
