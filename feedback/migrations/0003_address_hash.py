"""Let the contacts that were here before find the suppression of their address."""

import hashlib

from django.db import migrations

BATCH = 1000


def hash_addresses(apps, schema_editor):
    contacts = apps.get_model("feedback", "Contact").objects.using(schema_editor.connection.alias)
    last = 0
    unhashed = contacts.filter(address_hash="").exclude(email="").order_by("pk").only("pk", "email")
    while batch := list(unhashed.filter(pk__gt=last)[:BATCH]):
        for contact in batch:
            contact.address_hash = hashlib.sha256(contact.email.strip().casefold().encode()).hexdigest()
        contacts.bulk_update(batch, ["address_hash"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_programme")]
    operations = [migrations.RunPython(hash_addresses, migrations.RunPython.noop, elidable=True)]
