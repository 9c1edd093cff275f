"""A statement was the wrong one: every booking from it is taken back, by the rule for single ones (P2). Doors: chat, page."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from actions.book_payment import needs_second, second_persons, take_back
from domain.ids import UserId, upload_name
from domain.people import Member
from domain.refusal import Refusal
from notify.payments import ask_second, tell_undone
from notify.uploads import matter_of_old_ones, named
from settings.house import HouseRules
from storage.payments import Booking
from storage.unit_of_work import Work
from storage.uploads import Upload

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class UndoneUpload:
    """notify.uploads.upload_undone says it in a sentence."""

    upload: Upload
    undone: tuple[Booking, ...]
    left: tuple[Booking, ...]
    """Older than a day: they stay until one of `asked` agrees."""
    asked: tuple[Member, ...]


async def undo(
    work: Work, rules: HouseRules, upload_id: int, *, by: Member, asked_by: UserId | None = None
) -> UndoneUpload:
    """`asked_by`: who asked, where `by` is the second person. A second call finds nothing to undo and says so.

    Refused while the statement is still being read: what is booked a moment later would stand.
    """
    upload = await work.uploads.find(upload_id)
    if upload is None:
        raise Refusal("no_such_upload", name=upload_name(upload_id))
    if upload.state in ("wanted", "judging"):
        raise Refusal("upload_unfinished", name=named(upload))
    if asked_by == by.userid:
        raise Refusal("undo_needs_second")
    bookings = await work.payments.bookings_of(upload_id=upload_id)
    left = [one for one in bookings if needs_second(work, one)] if asked_by is None else []
    kept = {one.booking_id for one in left}
    undone = await take_back(work, [one for one in bookings if one.booking_id not in kept], by, asked_by)
    if undone:
        work.audit.note(f"upload:{upload_id}", "undone", len(undone), asked_by or by.userid)
        await tell_undone(work, rules, undone, by, asked_by, of=named(upload))
        log.info("upload_undone", upload_id=upload_id, undone=len(undone), left=len(left))
    asked = await second_persons(work, by) if left else []
    if asked:
        await ask_second(work, rules, by, asked, upload_name(upload_id), matter_of_old_ones(upload, left))
    return UndoneUpload(upload, tuple(undone), tuple(left), tuple(asked))
