"""What does the database itself refuse, whoever asks?

Check constraints see one row at a time; these triggers see a change: which state a case may go to from which, that a
timeline line is never altered or removed, that a case begins new. What a customer may ask to be erased can be blanked,
once and visibly, and in no other way changed. With them come those of `loop.case_marks`. They are installed after every
migrate, because SQLite drops a table's triggers when a migration rebuilds it.
"""

from collections.abc import Iterable

from django.db import connections, transaction

from feedback.models.contact import ERASED
from loop import case_marks

# The step table of docs/workflow.md as pairs; a step that stays in its state is no change of state.
ALLOWED_MOVES = (
    ("new", "contacted"),
    ("new", "resolved"),
    ("contacted", "resolved"),
    ("resolved", "contacted"),
    ("resolved", "new"),
)

# Histories that are written once: what must stay as it is, and which words may give way to a mark or to nothing.
APPEND_ONLY_TABLES = {
    "loop_contactattempt": (
        ("id", "case_id", "actor_id", "at", "local_date", "channel", "reached", "outcome"), ("note",), ("answers",)
    ),
    "feedback_responserevision": (
        ("id", "response_id", "score", "wants_callback", "stood_from", "replaced_at"), ("comment", "phone"), ()
    ),
}  # fmt: skip

PROMISE_AS_ENDED = (
    "case_id", "promised_by_id", "due_at", "moved", "created_at", "ended_at", "ending", "remind_at", "remind_level"
)  # fmt: skip

_MARKS = "loop_guard_mark_*"

# How a line of the timeline looks whose words were erased: its data says so, and did not before.
IS_ERASED = "CAST({row}.data AS TEXT) LIKE '%\"erased\": true%'"


def install(*, using: str = "default") -> None:
    """Create or replace the triggers. Safe to repeat."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with transaction.atomic(using=using):  # nobody writes while a trigger is away
            _run([*_sqlite(), *case_marks.sqlite()], using)
    else:
        _run([*_postgresql(), *case_marks.postgresql()], using)


def set_marks_aside(*, using: str = "default") -> None:
    """Take the triggers of `loop.case_marks` away: they name tables that a migrate may rebuild, which SQLite refuses
    then, or take away. Afterwards what is packed of cases must be doubted."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name GLOB %s", [_MARKS])
        else:
            cursor.execute(
                "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname LIKE %s",
                [_MARKS.replace("_", "\\_").replace("*", "%")],
            )
        there = cursor.fetchall()
    on = "" if connection.vendor == "sqlite" else " ON {table}"
    _run([f"DROP TRIGGER IF EXISTS {name}{on.format(table=table)}" for name, table in there], using)


def _run(statements: Iterable[str], using: str) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _moves_sql() -> str:
    return " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in ALLOWED_MOVES)


def _different(columns: Iterable[str]) -> str:
    """Whether one of these columns is another than it was."""
    return " OR ".join(
        f"COALESCE(CAST(NEW.{name} AS TEXT), '') <> COALESCE(CAST(OLD.{name} AS TEXT), '')" for name in columns
    )


def _rewritten(column: str) -> str:
    """Whether words were replaced by anything but the mark of what is erased, or nothing."""
    return f"(NEW.{column} <> OLD.{column} AND NEW.{column} NOT IN ('', '{ERASED}'))"


def _refilled(column: str) -> str:
    return f"(CAST(NEW.{column} AS TEXT) <> CAST(OLD.{column} AS TEXT) AND CAST(NEW.{column} AS TEXT) <> '[]')"


