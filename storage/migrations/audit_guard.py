"""Triggers that refuse to alter or delete audit rows (A2), in each dialect's own words."""

from __future__ import annotations

import sqlalchemy as sa

REFUSAL = "the audit log cannot be altered"

_SQLITE = tuple(
    f"CREATE TRIGGER audit_no_{what} BEFORE {what.upper()} ON audit BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for what in ("update", "delete")
)
_POSTGRESQL = (
    f"CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
)


def guard(connection: sa.Connection) -> None:
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def unguard(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP TRIGGER audit_no_change ON audit")
        connection.exec_driver_sql("DROP FUNCTION audit_refuse()")
