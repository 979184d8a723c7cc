"""Which changes make what is packed of a case untrue? The database leaves a mark for each, whoever makes them.

Cases are written by steps, imports, erasures and merges, their answers and second questions by `feedback`. A trigger
misses none of them: not the worker of the release before either, nor somebody's plain SQL. See `loop.case_packs`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from loop.models.event import REMINDERS, EventKind

TABLE = "loop_casemark"

#: What packs hold of a case itself.
OF_CASE = (
    "account_id", "contact_id", "owner_id", "team_id", "calendar_id", "resolution", "opened_at", "contact_due_at",
    "resolve_due_at", "contacted_at", "closed_at", "reopened_count", "customer_confirmed_at", "response_id",
    "recovery_invitation_id",
)  # fmt: skip
OF_ANSWER = "survey_id", "score", "responded_at", "wants_callback"
OF_OUTCOME = "case_id", "verdict", "response_id"


class Change(NamedTuple):
    """A change of a row, under a condition, and the query for the cases it is about."""

    name: str
    table: str
    event: str
    condition: str
    cases: str


def changes(*, differs: str) -> Iterable[Change]:
    """All of them.

    Args:
        differs: how the database compares two values that may be NULL.
    """

    def changed(columns: Iterable[str]) -> str:
        return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns)

    kinds = ", ".join(f"'{kind.value}'" for kind in (*REMINDERS, EventKind.PASSED_OVER))
    of_answer = (
        "SELECT id FROM loop_case WHERE response_id = NEW.id "
        "UNION ALL SELECT case_id FROM loop_outcome WHERE response_id = NEW.id"
    )
    asked_again = "SELECT id FROM loop_case WHERE recovery_invitation_id = NEW.id"
    yield Change("case_added", "loop_case", "INSERT", "", "SELECT NEW.id")
    yield Change("case_changed", "loop_case", "UPDATE", changed(OF_CASE), "SELECT NEW.id")
    yield Change("outcome_added", "loop_outcome", "INSERT", "", "SELECT NEW.case_id")
    yield Change("outcome_changed", "loop_outcome", "UPDATE", changed(OF_OUTCOME), "SELECT NEW.case_id")
    yield Change("outcome_removed", "loop_outcome", "DELETE", "", "SELECT OLD.case_id")
    yield Change("event_added", "loop_caseevent", "INSERT", f"NEW.kind IN ({kinds})", "SELECT NEW.case_id")
    yield Change("tried", "loop_contactattempt", "INSERT", "", "SELECT NEW.case_id")
    yield Change("answer_changed", "feedback_response", "UPDATE", changed(OF_ANSWER), of_answer)
    yield Change("asked_again", "feedback_invitation", "UPDATE", changed(["sent_at"]), asked_again)


def sqlite() -> list[str]:
    """Statements that leave the marks; safe to repeat."""
    statements = []
    for name, table, event, condition, cases in changes(differs="IS NOT"):
        when = f"WHEN {condition}" if condition else ""
        statements.append(f"DROP TRIGGER IF EXISTS loop_guard_mark_{name}")
        statements.append(
            f"CREATE TRIGGER loop_guard_mark_{name} AFTER {event} ON {table} {when} "
            f"BEGIN INSERT INTO loop_casemark (case_id) {cases}; END"
        )
    return statements


def postgresql() -> list[str]:
    """The same for PostgreSQL."""
    statements = []
    for name, table, event, condition, cases in changes(differs="IS DISTINCT FROM"):
        when = f"WHEN ({condition})" if condition else ""
        statements.append(
            f"CREATE OR REPLACE FUNCTION loop_mark_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN INSERT INTO loop_casemark (case_id) {cases}; RETURN NULL; END $$"
        )
        statements.append(  # replaced in one statement: no change in between goes unmarked
            f"CREATE OR REPLACE TRIGGER loop_guard_mark_{name} AFTER {event} ON {table} "
            f"FOR EACH ROW {when} EXECUTE FUNCTION loop_mark_{name}()"
        )
    return statements
