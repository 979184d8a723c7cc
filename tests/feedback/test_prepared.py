"""A prepared query gives what the query gives, each time it is asked: fresh rows, of the values it is asked with."""

from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from feedback.models import Account, Contact
from feedback.prepared import Prepared
from loop.models import Absence, AccountOwner, User
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

DAY = NOW.date()


@pytest.fixture
def of_account():
    return Prepared(
        lambda account: Contact.objects.select_related("account").filter(account=account).order_by("name"), account=int
    )


def test_it_is_answered_anew_for_each_value_with_what_goes_along(of_account, django_assert_num_queries):
    fjord, vik = factories.account("Fjord"), factories.account("Vik")
    for name, account in (("Eva", fjord), ("Bo", fjord), ("Siv", vik)):
        factories.contact(name, account=account)
    of_account.all(account=fjord.pk)
    with django_assert_num_queries(2):
        found = [of_account.all(account=one.pk) for one in (fjord, vik)]
        told = [[(each.name, each.account.name) for each in those] for those in found]
    assert told == [[("Bo", "Fjord"), ("Eva", "Fjord")], [("Siv", "Vik")]]
    assert of_account.first(account=0) is None


def test_it_sees_what_was_changed_since_and_what_it_gives_can_be_changed(of_account):
    fjord = factories.account("Fjord")
    eva = factories.contact("Eva", account=fjord)
    found = of_account.first(account=fjord.pk)
    found.name = "Eva Lund"
    found.save()
    assert (of_account.first(account=fjord.pk).name, Contact.objects.get(pk=eva.pk).name) == ("Eva Lund", "Eva Lund")


def test_dates_and_words_are_asked_with_as_the_database_writes_them(people):
    factories.account(owner=people.agent)
    Absence.objects.create(user=people.agent, starts_on=DAY, ends_on=DAY + timedelta(days=3))
    away = Prepared(
        lambda day, email: AccountOwner.objects.annotate(
            is_away=Exists(Absence.objects.filter(user=OuterRef("user"), ends_on__gte=day)), address=F("user__email")
        ).filter(user__email=email),
        day=date, email=str,
    )  # fmt: skip
    said = {days: away.first(day=DAY + timedelta(days=days), email=people.agent.email).is_away for days in (0, 3, 4)}
    assert said == {0: True, 3: True, 4: False}
    assert away.first(day=DAY, email="Nobody@loop.example") is None


def test_a_value_cannot_become_part_of_the_statement():
    named = Prepared(lambda name: Account.objects.filter(name=name), name=str)
    bold = factories.account("x' OR '1'='1")
    assert named.first(name=bold.name) == bold
    assert named.all(name="' OR '1'='1") == []


@pytest.mark.parametrize("values", [{}, {"account": "1"}, {"account": None}, {"account": 1, "name": "Eva"}])
def test_a_value_that_is_missing_or_of_another_type_is_refused(of_account, values):
    with pytest.raises(TypeError):
        of_account.all(**values)


def test_a_value_the_query_does_not_use_is_a_mistake():
    with pytest.raises(RuntimeError, match="does not ask with"):
        Prepared(lambda name: User.objects.all(), name=str).all(name="Anna")


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_on_its_own_connection(of_account):
    fjord = factories.account("Fjord")
    factories.contact("Eva", account=fjord)
    seen = []

    def ask():
        seen.extend([len(of_account.all(account=fjord.pk)) for _time in range(20)])
        connection.close()

    threads = [Thread(target=ask) for _ in range(4)]
    with transaction.atomic():
        factories.contact("Bo", account=fjord)  # seen by nobody else before the commit
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(of_account.all(account=fjord.pk)) == 2
    assert seen == [1] * 80
