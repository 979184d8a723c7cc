"""Into what is merged, so that it is what Loop itself stores of a file? Into tables like its own.

They have the columns, types, checks, indexes and deferred foreign keys of ours, and get as many rows: answers of known
contacts, and of the low scores a case with its owner, the customer's page and two lines of the timeline. What they do
not have is our triggers. What does not differ from row to row is taken from rows that Loop has made, so that all of it
is there already: due times, reasons, JSON.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db import connection, models

from feedback.models import Contact, Response
from loop.models import AccountOwner, Case, CaseEvent, CustomerPage
from tests.bench import merging

COPIED: tuple[type[models.Model], ...] = (Response, Case, CustomerPage, CaseEvent)
_STAGED = "FROM staged s JOIN {contact} c ON c.email = s.email"
_ANSWERED = "FROM staged s JOIN {response} a ON a.source = 'merged' AND a.external_id = s.external_id"
_AND_LOW = "WHERE s.score <= 6"


def make() -> list[str]:
    """Make the tables, empty; returns what merges into them. Loop has imported a file of answers before."""
    made = _as_on_postgresql() if connection.vendor == "postgresql" else _as_on_sqlite()
    merging.make([_copy(model) for model in COPIED], made)
    return _merge()


def _copy(model: type[models.Model]) -> str:
    return f"merged_{model._meta.db_table}"


def _as_on_postgresql() -> list[str]:
    statements = [f"CREATE TABLE {_copy(one)} (LIKE {one._meta.db_table} INCLUDING ALL)" for one in COPIED]
    with connection.cursor() as cursor:
        for model in COPIED:
            asked = (
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
            )
            cursor.execute(asked, [model._meta.db_table])
            statements += [f"ALTER TABLE {_copy(model)} ADD {_renamed(key)}" for (key,) in cursor.fetchall()]
    return statements


def _as_on_sqlite() -> list[str]:
    statements = []
    with connection.cursor() as cursor:
        for model in COPIED:
            asked = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND type IN ('table', 'index')"
            cursor.execute(f"{asked} AND sql IS NOT NULL ORDER BY type DESC", [model._meta.db_table])
            for kind, name, sql in cursor.fetchall():
                own_name = sql if kind == "table" else sql.replace(f'"{name}"', f'"merged_{name}"', 1)
                statements.append(_renamed(own_name))
    return statements


def _renamed(sql: str) -> str:
    """The same about the copies."""
    for model in COPIED:
        sql = re.sub(rf"\b{model._meta.db_table}\b", _copy(model), sql)
    return sql


def _merge() -> list[str]:
    names = {"contact": Contact._meta.db_table, "response": _copy(Response), "case": _copy(Case)}
    at = "s.at::timestamp AT TIME ZONE 'UTC'" if connection.vendor == "postgresql" else "s.at"
    answer = {
        "contact_id": "c.id", "score": "s.score", "comment": "s.comment", "source": "'merged'",
        "external_id": "s.external_id", "responded_at": at,
        "category": "CASE WHEN s.score <= 6 THEN 'detractor' WHEN s.score <= 8 THEN 'passive' ELSE 'promoter' END",
    }  # fmt: skip
    case = {
        "response_id": "a.id", "account_id": "c.account_id", "contact_id": "c.id", "owner_id": "o.user_id",
    }  # fmt: skip
    page = {"case_id": "k.id", "public_id": _random(16), "token_hash": _random(32)}
    event = {"case_id": "k.id", "key": "CASE t.kind WHEN 'opened' THEN 'opened:' || a.id END"}
    owner = f"JOIN {names['contact']} c ON c.id = a.contact_id JOIN {AccountOwner._meta.db_table} o USING (account_id)"
    its_case = f"{_ANSWERED} JOIN {{case}} k ON k.response_id = a.id"
    lines = f"(SELECT * FROM {CaseEvent._meta.db_table} ORDER BY id LIMIT 2)"
    return [
        _insert(Response, answer, f"{_STAGED} WHERE true ON CONFLICT DO NOTHING", names),
        _insert(Case, case, f"{_ANSWERED} {owner} {_AND_LOW} ON CONFLICT DO NOTHING", names),
        _insert(CustomerPage, page, f"{its_case} {_AND_LOW}", names),
        _insert(CaseEvent, event, f"{its_case} {_AND_LOW}", names, like=lines),
    ]


def _insert(
    model: type[models.Model], values: Mapping[str, str], source: str, names: Mapping[str, Any], like: str = ""
) -> str:
    """Insert what is selected; columns without a value have the one of a row (`like`) that Loop has made."""
    fields = [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    told = ", ".join(values.get(field.column, f't."{field.column}"') for field in fields)
    made, low = like or f"(SELECT * FROM {model._meta.db_table} ORDER BY id LIMIT 1)", " WHERE "
    before, where, after = source.partition(low)
    joined = f"{before.format(**names)} CROSS JOIN {made} t{where}{after}"
    return f"INSERT INTO {_copy(model)} ({columns}) SELECT {told} {joined}"


def _random(length: int) -> str:
    """So many random bytes, as our column of them takes them."""
    if connection.vendor == "sqlite":
        return f"lower(hex(randomblob({length})))"
    return "gen_random_uuid()" if length == 16 else "md5(random()::text) || md5(random()::text)"
