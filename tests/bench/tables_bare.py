"""Into what is merged at the least? Into tables with a few columns, times as text, and no foreign keys.

They have an index where ours have the most used ones. No table of a product looks like this: it says what is left of
the machine when everything that keeps data right is taken away.
"""

from django.db import connection

from tests.bench import merging

_TABLES = """
CREATE TABLE bare_merged_contact (id {key}, email TEXT NOT NULL UNIQUE);
CREATE TABLE bare_merged_answer
    (id {key}, contact INTEGER, source TEXT, external_id TEXT, score INTEGER, comment TEXT, at TEXT);
CREATE UNIQUE INDEX bare_merged_answer_once ON bare_merged_answer (source, external_id);
CREATE INDEX bare_merged_answer_contact ON bare_merged_answer (contact, at);
CREATE INDEX bare_merged_answer_at ON bare_merged_answer (at);
CREATE TABLE bare_merged_case (id {key}, answer INTEGER NOT NULL UNIQUE, state TEXT, owner INTEGER, due TEXT);
CREATE INDEX bare_merged_case_due ON bare_merged_case (state, due);
CREATE TABLE bare_merged_event (id {key}, answer INTEGER, kind TEXT, at TEXT, data TEXT);
CREATE INDEX bare_merged_event_answer ON bare_merged_event (answer, at)
"""
_NAMES = ("bare_merged_contact", "bare_merged_answer", "bare_merged_case", "bare_merged_event")
_MERGE = """
INSERT INTO bare_merged_contact (email) SELECT DISTINCT email FROM staged WHERE true ON CONFLICT (email) DO NOTHING;
INSERT INTO bare_merged_answer (contact, source, external_id, score, comment, at)
    SELECT c.id, 'import', s.external_id, s.score, s.comment, s.at FROM staged s
    JOIN bare_merged_contact c ON c.email = s.email
    ON CONFLICT (source, external_id) DO NOTHING;
INSERT INTO bare_merged_case (answer, state, owner, due)
    SELECT a.id, 'new', 1, a.at FROM staged s
    JOIN bare_merged_answer a ON a.source = 'import' AND a.external_id = s.external_id
    WHERE s.score <= 6 ON CONFLICT (answer) DO NOTHING;
INSERT INTO bare_merged_event (answer, kind, at, data)
    SELECT a.id, k.kind, a.at, '{}' FROM staged s
    JOIN bare_merged_answer a ON a.source = 'import' AND a.external_id = s.external_id
    CROSS JOIN (SELECT 'opened' AS kind UNION ALL SELECT 'assigned') k WHERE s.score <= 6
"""


def make() -> list[str]:
    """Make the tables, empty; returns what merges into them."""
    key = "BIGSERIAL PRIMARY KEY" if connection.vendor == "postgresql" else "INTEGER PRIMARY KEY AUTOINCREMENT"
    merging.make(_NAMES, _TABLES.format(key=key).split(";"))
    return _MERGE.split(";")
