import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def read_from_the_timeline(apps, schema_editor):
    """Cases that went to a lead before this column was there say so in their story."""
    Case, CaseEvent = apps.get_model("loop", "Case"), apps.get_model("loop", "CaseEvent")
    taken = CaseEvent.objects.filter(kind="assigned", data__has_key="instead_of").order_by("pk")
    for case_id, data in taken.values_list("case_id", "data").iterator():
        if data["instead_of"] is not None:
            found = Case.objects.filter(pk=case_id).exclude(owner=data["instead_of"])
            found.update(instead_of=data["instead_of"])


class Migration(migrations.Migration):

    dependencies = [
        ('loop', '0012_quiet_hours'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='instead_of',
            field=models.ForeignKey(blank=True, db_index=False, help_text='Past whom it went to the lead. They see it once it is given to them, and in nobody\'s place before.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(read_from_the_timeline, migrations.RunPython.noop, elidable=True),
    ]
