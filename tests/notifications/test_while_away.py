"""Who is told of a promise, or of mail that came back, while whoever made it or looks after them is away."""

import pytest

from loop import customer, customer_pages, promises, sweeping, timeline
from loop.models import CaseEvent
from loop.models.event import EventKind
from notifications import audience
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def reminder(people) -> CaseEvent:
    """Of what Lars promised the customer of Anna's case."""
    case = factories.case(owner=people.agent)
    promises.promise(
        case_id=case.pk, what="A visit", due_at=later(days=2), promised_by=people.lead, actor=people.lead, now=NOW
    )
    data = promises.facts(case.promises.get())
    return timeline.record(case, EventKind.REMINDER_PROMISE, actor=None, now=later(days=1), data=data)


def told(event):
    return [user.name for user in audience.who_promised(event, NOW)]


class TestAPromise:
    def test_is_told_to_whoever_made_it_and_to_the_owner(self, reminder):
        assert told(reminder) == ["Lars", "Anna"]

    def test_is_told_to_who_stands_in_for_whoever_made_it(self, people, reminder):
        factories.away(people.lead, substitute=people.colleague)
        assert told(reminder) == ["Kim", "Anna"]

    def test_is_told_to_the_owner_alone_where_nobody_does(self, people, reminder):
        factories.away(people.lead)
        assert told(reminder) == ["Anna"]


class TestMailThatCameBack:
    @pytest.fixture
    def contact(self, people):
        return factories.contact(account=factories.account(owner=people.agent))

    def test_is_told_to_the_owner(self, people, contact):
        assert audience.owner_of(contact) == [people.agent]

    def test_is_told_to_who_stands_in(self, people, contact):
        factories.away(people.agent, substitute=people.colleague)
        assert audience.owner_of(contact) == [people.colleague]

    def test_is_told_to_the_lead_where_nobody_does(self, people, contact):
        factories.away(people.agent)
        assert audience.owner_of(contact) == [people.lead]

    def test_waits_for_the_owner_where_nobody_is_here(self, people, contact):
        factories.away(people.agent)
        factories.away(people.lead)
        assert audience.owner_of(contact) == [people.agent]


def test_what_a_customer_writes_about_a_closed_case_reaches_those_who_can_open_it(people):
    case = factories.resolved_case(owner=people.agent)
    customer.write(customer_pages.page_of(case, now=NOW), "It is broken again.", now=later(hours=5))
    sweeping.run_all(now=later(hours=5, minutes=1))
    told = {message.user: message.body for message in Message.objects.filter(kind="customer_wrote")}
    assert set(told) == {people.agent, people.lead}
    assert "Open it again" in told[people.lead]
