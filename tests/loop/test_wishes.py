"""A customer who asked for a call or agreed on one, and then says that nobody should: every list and mail knows."""

import csv
import io

import pytest
from django.test import Client

from loop import callbacks, customer, inbox, wishes
from loop.models import Case
from notifications import announce, facts
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(people):
    """Bea wants to be called."""
    bea = factories.contact("Bea", account=factories.account(owner=people.agent), phone="+46 70 174 06 05")
    return factories.response(3, contact=bea, wants_callback=True).case


@pytest.fixture
def agreed(people):
    """Carl did not ask, and has agreed on a time."""
    case = factories.case(3, owner=people.agent, contact_name="Carl")
    callbacks.book(case_id=case.pk, starts_at=callbacks.times_for(case, now=NOW)[0], actor=people.agent, now=NOW)
    return case


def refuse(case):
    customer.wish(case.customer_page, "no_call", now=later(minutes=1))


def listed(user):
    wanted = inbox.Wanted(tab="mine", callback=True)
    return set(inbox.cases_in_view(user, wanted, NOW).values_list("pk", flat=True))


def test_is_one_question_for_a_case_and_for_a_list(people, asked, agreed):
    factories.case(owner=people.agent)
    assert listed(people.agent) == {asked.pk, agreed.pk}
    for case in (asked, agreed):
        refuse(case)
    assert listed(people.agent) == set()
    for case in Case.objects.all():
        assert not wishes.is_call_wanted(case)
        assert not wishes.is_call_wanted(Case.objects.for_display().get(pk=case.pk))


def test_the_inbox_and_the_export_go_by_it(people, asked):
    client = Client()
    client.force_login(people.agent)
    assert "wants a call" in client.get("/cases/").content.decode()
    refuse(asked)
    assert "wants a call" not in client.get("/cases/").content.decode()
    assert "wants a call" not in client.get(f"/cases/{asked.pk}/").content.decode()
    (row,) = csv.DictReader(io.StringIO(b"".join(client.get("/cases/export/")).decode("utf-8-sig")))
    assert (row["wants_callback"], row["wish"]) == ("no", "no_call")


def test_a_mail_to_our_people_says_the_wish_instead(people, asked):
    def told():
        announce.announce_missed(now=NOW)
        return facts.of_case(Message.objects.filter(kind="case_assigned", user=people.agent).get())

    assert (told()["wants_callback"], told()["standing_wish"]) == (True, "")
    refuse(asked)
    assert (told()["wants_callback"], told()["standing_wish"]) == (False, "no call, please")
