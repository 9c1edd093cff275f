"""Who gets a lead (R1-R6): tables of cases, then what holds for any company and any load."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assignment import (
    LISTED,
    AssignmentRules,
    Circumstances,
    Decision,
    Group,
    LeadFacts,
    RoutingRule,
    Way,
    Weights,
    Why,
    Workload,
    basis_from_json,
    basis_to_json,
    decide,
    score,
)
from domain.geography import Region
from domain.ids import UserId
from domain.leads import Grade, Tags
from domain.people import Leave, Member, Role, Status

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
EAST = frozenset({"华东"})


def rep(userid: str, **values: Any) -> Member:
    return Member(UserId(userid), values.pop("name", userid.upper()), **values)


def facts(
    grade: Grade = Grade.B, channel: str = "展会", *, owner: str = "", barred: str = "", **tags: Any
) -> LeadFacts:
    return LeadFacts(
        customer="恒达机械",
        model="X200",
        channel=channel,
        grade=grade,
        tags=Tags(**tags),
        existing_owner=UserId(owner) if owner else None,
        barred=frozenset(map(UserId, barred.split())),
    )


def group(name: str, members: str = "", teams: str = "") -> Group:
    return Group(name, frozenset(map(UserId, members.split())), frozenset(teams.split()))


def decided(
    lead: LeadFacts,
    *members: Member,
    loads: dict[str, Workload] | None = None,
    rules: AssignmentRules | None = None,
    works: bool = True,
) -> Decision:
    workloads = {UserId(userid): load for userid, load in (loads or {}).items()}
    return decide(lead, members, workloads, rules or AssignmentRules(), now=NOW, today=TODAY, is_working_time=works)


def chosen(decision: Decision) -> str:
    return decision.chosen.userid if decision.chosen else ""


def why_not(decision: Decision) -> dict[str, Why | None]:
    return {one.userid: one.why_not for one in decision.basis.considered}


A, B, C = rep("a"), rep("b"), rep("c")
TWO_GROUPS = (group("one", "a"), group("two", "b"))


# R1: rules in order


@pytest.mark.parametrize(
    ("condition", "lead", "matches"),
    [
        ({}, facts(), True),
        ({"regions": EAST}, facts(region="华东"), True),
        ({"regions": EAST}, facts(region="华南"), False),
        ({"regions": EAST}, facts(), False),
        ({"industries": frozenset({"汽车"})}, facts(industry="汽车"), True),
        ({"industries": frozenset({"汽车"})}, facts(industry="食品"), False),
        ({"product_lines": frozenset({"激光"})}, facts(product_line="激光"), True),
        ({"product_lines": frozenset({"激光"})}, facts(), False),
        ({"hospital_levels": frozenset({"三甲"})}, facts(hospital_level="三甲"), True),
        ({"hospital_levels": frozenset({"三甲"})}, facts(hospital_level="二甲"), False),
        ({"budget_bands": frozenset({"大"})}, facts(budget_band="大"), True),
        ({"budget_bands": frozenset({"大"})}, facts(budget_band="小"), False),
        ({"channels": frozenset({"展会", "官网"})}, facts(channel="官网"), True),
        ({"channels": frozenset({"展会"})}, facts(channel="抖音"), False),
        ({"grades": frozenset({Grade.A})}, facts(Grade.A), True),
        ({"grades": frozenset({Grade.A})}, facts(Grade.B), False),
        ({"regions": EAST, "grades": frozenset({Grade.A})}, facts(Grade.B, region="华东"), False),
    ],
)
def test_the_first_rule_whose_conditions_all_hold_decides(
    condition: dict[str, Any], lead: LeadFacts, matches: bool
) -> None:
    rules = AssignmentRules((RoutingRule("special", ("one",), **condition), RoutingRule("rest", ("two",))), TWO_GROUPS)
    decision = decided(lead, A, B, rules=rules)
    assert (chosen(decision), decision.basis.rule) == (("a", "special") if matches else ("b", "rest"))
    assert decision.basis.way is Way.RULE


def test_a_group_overflows_to_the_next_only_when_everybody_in_it_is_at_the_cap() -> None:
    rules = AssignmentRules((RoutingRule("r", ("one", "two")),), (group("one", "a b"), group("two", "c")), cap=2)
    a_place_left = decided(facts(), A, B, C, rules=rules, loads={"a": Workload(2), "b": Workload(1)})
    assert (chosen(a_place_left), a_place_left.basis.group) == ("b", "one")
    full = decided(facts(), A, B, C, rules=rules, loads={"a": Workload(2), "b": Workload(3)})
    assert (chosen(full), full.basis.group) == ("c", "two")
    assert why_not(full) == {"c": None, "a": Why.AT_CAP, "b": Why.AT_CAP}


def test_a_rule_without_anybody_free_gives_way_to_the_next_rule_that_matches() -> None:
    rules = AssignmentRules(
        (
            RoutingRule("first", ("one",)),
            RoutingRule("other", ("two",), grades=frozenset({Grade.A})),
            RoutingRule("last", ("three",)),
        ),
        (*TWO_GROUPS, group("three", "c")),
        cap=1,
    )
    decision = decided(facts(Grade.B), A, B, C, rules=rules, loads={"a": Workload(1)})
    assert (chosen(decision), decision.basis.rule) == ("c", "last")


@pytest.mark.parametrize(
    ("named", "candidates"),
    [
        (group("g", members="boss"), {"boss"}),
        (group("g", teams="east"), {"e1", "e2"}),
        (group("g", members="boss", teams="east"), {"boss", "e1", "e2"}),
        (group("g"), {"e1", "e2", "w1"}),
    ],
)
def test_a_group_is_named_people_or_the_reps_of_teams_or_every_rep(named: Group, candidates: set[str]) -> None:
    people = (
        rep("e1", team="east"),
        rep("e2", team="east"),
        rep("w1", team="west"),
        rep("boss", team="east", roles=frozenset({Role.MANAGER})),
    )
    decision = decided(facts(), *people, rules=AssignmentRules((RoutingRule("r", ("g",)),), (named,)))
    assert set(why_not(decision)) == candidates


# R2: the best in a group


@pytest.mark.parametrize(
    ("weights", "best"),
    [
        (Weights(load=1, skill=0, wins=0, fairness=0), "free"),
        (Weights(load=0, skill=1, wins=0, fairness=0), "skilled"),
        (Weights(load=0, skill=0, wins=1, fairness=0), "winner"),
        (Weights(load=0, skill=0, wins=0, fairness=1), "waiting"),
    ],
)
def test_the_weights_of_the_settings_say_what_counts(weights: Weights, best: str) -> None:
    just_now = NOW - timedelta(hours=1)
    people = (rep("free"), rep("skilled", skills={"激光": 0.9}), rep("waiting"), rep("winner"))
    loads = {
        "free": Workload(0, just_now, 0, 8),
        "skilled": Workload(3, just_now, 0, 8),
        "winner": Workload(3, just_now, 8, 8),
        "waiting": Workload(3, NOW - 3 * DAY, 0, 8),
    }
    decision = decided(facts(product_line="激光"), *people, loads=loads, rules=AssignmentRules(weights=weights))
    assert chosen(decision) == best
    assert decision.basis.way is Way.DEFAULT


@pytest.mark.parametrize(
    ("member", "load", "parts"),
    [
        (rep("a"), Workload(), (1.0, 0.5, 0.5, 1.0)),
        (rep("a"), Workload(2, NOW - DAY, 3, 4), (0.6, 0.5, 0.6667, 0.5)),
        (rep("a"), Workload(9, NOW + DAY), (0.0, 0.5, 0.5, 0.0)),
        (rep("a", skills={"激光": 7.0}), Workload(), (1.0, 0.5, 0.5, 1.0)),
    ],
)
def test_a_score_is_the_weighted_mean_of_its_parts(member: Member, load: Workload, parts: tuple[float, ...]) -> None:
    """Cap 5, full fairness after two days; a clock that was put back gives no negative part."""
    state = Circumstances({member.userid: member}, {member.userid: load}, AssignmentRules(), NOW, TODAY, True)
    found = score(member, facts(), state)
    assert (found.load, found.skill, found.wins, found.fairness) == parts
    assert found.total == pytest.approx((4 * parts[0] + 3 * parts[1] + 2 * parts[2] + parts[3]) / 10, abs=1e-4)


@pytest.mark.parametrize(
    ("member", "skill"),
    [
        (rep("a"), 0.0),
        (rep("a", product_lines=frozenset({"激光"})), 0.5),
        (rep("a", skills={"激光": 0.8}), 0.8),
        (rep("a", product_lines=frozenset({"激光"}), skills={"激光": 0.1}), 0.1),
        (rep("a", skills={"激光": 7.0}), 1.0),
        (rep("a", skills={"激光": -1.0}), 0.0),
    ],
)
def test_skill_is_said_for_the_line_or_half_where_it_is_only_listed(member: Member, skill: float) -> None:
    state = Circumstances({member.userid: member}, {}, AssignmentRules(), NOW, TODAY, True)
    assert score(member, facts(product_line="激光"), state).skill == skill


@pytest.mark.parametrize(
    ("loads", "best"),
    [
        ({"b": Workload(last_lead_at=NOW - 9 * DAY), "a": Workload(last_lead_at=NOW - 8 * DAY)}, "b"),
        ({"a": Workload(last_lead_at=NOW - 8 * DAY)}, "b"),
        ({}, "a"),
    ],
)
def test_a_tie_goes_to_who_has_waited_longest_and_then_by_userid(loads: dict[str, Workload], best: str) -> None:
    decision = decided(facts(), B, A, loads=loads)
    assert chosen(decision) == best
    other = "b" if best == "a" else "a"
    assert why_not(decision) == {best: None, other: Why.TIE_BREAK}


# R3: before the rules


EVERYBODY = AssignmentRules((RoutingRule("r", ("all",)),), (group("all", "c"),), cap=2)


@pytest.mark.parametrize("wish", ["A", "a"])
def test_the_customers_own_wish_goes_before_owner_and_rules(wish: str) -> None:
    decision = decided(facts(owner="b", wished_member=wish), A, B, C, rules=EVERYBODY)
    assert (chosen(decision), decision.basis.way, decision.basis.notes) == ("a", Way.WISH, ())


@pytest.mark.parametrize("namesakes", [(), (rep("x", name="李"), rep("y", name="李"))])
def test_a_wish_that_is_nobodys_name_or_two_peoples_is_noted_and_the_rules_decide(
    namesakes: tuple[Member, ...],
) -> None:
    decision = decided(facts(wished_member="李"), C, *namesakes, rules=EVERYBODY)
    assert (chosen(decision), decision.basis.notes) == ("c", (Why.WISHED_UNKNOWN,))


ON_LEAVE = (Leave(TODAY, TODAY + DAY, stand_in=UserId("b")),)


@pytest.mark.parametrize(
    ("owner", "load", "goes_to", "way", "notes"),
    [
        (rep("a"), Workload(), "a", Way.EXISTING_OWNER, ()),
        (rep("a"), Workload(2), "c", Way.RULE, (Why.AT_CAP,)),
        (rep("a", status=Status.FROZEN), Workload(), "c", Way.RULE, (Why.FROZEN,)),
        (rep("a", leave=ON_LEAVE), Workload(), "b", Way.STAND_IN, (Why.ON_LEAVE,)),
        (rep("a", leave=(Leave(TODAY, TODAY),)), Workload(), "c", Way.RULE, (Why.ON_LEAVE,)),
        (rep("a", leave=(Leave(TODAY - DAY, TODAY - DAY, UserId("b")),)), Workload(), "a", Way.EXISTING_OWNER, ()),
    ],
)
def test_a_known_customer_goes_to_its_owner_or_the_stand_in(
    owner: Member, load: Workload, goes_to: str, way: Way, notes: tuple[Why, ...]
) -> None:
    decision = decided(facts(owner="a"), owner, B, C, loads={"a": load}, rules=EVERYBODY)
    assert (chosen(decision), decision.basis.way, decision.basis.notes) == (goes_to, way, notes)


def test_a_stand_in_who_cannot_either_leaves_it_to_the_rules_with_both_reasons() -> None:
    owner = rep("a", leave=ON_LEAVE)
    decision = decided(facts(owner="a"), owner, B, C, loads={"b": Workload(2)}, rules=EVERYBODY)
    assert (chosen(decision), decision.basis.notes) == ("c", (Why.ON_LEAVE, Why.AT_CAP))


def test_an_owner_who_is_no_longer_in_the_roster_is_nobody() -> None:
    assert chosen(decided(facts(owner="gone"), C, rules=EVERYBODY)) == "c"


def test_who_has_just_let_the_lead_lie_does_not_get_it_back_by_any_way() -> None:
    decision = decided(facts(owner="a", wished_member="A", barred="a b"), A, B, C)
    assert (chosen(decision), decision.basis.notes) == ("c", (Why.BARRED, Why.BARRED))
    assert why_not(decision) == {"c": None, "a": Why.BARRED, "b": Why.BARRED}


REGIONS = (Region("华东", frozenset({"苏州", "浙江"})), Region("华南", frozenset({"广州"})))


@pytest.mark.parametrize(
    ("tags", "candidates"),
    [
        ({"region": "华东"}, {"east", "anywhere"}),
        ({"city": "广州"}, {"south", "anywhere"}),
        ({"city": "苏州", "region": "华东"}, {"east", "anywhere"}),
        ({"city": "拉萨"}, {"east", "south", "anywhere"}),
        ({}, {"east", "south", "anywhere"}),
    ],
)
def test_who_has_a_region_gets_its_leads_and_those_of_unknown_place(tags: dict[str, Any], candidates: set[str]) -> None:
    people = (rep("east", region="华东"), rep("south", region="华南"), rep("anywhere"))
    lead = replace(facts(), tags=Tags(**tags))
    decision = decided(lead, *people, rules=AssignmentRules(regions=REGIONS))
    assert {userid for userid, why in why_not(decision).items() if why is not Why.OTHER_REGION} == candidates


EAST_OF_116 = """{"type": "Polygon", "coordinates": [[[116, 20], [124, 20], [124, 42], [116, 42], [116, 20]]]}"""


@pytest.mark.parametrize(
    ("location", "city_centre", "east", "notes"),
    [
        (None, (120.6, 31.3), True, (Why.CITY_CENTRE,)),
        (None, (104.1, 30.6), False, (Why.CITY_CENTRE,)),
        ((120.6, 31.3), (104.1, 30.6), True, ()),
        (None, None, False, ()),
    ],
)
def test_a_polygon_is_asked_about_the_location_or_else_the_centre_of_the_city(
    location: tuple[float, float] | None,
    city_centre: tuple[float, float] | None,
    east: bool,
    notes: tuple[Why, ...],
) -> None:
    """The basis says so."""
    rules = AssignmentRules(
        (RoutingRule("east", ("one",), regions=EAST), RoutingRule("rest", ("two",))),
        TWO_GROUPS,
        (Region("华东", geojson=EAST_OF_116),),
    )
    lead = replace(facts(city="某市"), location=location, city_centre=city_centre)
    decision = decided(lead, A, B, rules=rules)
    assert (chosen(decision), decision.basis.notes) == ("a" if east else "b", notes)


def test_where_no_region_has_a_polygon_nothing_is_said_of_the_citys_centre() -> None:
    rules = AssignmentRules(regions=REGIONS)
    assert decided(replace(facts(city="苏州"), city_centre=(120.6, 31.3)), A, rules=rules).basis.notes == ()


def test_a_rule_that_asks_for_a_region_has_chosen_its_people_itself() -> None:
    rules = AssignmentRules((RoutingRule("east", ("g",), regions=EAST),), (group("g", "south"),), REGIONS)
    assert chosen(decided(facts(city="苏州"), rep("south", region="华南"), rules=rules)) == "south"


# R4: never


@pytest.mark.parametrize(
    ("member", "load", "why"),
    [
        (rep("a", status=Status.FROZEN), Workload(), Why.FROZEN),
        (rep("a", leave=(Leave(TODAY, TODAY),)), Workload(), Why.ON_LEAVE),
        (rep("a", leave=(Leave(TODAY - DAY, TODAY),)), Workload(), Why.ON_LEAVE),
        (rep("a"), Workload(5), Why.AT_CAP),
        (rep("a"), Workload(6), Why.AT_CAP),
    ],
)
@pytest.mark.parametrize("lead", [facts(), facts(wished_member="A"), facts(owner="a")], ids=["rules", "wish", "owner"])
def test_never_to_somebody_away_frozen_or_over_the_cap(
    lead: LeadFacts, member: Member, load: Workload, why: Why
) -> None:
    decision = decided(lead, member, loads={"a": load})
    assert (chosen(decision), decision.basis.way) == ("", Way.NOBODY)
    assert why_not(decision) == {"a": why}


@pytest.mark.parametrize(("works", "goes_to"), [(True, "a"), (False, "b")])
def test_out_of_hours_only_where_a_rule_says_so(works: bool, goes_to: str) -> None:
    rules = AssignmentRules(
        (RoutingRule("hours", ("one",), only_in_working_hours=True), RoutingRule("any", ("two",))), TWO_GROUPS
    )
    decision = decided(facts(), A, B, rules=rules, works=works)
    assert chosen(decision) == goes_to
    assert works or why_not(decision)["a"] is Why.NOT_WORKING_NOW


# R5: nobody


@pytest.mark.parametrize(
    ("rules", "people", "notes"),
    [
        (AssignmentRules((RoutingRule("r", ("one",), regions=EAST),), TWO_GROUPS), (A,), (Why.NO_RULE_MATCHES,)),
        (AssignmentRules(), (), (Why.NO_CANDIDATE,)),
        (AssignmentRules(), (rep("boss", roles=frozenset({Role.MANAGER})),), (Why.NO_CANDIDATE,)),
        (AssignmentRules((RoutingRule("r", ("one",)),), TWO_GROUPS), (B,), (Why.NO_CANDIDATE,)),
        (AssignmentRules(), (rep("a", status=Status.FROZEN),), ()),
    ],
)
def test_nobody_comes_with_the_reason(
    rules: AssignmentRules, people: tuple[Member, ...], notes: tuple[Why, ...]
) -> None:
    decision = decided(facts(), *people, rules=rules)
    assert (decision.chosen, decision.basis.way, decision.basis.notes) == (None, Way.NOBODY, notes)
    assert (decision.basis.rule, decision.basis.group) == ("", "")


# R6: the basis


def test_a_basis_names_rule_version_time_candidates_and_scores_and_survives_its_json() -> None:
    rules = replace(EVERYBODY, groups=(group("all", "a b c"),), version="v7")
    decision = decided(facts(), A, B, C, rules=rules, loads={"a": Workload(2), "b": Workload(1)})
    basis = decision.basis
    assert (basis.way, basis.rule, basis.group, basis.rule_version, basis.decided_at) == (
        Way.RULE, "r", "all", "v7", NOW,
    )  # fmt: skip
    best, second, third = basis.considered
    assert [(one.userid, one.name, one.why_not, one.open_leads) for one in basis.considered] == [
        ("c", "C", None, 0),
        ("b", "B", Why.LOWER_SCORE, 1),
        ("a", "A", Why.AT_CAP, 2),
    ]
    assert best.parts is not None
    assert second.parts is not None
    assert best.parts.total > second.parts.total
    assert third.parts is None
    assert basis_from_json(json.loads(json.dumps(basis_to_json(basis)))) == basis


def test_of_a_crowd_the_best_are_named_and_the_others_counted_by_reason() -> None:
    crowd = [rep(f"r{number:03}") for number in range(100)]
    loads = {f"r{number:03}": Workload(5 if number < 20 else 1) for number in range(99)}
    basis = decided(facts(), *crowd, loads=loads).basis
    assert basis.considered[0].userid == "r099"
    assert len(basis.considered) == LISTED
    assert dict(basis.left_out) == {Why.AT_CAP: 20, Why.LOWER_SCORE: 100 - 20 - LISTED}


# what holds for any company

USERIDS = [UserId(letter) for letter in "abcdefgh"]
members = st.builds(
    lambda userid, status, away, region, team, line, skill: Member(
        userid,
        userid.upper(),
        status=status,
        leave=(Leave(TODAY, TODAY),) if away else (),
        region=region,
        team=team,
        product_lines=frozenset(line),
        skills=skill,
    ),
    st.sampled_from(USERIDS),
    st.sampled_from([Status.ACTIVE, Status.ACTIVE, Status.FROZEN]),
    st.booleans(),
    st.sampled_from(["", "华东", "华南"]),
    st.sampled_from(["east", "west"]),
    st.sets(st.sampled_from(["激光"])),
    st.dictionaries(st.just("激光"), st.floats(0, 1)),
)
companies = st.lists(members, max_size=8, unique_by=lambda member: member.userid)
workloads = st.dictionaries(
    st.sampled_from(USERIDS),
    st.builds(
        lambda open_leads, hours, won, lost: Workload(
            open_leads, None if hours is None else NOW - timedelta(hours=hours), won, won + lost
        ),
        st.integers(0, 4),
        st.none() | st.integers(-2, 90),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
)
leads = st.builds(
    lambda region, line, wish, owner, barred: LeadFacts(
        "恒达机械", "X200", "展会", Grade.B, Tags(region=region, product_line=line, wished_member=wish),
        owner, barred=frozenset(barred),
    ),
    st.sampled_from(["", "华东", "华南"]),
    st.sampled_from(["", "激光"]),
    st.sampled_from(["", "A", "b", "nobody"]),
    st.none() | st.sampled_from(USERIDS),
    st.sets(st.sampled_from(USERIDS), max_size=2),
)  # fmt: skip
rulebooks = st.sampled_from(
    [
        AssignmentRules(cap=3),
        AssignmentRules(
            (
                RoutingRule("east", ("east", "all"), regions=EAST),
                RoutingRule("hours", ("all",), only_in_working_hours=True),
                RoutingRule("rest", ("few",)),
            ),
            (group("east", teams="east"), group("all"), group("few", "a b c")),
            REGIONS,
            cap=3,
        ),
    ]
)


@given(leads, companies, workloads, rulebooks, st.booleans(), st.randoms())
def test_the_same_state_gives_the_same_answer_whatever_the_order_of_the_candidates(
    lead: LeadFacts,
    people: list[Member],
    loads: dict[UserId, Workload],
    rules: AssignmentRules,
    works: bool,
    random: Any,
) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)
    backwards = dict(reversed(loads.items()))
    first = decide(lead, people, loads, rules, now=NOW, today=TODAY, is_working_time=works)
    again = decide(lead, shuffled, backwards, rules, now=NOW, today=TODAY, is_working_time=works)
    assert first == again


@given(leads, companies, workloads, rulebooks, st.booleans())
def test_whoever_is_chosen_may_take_it_and_is_the_one_without_a_reason_against(
    lead: LeadFacts, people: list[Member], loads: dict[UserId, Workload], rules: AssignmentRules, works: bool
) -> None:
    decision = decide(lead, people, loads, rules, now=NOW, today=TODAY, is_working_time=works)
    taken = [one.userid for one in decision.basis.considered if one.why_not is None]
    if decision.chosen is None:
        assert taken == []
        assert decision.basis.way is Way.NOBODY
        return
    member = decision.chosen
    assert taken == [member.userid]
    assert member.status is Status.ACTIVE
    assert not member.is_absent_on(TODAY)
    assert loads.get(member.userid, Workload()).open_leads < rules.cap
    assert member.userid not in lead.barred


@given(companies, rulebooks, st.integers(1, 40))
def test_however_many_leads_come_nobody_is_ever_over_the_cap(
    people: list[Member], rules: AssignmentRules, number: int
) -> None:
    loads: dict[UserId, Workload] = {}
    for _ in range(number):
        decision = decide(facts(region="华东"), people, loads, rules, now=NOW, today=TODAY, is_working_time=True)
        if decision.chosen is not None:
            before = loads.get(decision.chosen.userid, Workload())
            loads[decision.chosen.userid] = replace(before, open_leads=before.open_leads + 1, last_lead_at=NOW)
    assert all(load.open_leads <= rules.cap for load in loads.values())
