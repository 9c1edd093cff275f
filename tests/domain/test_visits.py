"""What a finished visit needs, and when somebody is reminded of what it lacks (V3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import CustomerId, UserId, VisitId
from domain.visits import (
    Alarm,
    Evidence,
    EvidenceKind,
    EvidenceState,
    Missing,
    Need,
    Visit,
    VisitState,
    VisitTemplate,
    alarm_at,
    alarm_of,
    missing_for,
    template_for,
)

TEN = datetime(2026, 11, 23, 2, tzinfo=UTC)
VISIT = Visit(
    VisitId(88), UserId("zhangwei"), CustomerId(1), "恒达机械", "", VisitState.OPEN, TEN, TEN + timedelta(hours=2)
)
USUAL = VisitTemplate("usual")
MEDICAL = VisitTemplate(
    "medical", photos=0, memos=0, door_sign=True, signed=True, needs=3, need_choices=("a", "b", "c", "d"),
    product_lines=frozenset({"医疗"}),
)  # fmt: skip


def piece(kind: EvidenceKind, number: int = 1, **changes: object) -> Evidence:
    made = Evidence(number, VISIT.visit_id, VISIT.owner, kind, f"app:{number}", TEN, EvidenceState.KEPT)
    return replace(made, **changes)  # type: ignore[arg-type]


PHOTO, MEMO = piece(EvidenceKind.PHOTO), piece(EvidenceKind.MEMO, 2)
NEEDS = piece(EvidenceKind.NEEDS, 3, needs=("a", "b", "c"), text="科室想下半年换设备")


@pytest.mark.parametrize(
    ("template", "evidence", "needs"),
    [
        (USUAL, [], [Need.PHOTO, Need.MEMO]),
        (USUAL, [MEMO], [Need.PHOTO]),
        (USUAL, [PHOTO, MEMO], []),
        (USUAL, [MEMO, PHOTO], []),
        (USUAL, [piece(EvidenceKind.DOOR_SIGN), MEMO], []),
        (USUAL, [piece(EvidenceKind.SIGNED), MEMO], [Need.PHOTO]),
        (USUAL, [replace(PHOTO, state=EvidenceState.VOID), MEMO], [Need.PHOTO]),
        (USUAL, [replace(PHOTO, visit_id=VisitId(7)), MEMO], [Need.PHOTO]),
        (replace(USUAL, place=True), [PHOTO, MEMO], [Need.PLACE]),
        (replace(USUAL, place=True), [PHOTO, MEMO, piece(EvidenceKind.PLACE, 4)], []),
        (MEDICAL, [], [Need.DOOR_SIGN, Need.SIGNED, Need.NEEDS]),
        (MEDICAL, [PHOTO], [Need.DOOR_SIGN, Need.SIGNED, Need.NEEDS]),
        (MEDICAL, [piece(EvidenceKind.DOOR_SIGN), NEEDS], [Need.SIGNED]),
        (MEDICAL, [piece(EvidenceKind.DOOR_SIGN), piece(EvidenceKind.SIGNED, 2), NEEDS], []),
    ],
)
def test_what_is_missing_is_named_in_the_order_in_which_it_is_shown(
    template: VisitTemplate, evidence: list[Evidence], needs: list[Need]
) -> None:
    assert [one.need for one in missing_for(VISIT, template, evidence)] == needs


def test_how_many_more_are_missing_is_counted() -> None:
    template = replace(USUAL, photos=3, memos=0)
    assert missing_for(VISIT, template, [PHOTO]) == (Missing(Need.PHOTO, 2),)


def test_the_same_photo_sent_twice_within_a_visit_is_one_photo() -> None:
    again = piece(EvidenceKind.PHOTO, 4, seen_evidence_id=PHOTO.evidence_id)
    assert missing_for(VISIT, replace(USUAL, photos=2, memos=0), [PHOTO, again]) == (Missing(Need.PHOTO, 1),)


def test_a_photo_or_memo_of_another_visit_says_nothing_of_this_one() -> None:
    """V3, V4: another photo takes seconds; who cannot take one asks the manager. A file sent along may be the usual one."""
    used = [replace(one, seen_evidence_id=7) for one in (PHOTO, MEMO, piece(EvidenceKind.SIGNED, 3))]
    assert [one.need for one in missing_for(VISIT, replace(USUAL, signed=True), used)] == [
        Need.PHOTO, Need.SIGNED, Need.MEMO,
    ]  # fmt: skip
    assert piece(EvidenceKind.FILE, 4, seen_evidence_id=7).counts


def test_two_needs_of_three_leave_one_to_choose() -> None:
    chosen = replace(NEEDS, needs=("a", "b", "b"))
    evidence = [piece(EvidenceKind.DOOR_SIGN), piece(EvidenceKind.SIGNED, 2), chosen]
    assert missing_for(VISIT, MEDICAL, evidence) == (Missing(Need.NEEDS, 1, ("a", "b", "c", "d"), 10),)


@pytest.mark.parametrize(
    ("product_line", "name"), [("医疗", "medical"), ("数控", "usual"), ("", "usual")]
)  # fmt: skip
def test_the_template_goes_by_the_product_line(product_line: str, name: str) -> None:
    assert template_for(product_line, [USUAL, MEDICAL]).name == name


def test_without_any_template_of_the_settings_there_is_a_usual_one() -> None:
    assert template_for("数控", [MEDICAL]).photos == 1


@pytest.mark.parametrize(
    ("steps", "is_complete", "alarm", "minutes"),
    [
        (0, False, Alarm.REMIND, 90),
        (1, False, Alarm.ESCALATE, 120),
        (2, False, None, None),
        (0, True, Alarm.CLOSE, 480),
        (2, True, Alarm.CLOSE, 480),
    ],
)
def test_the_owner_is_reminded_before_the_manager_hears_and_nobody_hears_twice(
    steps: int, is_complete: bool, alarm: Alarm | None, minutes: int | None
) -> None:
    visit = replace(VISIT, steps=steps)
    assert alarm_of(visit, is_complete=is_complete) is alarm
    at = alarm_at(visit, is_complete=is_complete, remind_before=timedelta(minutes=30), close_after=timedelta(hours=8))
    assert at == (TEN + timedelta(minutes=minutes) if minutes is not None else None)


def test_a_short_time_is_halved_before_the_reminder() -> None:
    visit = replace(VISIT, due_at=TEN + timedelta(minutes=20))
    at = alarm_at(visit, is_complete=False, remind_before=timedelta(minutes=30), close_after=timedelta(hours=8))
    assert at == TEN + timedelta(minutes=10)


def test_a_closed_visit_has_no_alarm() -> None:
    assert alarm_of(replace(VISIT, state=VisitState.CLOSED), is_complete=False) is None
