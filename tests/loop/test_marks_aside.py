"""The triggers that mark cases stand aside for a migrate, and what they may have missed is read anew."""

import pytest
from django.core.management import call_command
from django.db import connection

from loop import case_packs, guards
from loop.case_columns import SHAPE
from loop.models import Case, CaseMark, CasePack, Outcome
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def as_they_were():
    yield
    call_command("migrate", verbosity=0)
    guards.install()


def marks():
    return CaseMark.objects.count()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite rebuilds a table to change it")
def test_a_migration_may_rebuild_the_tables_they_name(people):
    case = factories.case(owner=people.agent)
    guards.set_marks_aside()
    with connection.schema_editor() as editor:
        editor._remake_table(Case)
        editor._remake_table(Outcome)
    guards.install()
    before = marks()
    Case.objects.filter(pk=case.pk).update(team=None)
    assert marks() == before + 1


def test_after_a_migrate_every_case_is_read_from_its_row_until_it_is_packed(people):
    factories.case(owner=people.agent)
    case_packs.pack(now=NOW)
    assert set(CasePack.objects.values_list("shape", flat=True)) == {SHAPE}
    guards.set_marks_aside()
    Case.objects.update(team=None)  # marked by nobody
    guards.install()
    case_packs.doubt_all(using="default")
    assert set(CasePack.objects.values_list("shape", flat=True)) == {0}


def test_migrated_back_to_nothing_and_forward_again_the_database_can_be_written():
    call_command("migrate", "loop", "zero", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE feedback_response SET score = 2 WHERE score = 3")  # what is left can be
    call_command("migrate", verbosity=0)
    factories.case()
    assert marks() == 1
