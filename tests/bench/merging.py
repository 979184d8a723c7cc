"""What could the database do with the rows of a file, read by Python's csv, staged, and merged by SQL alone?

The tables have the indexes of ours; nothing is checked, decided or looked up but who answered, and whether it is new.
"""

import csv
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

CHUNK = 50_000  # rows in one transaction

_TABLES = """
CREATE TABLE merged_contact (id {key}, email TEXT NOT NULL UNIQUE);
CREATE TABLE merged_answer
    (id {key}, contact INTEGER, source TEXT, external_id TEXT, score INTEGER, comment TEXT, at TEXT);
CREATE UNIQUE INDEX merged_answer_once ON merged_answer (source, external_id);
CREATE INDEX merged_answer_contact ON merged_answer (contact, at);
CREATE INDEX merged_answer_at ON merged_answer (at);
CREATE TABLE merged_case (id {key}, answer INTEGER NOT NULL UNIQUE, state TEXT, owner INTEGER, due TEXT);
CREATE INDEX merged_case_due ON merged_case (state, due);
CREATE TABLE merged_event (id {key}, answer INTEGER, kind TEXT, at TEXT, data TEXT);
CREATE INDEX merged_event_answer ON merged_event (answer, at);
CREATE TABLE staged (external_id TEXT, score INTEGER, comment TEXT, at TEXT, email TEXT)
"""
_MERGE = """
INSERT INTO merged_contact (email) SELECT DISTINCT email FROM staged WHERE true ON CONFLICT (email) DO NOTHING;
INSERT INTO merged_answer (contact, source, external_id, score, comment, at)
    SELECT c.id, 'import', s.external_id, s.score, s.comment, s.at FROM staged s
    JOIN merged_contact c ON c.email = s.email
    ON CONFLICT (source, external_id) DO NOTHING;
INSERT INTO merged_case (answer, state, owner, due)
    SELECT a.id, 'new', 1, a.at FROM staged s
    JOIN merged_answer a ON a.source = 'import' AND a.external_id = s.external_id
    WHERE s.score <= 6 ON CONFLICT (answer) DO NOTHING;
INSERT INTO merged_event (answer, kind, at, data)
    SELECT a.id, k.kind, a.at, '{{}}' FROM staged s
    JOIN merged_answer a ON a.source = 'import' AND a.external_id = s.external_id
    CROSS JOIN (SELECT 'opened' AS kind UNION ALL SELECT 'assigned') k WHERE s.score <= 6;
DELETE FROM staged
"""


def make_tables() -> None:
    """Empty ones, whether they were there or not."""
    key = "BIGSERIAL PRIMARY KEY" if connection.vendor == "postgresql" else "INTEGER PRIMARY KEY AUTOINCREMENT"
    with connection.cursor() as cursor:
        for name in ("merged_contact", "merged_answer", "merged_case", "merged_event", "staged"):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _TABLES.format(key=key).split(";"):
            cursor.execute(statement)


def merge(path: Path) -> None:
    """Put the answers of a file into these tables, with a case and two lines for each low score."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        while rows := list(islice(lines, CHUNK)):
            with transaction.atomic(), connection.cursor() as cursor:
                _stage(cursor, rows)
                for statement in _MERGE.format().split(";"):
                    cursor.execute(statement)


def _stage(cursor: Any, rows: list[list[str]]) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy("COPY staged (external_id, score, comment, at, email) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        cursor.executemany("INSERT INTO staged VALUES (%s, %s, %s, %s, %s)", rows)
