"""All tables. Constraints say "once"; partial unique indexes say "one at a time" (docs/adr/0001, 0002).

One module for each area; who needs a table imports it from here, so that the metadata is whole.
"""

from storage.tables.api import api_answers
from storage.tables.columns import BigId, UtcMoment, metadata
from storage.tables.dialogue import questions
from storage.tables.house import audit, chat_groups, circuits, erasures, job_slots, locks, tokens
from storage.tables.leads import (
    activities,
    assignments,
    customer_names,
    customer_phones,
    customers,
    leads,
    pings,
    timers,
)
from storage.tables.media import locations, media, wecom_uploads
from storage.tables.memos import customer_profiles, memo_corrections, memos, script_uses
from storage.tables.payments import (
    bank_transactions,
    bookings,
    due_notices,
    offered_orders,
    payer_aliases,
    promises,
    receivables,
    reversals,
    statement_uploads,
)
from storage.tables.people import identities, members
from storage.tables.queues import INBOX_WAITING, card_codes, cards, inbox, outbox
from storage.tables.speech import transcriptions
from storage.tables.todos import todos
from storage.tables.visits import customer_places, evidence, visit_checks, visits

__all__ = [
    "INBOX_WAITING",
    "BigId",
    "UtcMoment",
    "activities",
    "api_answers",
    "assignments",
    "audit",
    "bank_transactions",
    "bookings",
    "card_codes",
    "cards",
    "chat_groups",
    "circuits",
    "customer_names",
    "customer_phones",
    "customer_places",
    "customer_profiles",
    "customers",
    "due_notices",
    "erasures",
    "evidence",
    "identities",
    "inbox",
    "job_slots",
    "leads",
    "locations",
    "locks",
    "media",
    "members",
    "memo_corrections",
    "memos",
    "metadata",
    "offered_orders",
    "outbox",
    "payer_aliases",
    "pings",
    "promises",
    "questions",
    "receivables",
    "reversals",
    "script_uses",
    "statement_uploads",
    "timers",
    "todos",
    "tokens",
    "transcriptions",
    "visit_checks",
    "visits",
    "wecom_uploads",
]
