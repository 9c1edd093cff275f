"""Decisions among 20 and 2,000 reps (R2)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.assignment import AssignmentRules, LeadFacts, Workload, decide
from domain.ids import UserId
from domain.leads import Grade, Tags
from domain.people import Member

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
DECISIONS = 100


def measure(reps: int) -> dict[str, Any]:
    members = [Member(UserId(f"rep{n}"), f"rep{n}") for n in range(reps)]
    loads = {m.userid: Workload(n % 4, NOW - timedelta(minutes=n), n % 3, 5) for n, m in enumerate(members)}
    facts = LeadFacts("customer", "X200", "channel", Grade.B, Tags())
    waits = []
    for _ in range(DECISIONS):
        started = time.perf_counter()
        decide(facts, members, loads, AssignmentRules(), now=NOW, today=NOW.date(), is_working_time=True)
        waits.append(time.perf_counter() - started)
    waits.sort()
    return {"per_second": round(DECISIONS / sum(waits)), "p99_ms": round(1000 * waits[int(DECISIONS * 0.99)], 2)}


def run() -> dict[str, Any]:
    return {"20 reps": measure(20), "2000 reps": measure(2000), "target": "p99_ms < 5 among 2000 reps"}
