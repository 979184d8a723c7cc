"""What the reminders of promises and of the next try say, and that many of them leave none out."""

import pytest
from django.core import mail as outgoing

from loop import reminders, workflow
from notifications import announce, delivery
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db

FRIDAY, OVERDUE = later(hours=22.8), later(days=4)


def sent(now):
    """Subject and text of what leaves."""
    reminders.remind_due(now=now)
    announce.announce_missed(now=now)
    before = len(outgoing.outbox)
    delivery.deliver_due(now=now)
    return [(mail.subject, mail.body) for mail in outgoing.outbox[before:]]


@pytest.fixture
def case(people):
    return factories.contacted_case(owner=people.agent, contact_name="Eva Lind")


def test_a_reminder_says_what_was_promised_and_for_when(case):
    factories.promised(case, "A new invoice", days=4)
    [(subject, text)] = [mail for mail in sent(FRIDAY) if "Promised" in mail[0]]
    assert subject.startswith("Promised for Mon 23 Nov 09:12: Eva Lind")
    assert "“A new invoice” was promised to this customer for Monday 23 November, 09:12." in text


def test_an_overdue_one_says_who_promised_to_the_lead_as_well(case):
    factories.promised(case, "A new invoice", days=4)
    mails = [mail for mail in sent(OVERDUE) if "Promise overdue" in mail[0]]
    assert len(mails) == 2
    assert all("Anna promised this customer “A new invoice”" in text for _subject, text in mails)


def test_the_next_try_says_what_it_is_for(people):
    case = factories.case(owner=people.agent, contact_name="Eva Lind")
    workflow.plan_next(case_id=case.pk, at=later(hours=2), reason="Back from lunch.", actor=None, now=later(hours=1))
    [(subject, text)] = [mail for mail in sent(later(hours=2)) if "Next try" in mail[0]]
    assert subject == "Next try Thu 19 Nov 11:12: Eva Lind, " + case.account.name
    assert "Back from lunch." in text
