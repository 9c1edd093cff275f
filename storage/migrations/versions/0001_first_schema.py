"""The first schema."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.audit_guard import guard, unguard
from storage.tables import BigId, UtcMoment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("message_key", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_customer_id"), "audit", ["customer_id"], unique=False)
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_table(
        "card_codes",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("got_at", UtcMoment(), nullable=False),
        sa.Column("used_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_card_codes_code")),
    )
    op.create_index(op.f("ix_card_codes_task_id"), "card_codes", ["task_id"], unique=False)
    op.create_table(
        "cards",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("userid", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("settled_at", UtcMoment(), nullable=True),
        sa.Column("msgid", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_cards")),
    )
    op.create_index(op.f("ix_cards_about"), "cards", ["about"], unique=False)
    op.create_table(
        "chat_groups",
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bound_at", UtcMoment(), nullable=False),
        sa.Column("bound_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chat_groups")),
    )
    op.create_table(
        "circuits",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_circuits")),
    )
    op.create_table(
        "customers",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", UtcMoment(), nullable=True),
        sa.Column("done_at", UtcMoment(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("trace", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_inbox_key")),
    )
    op.create_index(
        "ix_inbox_line",
        "inbox",
        ["person", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'leased')"),
        postgresql_where=sa.text("state IN ('queued', 'leased')"),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'leased')"),
        postgresql_where=sa.text("state IN ('queued', 'leased')"),
    )
    op.create_index(
        "uq_inbox_one_at_a_time",
        "inbox",
        ["person"],
        unique=True,
        sqlite_where=sa.text("state = 'leased'"),
        postgresql_where=sa.text("state = 'leased'"),
    )
    op.create_table(
        "job_slots",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("done_at", UtcMoment(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_slots")),
    )
    op.create_table(
        "locations",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint("message_key", name=op.f("uq_locations_message_key")),
    )
    op.create_table(
        "locks", sa.Column("name", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("name", name=op.f("pk_locks"))
    )
    op.create_table(
        "media",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="wanted", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("fetched_at", UtcMoment(), nullable=True),
        sa.Column("sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("size", BigId, nullable=True),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("message_key", name=op.f("uq_media_message_key")),
    )
    op.create_index(
        "ix_media_wanted",
        "media",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )
    op.create_table(
        "members",
        sa.Column("userid", sa.Text(), nullable=False),
        sa.Column("wecom_userid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("team", sa.Text(), server_default="", nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("product_lines", sa.JSON(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("manager", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("frozen_why", sa.Text(), server_default="", nullable=False),
        sa.Column("leave", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("userid", name=op.f("pk_members")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("task_id", sa.Text(), server_default="", nullable=False),
        sa.Column("fallback_chat", sa.Text(), server_default="", nullable=False),
        sa.Column("chat_sender", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", UtcMoment(), nullable=True),
        sa.Column("rendered", sa.Text(), nullable=True),
        sa.Column("first_called_at", UtcMoment(), nullable=True),
        sa.Column("called_at", UtcMoment(), nullable=True),
        sa.Column("settled_at", UtcMoment(), nullable=True),
        sa.Column("msgid", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    op.create_index("ix_outbox_about", "outbox", ["about"], unique=False)
    op.create_index("ix_outbox_called", "outbox", ["lane", "called_at"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["lane", "urgency", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'uncertain')"),
        postgresql_where=sa.text("state IN ('queued', 'uncertain')"),
    )
    op.create_index(
        "uq_outbox_one_at_a_time",
        "outbox",
        ["lane"],
        unique=True,
        sqlite_where=sa.text("state IN ('leased', 'calling')"),
        postgresql_where=sa.text("state IN ('leased', 'calling')"),
    )
    op.create_table(
        "tokens",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("refresh_at", UtcMoment(), nullable=True),
        sa.Column("expires_at", UtcMoment(), nullable=True),
        sa.Column("fetching_until", UtcMoment(), nullable=True),
        sa.Column("fetcher", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tokens")),
    )
    op.create_table(
        "customer_names",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_names_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_names")),
        sa.UniqueConstraint("customer_id", "name", name=op.f("uq_customer_names_customer_id_name")),
    )
    op.create_index(op.f("ix_customer_names_key"), "customer_names", ["key"], unique=False)
    op.create_table(
        "customer_phones",
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_phones_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_customer_phones")),
    )
    op.create_index(op.f("ix_customer_phones_customer_id"), "customer_phones", ["customer_id"], unique=False)
    op.create_table(
        "identities",
        sa.Column("bot_userid", sa.Text(), nullable=False),
        sa.Column("userid", sa.Text(), nullable=False),
        sa.Column("bound_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["userid"], ["members.userid"], name=op.f("fk_identities_userid_members")),
        sa.PrimaryKeyConstraint("bot_userid", name=op.f("pk_identities")),
    )
    op.create_table(
        "leads",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("customer_id", BigId, nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("ext", sa.Text(), server_default="", nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("grade_reasons", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("posted_by", sa.Text(), nullable=True),
        sa.Column("posted_at", UtcMoment(), nullable=False),
        sa.Column("chat_id", sa.Text(), server_default="", nullable=False),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assigned_at", UtcMoment(), nullable=True),
        sa.Column("accepted_at", UtcMoment(), nullable=True),
        sa.Column("contacted_at", UtcMoment(), nullable=True),
        sa.Column("closed_at", UtcMoment(), nullable=True),
        sa.Column("closed_why", sa.Text(), server_default="", nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_leads_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("source_key", name=op.f("uq_leads_source_key")),
    )
    op.create_index(op.f("ix_leads_customer_id"), "leads", ["customer_id"], unique=False)
    op.create_index("ix_leads_owner_state", "leads", ["owner", "state"], unique=False)
    op.create_index("ix_leads_posted", "leads", ["posted_at"], unique=False)
    op.create_table(
        "activities",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("lead_id", BigId, nullable=True),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("message_key", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_activities_customer_id_customers")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_activities_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index(op.f("ix_activities_customer_id"), "activities", ["customer_id"], unique=False)
    op.create_index(op.f("ix_activities_lead_id"), "activities", ["lead_id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("decided_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_assignments_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("lead_id", "round", name=op.f("uq_assignments_lead_id_round")),
    )
    op.create_index("ix_assignments_owner", "assignments", ["owner", "decided_at"], unique=False)
    op.create_table(
        "pings",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("raised_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("told_at", UtcMoment(), nullable=True),
        sa.Column("snoozed_until", UtcMoment(), nullable=True),
        sa.Column("task_id", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_pings_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pings")),
        sa.UniqueConstraint("lead_id", "round", "rung", "receiver", name=op.f("uq_pings_lead_id_round_rung_receiver")),
    )
    op.create_index(op.f("ix_pings_lead_id"), "pings", ["lead_id"], unique=False)
    op.create_index(
        "ix_pings_open",
        "pings",
        ["receiver"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'snoozed')"),
        postgresql_where=sa.text("state IN ('pending', 'snoozed')"),
    )
    op.create_table(
        "timers",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("lead_id", BigId, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="armed", nullable=False),
        sa.Column("fired_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_timers_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("lead_id", "round", "rung", name=op.f("uq_timers_lead_id_round_rung")),
    )
    op.create_index(
        "ix_timers_due",
        "timers",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'armed'"),
        postgresql_where=sa.text("state = 'armed'"),
    )
    op.create_table(
        "todos",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lead_id", BigId, nullable=True),
        sa.Column("customer_id", BigId, nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("done_at", UtcMoment(), nullable=True),
        sa.Column("next_reminder_at", UtcMoment(), nullable=True),
        sa.Column("reminders_sent", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_todos_customer_id_customers")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_todos_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_todos")),
        sa.UniqueConstraint("key", name=op.f("uq_todos_key")),
    )
    op.create_index(op.f("ix_todos_lead_id"), "todos", ["lead_id"], unique=False)
    op.create_index(
        "ix_todos_owner",
        "todos",
        ["owner"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_todos_reminder",
        "todos",
        ["next_reminder_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    guard(op.get_bind())


def downgrade() -> None:
    unguard(op.get_bind())
    op.drop_index(
        "ix_todos_reminder",
        table_name="todos",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "ix_todos_owner",
        table_name="todos",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_todos_lead_id"), table_name="todos")
    op.drop_table("todos")
    op.drop_index(
        "ix_timers_due",
        table_name="timers",
        sqlite_where=sa.text("state = 'armed'"),
        postgresql_where=sa.text("state = 'armed'"),
    )
    op.drop_table("timers")
    op.drop_index(
        "ix_pings_open",
        table_name="pings",
        sqlite_where=sa.text("state IN ('pending', 'snoozed')"),
        postgresql_where=sa.text("state IN ('pending', 'snoozed')"),
    )
    op.drop_index(op.f("ix_pings_lead_id"), table_name="pings")
    op.drop_table("pings")
    op.drop_index("ix_assignments_owner", table_name="assignments")
    op.drop_table("assignments")
    op.drop_index(op.f("ix_activities_lead_id"), table_name="activities")
    op.drop_index(op.f("ix_activities_customer_id"), table_name="activities")
    op.drop_table("activities")
    op.drop_index("ix_leads_posted", table_name="leads")
    op.drop_index("ix_leads_owner_state", table_name="leads")
    op.drop_index(op.f("ix_leads_customer_id"), table_name="leads")
    op.drop_table("leads")
    op.drop_table("identities")
    op.drop_index(op.f("ix_customer_phones_customer_id"), table_name="customer_phones")
    op.drop_table("customer_phones")
    op.drop_index(op.f("ix_customer_names_key"), table_name="customer_names")
    op.drop_table("customer_names")
    op.drop_table("tokens")
    op.drop_index(
        "uq_outbox_one_at_a_time",
        table_name="outbox",
        sqlite_where=sa.text("state IN ('leased', 'calling')"),
        postgresql_where=sa.text("state IN ('leased', 'calling')"),
    )
    op.drop_index(
        "ix_outbox_waiting",
        table_name="outbox",
        sqlite_where=sa.text("state IN ('queued', 'uncertain')"),
        postgresql_where=sa.text("state IN ('queued', 'uncertain')"),
    )
    op.drop_index("ix_outbox_called", table_name="outbox")
    op.drop_index("ix_outbox_about", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("members")
    op.drop_index(
        "ix_media_wanted",
        table_name="media",
        sqlite_where=sa.text("state = 'wanted'"),
        postgresql_where=sa.text("state = 'wanted'"),
    )
    op.drop_table("media")
    op.drop_table("locks")
    op.drop_table("locations")
    op.drop_table("job_slots")
    op.drop_index(
        "uq_inbox_one_at_a_time",
        table_name="inbox",
        sqlite_where=sa.text("state = 'leased'"),
        postgresql_where=sa.text("state = 'leased'"),
    )
    op.drop_index(
        "ix_inbox_waiting",
        table_name="inbox",
        sqlite_where=sa.text("state IN ('queued', 'leased')"),
        postgresql_where=sa.text("state IN ('queued', 'leased')"),
    )
    op.drop_index(
        "ix_inbox_line",
        table_name="inbox",
        sqlite_where=sa.text("state IN ('queued', 'leased')"),
        postgresql_where=sa.text("state IN ('queued', 'leased')"),
    )
    op.drop_table("inbox")
    op.drop_table("customers")
    op.drop_table("circuits")
    op.drop_table("chat_groups")
    op.drop_index(op.f("ix_cards_about"), table_name="cards")
    op.drop_table("cards")
    op.drop_index(op.f("ix_card_codes_task_id"), table_name="card_codes")
    op.drop_table("card_codes")
    op.drop_index(op.f("ix_audit_subject"), table_name="audit")
    op.drop_index(op.f("ix_audit_customer_id"), table_name="audit")
    op.drop_table("audit")
