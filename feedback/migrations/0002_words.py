"""Indexes that find part of a word, on PostgreSQL; SQLite reads the rows, which is fast enough there.

They stand here and not in the models because SQLite knows no such index. `upper(...)` is what a search compares.
"""

from django.db import migrations

INDEXES = {
    "contact_name_words": "feedback_contact USING gin (upper(name::text) gin_trgm_ops)",
    "contact_email_words": "feedback_contact USING gin (upper(email::text) gin_trgm_ops)",
    "account_name_words": "feedback_account USING gin (upper(name::text) gin_trgm_ops)",
    # Only answers that can have a case are searched: a tenth of all, and importing the others stays as fast as it was.
    "response_comment_words": "feedback_response USING gin (upper(comment::text) gin_trgm_ops) "
    "WHERE category = 'detractor' OR wants_callback OR revised_at IS NOT NULL",
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for name, on in INDEXES.items():
        schema_editor.execute(f"CREATE INDEX {name} ON {on}")


def drop(apps, schema_editor):
    """The extension stays: somebody else may use it."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):

    replaces = [("feedback", "0010_words")]

    dependencies = [
        ("feedback", "0001_tables"),
    ]

    operations = [
        migrations.RunPython(make, drop),
    ]
