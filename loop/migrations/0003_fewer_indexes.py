"""Two indexes go that others begin with: cases by contact (`case_of_contact`) and events by case (`event_story`).

Each index is one more place to write for every case. On PostgreSQL nobody waits while they go.
"""

import django.db.models.deletion
from django.db import migrations, models

GO = {
    "loop_case_contact_id_8f7d5c53": "loop_case (contact_id)",
    "loop_caseevent_case_id_8e746d7d": "loop_caseevent (case_id)",
}


def drop(apps, schema_editor):
    concurrently = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    for name in GO:
        schema_editor.execute(f"DROP INDEX {concurrently} IF EXISTS {name}")


def make(apps, schema_editor):
    concurrently = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    for name, on in GO.items():
        schema_editor.execute(f"CREATE INDEX {concurrently} IF NOT EXISTS {name} ON {on}")


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('feedback', '0003_fewer_indexes'),
        ('loop', '0002_import_via'),
    ]

    operations = [
        # Left to Django, SQLite would write the whole tables anew.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, make)],
            state_operations=[
                migrations.AlterField(
                    model_name='case',
                    name='contact',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='feedback.contact'),
                ),
                migrations.AlterField(
                    model_name='caseevent',
                    name='case',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='loop.case'),
                ),
            ],
        ),
    ]