def _rules() -> list[tuple[str, str, str, str, str]]:
    """Each guard as (name, table, event, condition under which it refuses, what it says)."""
    rules = [
        ("case_begins_new", "loop_case", "INSERT", "NEW.state <> 'new'", "a case begins in state new"),
        (
            "case_moves",
            "loop_case",
            "UPDATE",
            f"NEW.state <> OLD.state AND NOT ({_moves_sql()})",
            "a case cannot move between these states",
        ),
        (
            "case_version",
            "loop_case",
            "UPDATE",
            "NEW.state <> OLD.state AND NEW.version <= OLD.version",
            "a change of state raises the version of the case",
        ),
        (
            "case_first_times",
            "loop_case",
            "UPDATE",
            "(OLD.contacted_at IS NOT NULL AND (NEW.contacted_at IS NULL OR NEW.contacted_at <> OLD.contacted_at)) OR "
            "(OLD.resolved_at IS NOT NULL AND (NEW.resolved_at IS NULL OR NEW.resolved_at <> OLD.resolved_at))",
            "the first contact and the first resolution of a case are kept",
        ),
        (
            "case_closes_with_its_promises",
            "loop_case",
            "UPDATE",
            "OLD.state <> 'resolved' AND NEW.state = 'resolved' AND NEW.promise_due_at IS NOT NULL "
            "AND NEW.promises_reason = ''",
            "a case with an unkept promise closes with a reason",
        ),
        ("case_is_kept", "loop_case", "DELETE", "", "a case is never deleted"),
        (
            "promise_is_kept_as_said",
            "loop_promise",
            "UPDATE",
            f"NEW.case_id <> OLD.case_id OR {_rewritten('what')} OR NEW.created_at <> OLD.created_at OR "
            "COALESCE(NEW.promised_by_id, 0) <> COALESCE(OLD.promised_by_id, 0)",
            "what was promised stays as it was said",
        ),
        (
            "promise_ends_once",
            "loop_promise",
            "UPDATE",
            f"OLD.ended_at IS NOT NULL AND ({_different(PROMISE_AS_ENDED)} OR {_rewritten('end_reason')})",
            "a promise that has ended stays as it ended",
        ),
        ("promise_is_kept", "loop_promise", "DELETE", "", "a promise is never deleted"),
        (
            "event_is_kept_as_written",
            "loop_caseevent",
            "UPDATE",
            "NEW.case_id <> OLD.case_id OR NEW.kind <> OLD.kind OR NEW.at <> OLD.at OR "
            "COALESCE(NEW.actor_id, 0) <> COALESCE(OLD.actor_id, 0) OR "
            f"(CAST(NEW.data AS TEXT) <> CAST(OLD.data AS TEXT) AND NOT ({IS_ERASED.format(row='NEW')} AND NOT "
            f"{IS_ERASED.format(row='OLD')})) OR COALESCE(NEW.key, '') <> COALESCE(OLD.key, '') OR "
            "(OLD.announced_at IS NOT NULL AND NEW.announced_at IS NULL)",
            "the timeline is append-only",
        ),
        ("event_is_kept", "loop_caseevent", "DELETE", "", "the timeline is append-only"),
    ]
    for table, (kept, words, lists) in APPEND_ONLY_TABLES.items():
        altered = " OR ".join([_different(kept), *map(_rewritten, words), *map(_refilled, lists)])
        rules.append((f"{table}_written_once", table, "UPDATE", altered, "this history is append-only"))
        rules.append((f"{table}_kept", table, "DELETE", "", "this history is append-only"))
    return rules


def _sqlite() -> list[str]:
    statements = []
    for name, table, event, condition, message in _rules():
        when = f"WHEN {condition}" if condition else ""
        statements.append(f"DROP TRIGGER IF EXISTS loop_guard_{name}")
        statements.append(
            f"CREATE TRIGGER loop_guard_{name} BEFORE {event} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, 'loop guard: {message}'); END"
        )
    return statements


def _postgresql() -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION loop_guard_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'loop guard: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ]
    for name, table, event, condition, message in _rules():
        when = f"WHEN ({condition})" if condition else ""
        statements.append(f"DROP TRIGGER IF EXISTS loop_guard_{name} ON {table}")
        statements.append(
            f"CREATE TRIGGER loop_guard_{name} BEFORE {event} ON {table} "
            f"FOR EACH ROW {when} EXECUTE FUNCTION loop_guard_refuse('{message}')"
        )
    return statements
