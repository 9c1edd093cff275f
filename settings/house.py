"""Everything that rules need from the settings, made once at the start and handed on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.assignment import AssignmentRules
from domain.escalation import Ladder, LadderRule
from domain.grading import GradeRules
from domain.overdue import DueRules
from domain.scorecard import ScoreRules
from domain.scripts import Script
from domain.tagging import TagRules
from domain.todos import BEFORE, DAY_KINDS, TodoKind, next_reminder
from domain.visits import VisitTemplate
from domain.working_time import QuietHours, WorkingCalendar
from settings import rules
from settings.model import Settings


@dataclass(frozen=True, slots=True)
class HouseRules:
    settings: Settings
    assignment: AssignmentRules
    ladder: Ladder
    ladder_rules: tuple[LadderRule, ...]
    calendar: WorkingCalendar
    quiet: QuietHours | None
    tags: TagRules
    grades: GradeRules
    due: DueRules
    visit_templates: tuple[VisitTemplate, ...]
    score: ScoreRules
    scripts: tuple[Script, ...]
    zone: ZoneInfo
    url: str
    """Where cards lead to."""
    link_key: bytes
    """Signs the addresses on cards."""

    @classmethod
    def of(cls, settings: Settings) -> HouseRules:
        return cls(
            settings=settings,
            assignment=rules.assignment_rules(settings),
            ladder=rules.ladder(settings),
            ladder_rules=rules.ladder_rules(settings),
            calendar=WorkingCalendar(rules.working_hours(settings)),
            quiet=rules.quiet_hours(settings),
            tags=rules.tag_rules(settings),
            grades=rules.grade_rules(settings),
            due=rules.due_rules(settings),
            visit_templates=rules.visit_templates(settings),
            score=rules.score_rules(settings),
            scripts=rules.scripts(settings),
            zone=ZoneInfo(settings.working_time.timezone),
            url=settings.server.url,
            link_key=hashlib.sha256(settings.wecom.app.encoding_aes_key.reveal().encode()).digest(),
        )

    @property
    def snooze_for(self) -> timedelta:
        return self.settings.escalation.snooze_for

    def next_reminder(self, kind: str, created_at: datetime, due_at: datetime, now: datetime) -> datetime | None:
        """S5: what is owed by a day, by a time, and a visit with its brief, each in its own way."""
        if kind in DAY_KINDS:
            return next_reminder(created_at, due_at, now, self.calendar)
        before = self.settings.memos.brief_before if kind == TodoKind.VISIT else BEFORE
        return next_reminder(created_at, due_at, now, before=before)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)
