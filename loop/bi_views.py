"""What does a BI tool read? Views with names that stay, without a customer's name, address, number or words.

Made by `manage.py sql_views` where somebody wants them, not by a migration: a view holds the tables it reads as they
are, so `migrate` takes the views away before it changes tables and makes them again afterwards, with the rights that
had been given to read them. docs/bi.md says what each column is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connections


@dataclass(frozen=True)
class View:
    """One view: what each column is made of, and from which rows."""

    columns: Mapping[str, str]
    rows: str


def _yes(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


_OWNER = "CASE WHEN {0}.name <> '' THEN {0}.name ELSE {0}.email END"

VIEWS: Mapping[str, View] = {
    "bi_accounts": View(
        {
            "account_id": "a.id", "external_id": "a.external_id", "name": "a.name", "segment": "a.segment",
            "country": "a.country", "annual_value": "a.annual_value", "currency": "a.currency", "size": "a.size",
            "owner": _OWNER.format("u"), "created_at": "a.created_at",
        },
        "feedback_account a LEFT JOIN loop_accountowner o ON o.account_id = a.id LEFT JOIN loop_user u "
        "ON u.id = o.user_id",
    ),
    "bi_responses": View(
        {
            "response_id": "r.id", "survey": "s.key", "survey_kind": "s.kind", "scale_min": "s.scale_min",
            "in_programme": _yes("s.kind <> 'recovery'"), "score": "r.score", "category": "r.category",
            "nps_points": "CASE r.category WHEN 'promoter' THEN 100 WHEN 'detractor' THEN -100 ELSE 0 END",
            "has_comment": _yes("r.comment <> ''"), "wants_callback": _yes("r.wants_callback"),
            "language": "r.language", "source": "r.source", "is_late": _yes("r.is_late"), "contact_id": "r.contact_id",
            "account_id": "c.account_id", "segment": "COALESCE(a.segment, '')", "country": "COALESCE(a.country, '')",
            "invitation_id": "r.invitation_id", "wave_id": "i.wave_id", "responded_at": "r.responded_at",
            "received_at": "r.received_at", "revised_at": "r.revised_at",
        },
        "feedback_response r JOIN feedback_survey s ON s.id = r.survey_id LEFT JOIN feedback_contact c "
        "ON c.id = r.contact_id LEFT JOIN feedback_account a ON a.id = c.account_id LEFT JOIN feedback_invitation i "
        "ON i.id = r.invitation_id WHERE r.retracted_at IS NULL",
    ),
    "bi_invitations": View(
        {
            "invitation_id": "i.id", "survey": "s.key", "survey_kind": "s.kind", "wave_id": "i.wave_id",
            "channel": "i.channel", "contact_id": "i.contact_id", "account_id": "c.account_id",
            "sent_at": "i.sent_at", "reminded_at": "i.reminded_at", "came_back_at": "i.bounced_at",
            "answered_at": "r.responded_at",
        },
        "feedback_invitation i JOIN feedback_survey s ON s.id = i.survey_id JOIN feedback_contact c "
        "ON c.id = i.contact_id LEFT JOIN feedback_response r ON r.invitation_id = i.id AND r.retracted_at IS NULL "
        "WHERE i.sent_at IS NOT NULL",
    ),
    "bi_cases": View(
        {
            "case_id": "k.id", "response_id": "k.response_id", "account_id": "k.account_id",
            "contact_id": "k.contact_id", "survey": "s.key", "score": "r.score", "category": "r.category",
            "state": "k.state", "resolution": "k.resolution", "is_open": _yes("k.state <> 'resolved'"),
            "is_resolved": _yes("k.resolution = 'solved'"), "owner": _OWNER.format("u"), "team": "t.name",
            "root_cause": "b.key", "opened_at": "k.opened_at", "contact_due_at": "k.contact_due_at",
            "resolve_due_at": "k.resolve_due_at", "contacted_at": "k.contacted_at",
            "contacted_in_time": _yes("k.contacted_at <= k.contact_due_at"), "resolved_at": "k.resolved_at",
            "closed_at": "k.closed_at", "confirmed_at": "k.customer_confirmed_at",
            "reopened_count": "k.reopened_count", "escalation_level": "k.escalation_level",
        },
        "loop_case k JOIN feedback_response r ON r.id = k.response_id JOIN feedback_survey s ON s.id = r.survey_id "
        "LEFT JOIN loop_user u ON u.id = k.owner_id LEFT JOIN loop_team t ON t.id = k.team_id "
        "LEFT JOIN loop_rootcause b ON b.id = k.root_cause_id",
    ),
    "bi_attempts": View(
        {
            "attempt_id": "x.id", "case_id": "x.case_id", "at": "x.at", "channel": "x.channel",
            "reached": _yes("x.reached"), "outcome": "x.outcome", "made_by": _OWNER.format("u"),
        },
        "loop_contactattempt x LEFT JOIN loop_user u ON u.id = x.actor_id",
    ),
    "bi_outcomes": View(
        {
            "case_id": "x.case_id", "verdict": "x.verdict", "score_before": "x.before", "score_after": "x.after",
            "response_id": "x.response_id", "at": "x.at",
        },
        "loop_outcome x",
    ),
}  # fmt: skip


def install(*, using: str = "default") -> None:
    """Make the views as they are in this version. Safe to repeat; rights to read them stay."""
    rights = drop(using=using)
    restore(rights or [], using=using)


def drop(*, using: str = "default") -> list[tuple[str, str]] | None:
    """Take the views away. Returns who might read which, or None where there were none."""
    standing, rights = _standing(using), _rights(using)
    with connections[using].cursor() as cursor:
        for name in standing:
            cursor.execute(f"DROP VIEW IF EXISTS {name}")
    return rights if standing else None


def restore(rights: list[tuple[str, str]], *, using: str = "default") -> None:
    """Make the views, and let those read them who might."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, view in VIEWS.items():
            columns = ", ".join(f"{what} AS {column}" for column, what in view.columns.items())
            cursor.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM {view.rows}")  # noqa: S608  our own words
        for name, role in rights:
            if name in VIEWS:
                cursor.execute(f"GRANT SELECT ON {name} TO {connection.ops.quote_name(role)}")


def _standing(using: str) -> list[str]:
    connection = connections[using]
    with connection.cursor() as cursor:
        names = {table.name for table in connection.introspection.get_table_list(cursor) if table.type == "v"}
    return [name for name in VIEWS if name in names]


def _rights(using: str) -> list[tuple[str, str]]:
    connection = connections[using]
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, grantee FROM information_schema.role_table_grants WHERE privilege_type = 'SELECT' "
            "AND table_schema = CURRENT_SCHEMA() AND table_name = ANY(%s) AND grantee NOT IN (CURRENT_USER, 'PUBLIC')",
            [list(VIEWS)],
        )
        return [(str(name), str(role)) for name, role in cursor.fetchall()]
