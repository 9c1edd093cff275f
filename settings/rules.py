"""Sections of the settings → the types that the rules of the domain take."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from domain.assignment import AssignmentRules, Group, RoutingRule, Weights
from domain.escalation import Ladder, LadderRule
from domain.geography import Region
from domain.grading import GradeRule, GradeRules
from domain.ids import fold
from domain.leads import Grade
from domain.overdue import DueRules
from domain.scorecard import Point, ScoreRules
from domain.scripts import Script
from domain.standing import Standing
from domain.tagging import BudgetBand, TagRules, WordTag
from domain.visits import VisitTemplate
from domain.working_time import QuietHours, WorkingHours
from settings import model


def assignment_rules(settings: model.Settings) -> AssignmentRules:
    section = settings.assignment
    return AssignmentRules(
        rules=tuple(_routing_rule(rule) for rule in section.rules),
        groups=tuple(
            Group(group.name, frozenset(map(fold, group.members)), frozenset(group.teams)) for group in section.groups
        ),
        regions=regions(settings),
        cap=section.cap,
        weights=Weights(section.weights.load, section.weights.skill, section.weights.wins, section.weights.fairness),
        fairness_after=section.fairness_after,
        version=rules_version(settings),
    )


def regions(settings: model.Settings) -> tuple[Region, ...]:
    return tuple(
        Region(r.name, frozenset(map(_plain_place, r.cities)), r.geojson, r.buffer_km) for r in settings.regions
    )


_PLACE_END = re.compile(r"(?<=..)(?:维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|地区|省|市|盟)$")


def _plain_place(name: str) -> str:
    """苏州市 and 江苏省 as places are called elsewhere in the house: 苏州, 江苏."""
    return _PLACE_END.sub("", name)


def rules_version(settings: model.Settings) -> str:
    """The same for the same rules, whatever file they came from: stored with every basis (R6)."""
    section = settings.assignment.model_dump_json(exclude={"circuit_after", "probation_after"})
    places = [region.model_dump_json(exclude={"geojson_file"}) for region in settings.regions]
    return hashlib.sha256("\n".join((section, *places)).encode()).hexdigest()[:12]


def _routing_rule(rule: model.AssignmentRule) -> RoutingRule:
    return RoutingRule(
        name=rule.name,
        groups=rule.groups,
        regions=frozenset(rule.regions),
        industries=frozenset(rule.industries),
        product_lines=frozenset(rule.product_lines),
        hospital_levels=frozenset(rule.hospital_levels),
        budget_bands=frozenset(rule.budget_bands),
        channels=frozenset(rule.channels),
        grades=frozenset(map(Grade, rule.grades)),
        only_in_working_hours=rule.only_in_working_hours,
    )


def ladder(settings: model.Settings) -> Ladder:
    """For leads that no ladder rule speaks of."""
    section = settings.escalation
    return Ladder(
        section.accept_within,
        section.first_contact_within,
        section.report_after,
        section.around_the_clock,
        section.take_back,
    )


def ladder_rules(settings: model.Settings) -> tuple[LadderRule, ...]:
    usual = ladder(settings)
    made = tuple(_ladder_rule(rule, usual) for rule in settings.escalation.rules)
    if settings.escalation.has_own_rules:
        return made
    return tuple(replace(rule, ladder=_no_longer_than(usual, rule.ladder)) for rule in made)


def _no_longer_than(usual: Ladder, shipped: Ladder) -> Ladder:
    """A shipped rule hurries; it must not slow down a company that has set shorter times for everything."""
    return replace(
        shipped,
        accept_within=min(usual.accept_within, shipped.accept_within),
        first_contact_within=min(usual.first_contact_within, shipped.first_contact_within),
        report_after=min(usual.report_after, shipped.report_after),
    )


def _ladder_rule(rule: model.EscalationRule, usual: Ladder) -> LadderRule:
    own = Ladder(
        rule.accept_within or usual.accept_within,
        rule.first_contact_within or usual.first_contact_within,
        rule.report_after or usual.report_after,
        usual.around_the_clock if rule.around_the_clock is None else rule.around_the_clock,
        usual.take_back if rule.take_back is None else rule.take_back,
    )
    return LadderRule(
        rule.name,
        own,
        frozenset(map(Grade, rule.grades)),
        frozenset(rule.product_lines),
        frozenset(rule.hospital_levels),
    )


def working_hours(settings: model.Settings) -> WorkingHours:
    section = settings.working_time
    return WorkingHours(
        timezone=section.timezone,
        intervals=tuple(sorted(section.intervals)),
        weekdays=frozenset(section.weekdays),
        country=section.country or None,
        extra_holidays=frozenset(section.extra_holidays),
        extra_working_days=frozenset(section.extra_working_days),
        known_years=frozenset(section.known_years),
    )


def quiet_hours(settings: model.Settings) -> QuietHours | None:
    """None where start and end are the same: nothing is held back."""
    section = settings.quiet_hours
    return QuietHours(section.start, section.end) if section.start != section.end else None


def tag_rules(settings: model.Settings) -> TagRules:
    section = settings.tags
    return TagRules(
        industries=_word_tags(section.industries),
        product_lines=_word_tags(section.product_lines),
        hospital_levels=_word_tags(section.hospital_levels),
        budget_bands=tuple(BudgetBand(band.name, band.starts_at) for band in section.budget_bands),
    )


def _word_tags(tags: tuple[model.WordTag, ...]) -> tuple[WordTag, ...]:
    return tuple(WordTag(tag.value, tag.words) for tag in tags)


def grade_rules(settings: model.Settings) -> GradeRules:
    section = settings.grading
    return GradeRules(
        rules=tuple(_grade_rule(rule) for rule in section.rules),
        a_from=section.a_from,
        b_from=section.b_from,
        starting_points=section.starting_points,
    )


def _grade_rule(rule: model.GradeRule) -> GradeRule:
    return GradeRule(
        name=rule.name,
        points=rule.points,
        channels=frozenset(rule.channels),
        words=rule.words,
        product_lines=frozenset(rule.product_lines),
        hospital_levels=frozenset(rule.hospital_levels),
        budget_at_least_fen=rule.budget_at_least,
        page_time_at_least=rule.page_time_at_least,
        downloads_at_least=rule.downloads_at_least,
        staff_at_least=rule.staff_at_least,
        turnover_at_least_fen=rule.turnover_at_least,
        standing=None if rule.standing is None else Standing(rule.standing),
    )


def due_rules(settings: model.Settings) -> DueRules:
    section = settings.payments
    return DueRules(section.remind_days, section.manager_from, section.finance_from, section.leader_from)


def visit_templates(settings: model.Settings) -> tuple[VisitTemplate, ...]:
    return tuple(
        VisitTemplate(**template.model_dump(exclude={"product_lines"}), product_lines=frozenset(template.product_lines))
        for template in settings.visits.templates
    )


def score_rules(settings: model.Settings) -> ScoreRules:
    section = settings.scorecard
    weights = {point: int(getattr(section, point.value)) for point in Point}
    return ScoreRules(weights, section.high_from, section.middle_from)


def scripts(settings: model.Settings) -> tuple[Script, ...]:
    return tuple(
        Script(script.name, script.words, frozenset(script.answers), frozenset(script.industries))
        for script in settings.scripts.library
    )
