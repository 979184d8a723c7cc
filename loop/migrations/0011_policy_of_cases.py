"""Cases that are there already keep the policy and the calendar they were opened under: the default ones."""

from django.db import migrations


def fill(apps, schema_editor):
    using = schema_editor.connection.alias
    policy = apps.get_model("loop", "SlaPolicy").objects.using(using).filter(is_default=True).first()
    if policy is not None:
        cases = apps.get_model("loop", "Case").objects.using(using)
        cases.filter(policy=None).update(policy=policy, calendar=policy.calendar_id)


class Migration(migrations.Migration):
    dependencies = [("loop", "0010_policies_and_holds")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
