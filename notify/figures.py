"""Reads what the figures are made of; the definitions are in domain/metrics.py."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.metrics import LeadFigures, lead_figures
from settings.house import HouseRules
from storage.unit_of_work import Work

LOOK_BACK = timedelta(days=31)


async def figures_for(work: Work, rules: HouseRules, day: date) -> LeadFigures:
    """As the digest of this day tells them: "yesterday" is the day before, in the digest's zone."""
    zone = ZoneInfo(rules.settings.digest.timezone)
    midnight = datetime.combine(day, time(), zone)
    yesterday = (datetime.combine(day - timedelta(days=1), time(), zone), midnight)
    recent = await work.leads.between(work.now - LOOK_BACK, work.now + timedelta(seconds=1))
    known = {lead.lead_id for lead in recent}
    leads = [*recent, *(lead for lead in await work.leads.open() if lead.lead_id not in known)]
    return lead_figures(leads, await work.timers.first_contact_due(), yesterday=yesterday, now=work.now)
