"""Can a test empty the database, and does the database refuse afterwards what it refused before?"""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from feedback.models import Survey
from loop.models import Case, RootCause
from tests import factories


@pytest.mark.django_db(transaction=True)
def test_a_database_that_was_emptied_has_its_guards_and_defaults_again(people):
    factories.case(owner=people.agent)
    call_command("flush", interactive=False, verbosity=0)
    assert not Case.objects.exists()
    assert Survey.objects.filter(key="relational").exists()
    assert RootCause.objects.filter(key="billing").exists()

    factories.case(owner=factories.user("Anna"))
    with pytest.raises(IntegrityError, match="a case is never deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM loop_case")
    assert Case.objects.count() == 1
