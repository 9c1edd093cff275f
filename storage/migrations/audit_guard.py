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

_COLUMNS = ("id", "at", "who", "subject", "customer_id", "field", "message_key")


def _is_masking(same: str) -> str:
    """Nothing differs but values that become the mask (storage/audit.py), and an erasure is open."""
    kept = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in _COLUMNS)
    masked = " AND ".join(
        f"(NEW.{column} {same} OLD.{column} OR NEW.{column} {same} '***')" for column in ("before", "after")
    )
    return f"{kept} AND {masked} AND EXISTS (SELECT 1 FROM erasures WHERE is_open)"  # noqa: S608 - fixed words


_SQLITE_MASKING = (
    "DROP TRIGGER audit_no_update",
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN NOT ({_is_masking('IS')})"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
_POSTGRESQL_MASKING = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'UPDATE' THEN IF {_is_masking('IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; END IF; "
    f"RAISE EXCEPTION '{REFUSAL}'; END $$",
)
_SQLITE_STRICT = ("DROP TRIGGER audit_no_update", _SQLITE[0])
_POSTGRESQL_STRICT = (_POSTGRESQL[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),)


def let_mask(connection: sa.Connection) -> None:
    for statement in _SQLITE_MASKING if connection.dialect.name == "sqlite" else _POSTGRESQL_MASKING:
        connection.exec_driver_sql(statement)


def let_nothing(connection: sa.Connection) -> None:
    for statement in _SQLITE_STRICT if connection.dialect.name == "sqlite" else _POSTGRESQL_STRICT:
        connection.exec_driver_sql(statement)


def guard(connection: sa.Connection) -> None:
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def unguard(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP TRIGGER audit_no_change ON audit")
        connection.exec_driver_sql("DROP FUNCTION audit_refuse()")
