"""What the rows of the inbox show is read with them, by one statement, whatever there is to show."""

import pytest
from django.template.loader import render_to_string

from feedback.models import Contact
from loop import customer, customer_pages, inbox
from loop.inbox_filters import Wanted
from loop.models import Case, Outcome, StudyTurn, User
from tests import factories
from tests.factories import NOW, later
from tests.loop.test_studies import drawn_case, start

pytestmark = pytest.mark.django_db


def shown(user: User, tab: str) -> str:
    """The rows of a list, after it has been read."""
    page = inbox.page(user, Wanted(tab=tab), NOW)
    cases = [case for group in page.groups for case in group.cases]
    return " ".join(
        render_to_string("loop/inbox/_row.html", {"case": case, "user": user, "now": NOW}) for case in cases
    )


def test_open_cases_of_every_kind_are_shown_without_asking_again(people, django_assert_num_queries):
    start()
    drawn_case(people, StudyTurn.LATER)
    factories.response(2, contact=None, respondent_name="Ola by himself")
    nameless = factories.case(owner=people.agent, contact_name="Bo").contact
    Contact.objects.filter(pk=nameless.pk).update(name="", email="bo@customer.example")
    lonely = factories.case(owner=people.colleague, contact_name="Li without account")
    Case.objects.filter(pk=lonely.pk).update(account=None)
    written = factories.case(owner=people.agent, contact_name="Åsa")
    customer.wish(customer_pages.page_of(written, now=NOW), "email", now=NOW)

    with django_assert_num_queries(3):  # which are for us to act on, their rows, and which wait for the customer
        rows = shown(people.leader, "everyone")

    for told in ("Ola by himself", "bo@customer.example", "Li without account", "Åsa", "call from", "by e-mail"):
        assert told in rows


def test_closed_cases_are_too_with_their_outcome(people, django_assert_num_queries):
    closed = factories.resolved_case(owner=people.agent, contact_name="Karin Åker")
    Outcome.objects.create(case=closed, verdict="no_answer", before=3, at=later(days=30))

    with django_assert_num_queries(2):
        rows = shown(people.leader, "resolved")

    assert "Karin Åker" in rows
    assert "no answer" in rows


def test_a_row_is_a_whole_case_whose_state_stays_protected(people):
    factories.case(owner=people.agent)
    row = Case.objects.for_rows().get()

    assert not row.get_deferred_fields()
    with pytest.raises(AttributeError, match="state"):
        row.state = "resolved"
