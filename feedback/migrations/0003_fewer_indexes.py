"""The index of answers by contact alone goes: `response_by_contact` begins with the contact and finds the same.

Each index is one more place to write for every answer. On PostgreSQL nobody waits while it goes.
"""

import django.db.models.deletion
from django.db import migrations, models

GOES = {"feedback_response_contact_id_277b4928": "feedback_response (contact_id)"}


def drop(apps, schema_editor):
    concurrently = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    for name in GOES:
        schema_editor.execute(f"DROP INDEX {concurrently} IF EXISTS {name}")


def make(apps, schema_editor):
    concurrently = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    for name, on in GOES.items():
        schema_editor.execute(f"CREATE INDEX {concurrently} IF NOT EXISTS {name} ON {on}")


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('feedback', '0002_words'),
    ]

    operations = [
        # Left to Django, SQLite would write the whole table anew.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, make)],
            state_operations=[
                migrations.AlterField(
                    model_name='response',
                    name='contact',
                    field=models.ForeignKey(blank=True, db_index=False, help_text='Empty for anonymous answers, such as those of an imported file without names.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='feedback.contact'),
                ),
            ],
        ),
    ]
