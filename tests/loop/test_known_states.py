"""Does a migrate say so where it would leave a database of before the first release half done?"""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def applied(package):
    return MigrationRecorder(connection).migration_qs.filter(app=package)


def test_one_that_has_all_of_them_goes_on(db):
    applied("loop").filter(name="0001_tables").delete()  # as the last commit with all of them left it
    call_command("migrate", verbosity=0)
    assert applied("loop").filter(name="0001_tables").exists()


@pytest.mark.parametrize(("package", "name"), [("loop", "0021_file_pulls"), ("feedback", "0020_answer_packs")])
def test_one_that_lacks_some_is_refused_with_what_to_do(package, name):
    applied(package).filter(name__in=[name, "0001_tables"]).delete()
    with pytest.raises(CommandError, match=rf"(?s)lacks {package}\.{name}.*of commit \w+ first"):
        call_command("migrate", verbosity=0, skip_checks=False)
