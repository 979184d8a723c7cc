"""The due time the database keeps for lists is always the one that counts now, whoever wrote the case."""

from dataclasses import replace

import pytest

from loop import callbacks, correspondence, customer, workflow
from loop.models import Case
from tests import factories
from tests.factories import NOW, later
from tests.feedback import sendings

pytestmark = pytest.mark.django_db


def kept(case):
    return Case.objects.values_list("next_due_at", flat=True).get(pk=case.pk)


def test_it_is_the_first_contact_while_new_and_the_resolution_after_that(people):
    case = factories.case(owner=people.agent)
    assert kept(case) == case.contact_due_at

    reached = factories.reach(case, now=later(hours=1))
    assert kept(case) == reached.resolve_due_at != case.contact_due_at

    solved = factories.resolve(reached, now=later(hours=2))
    again = workflow.reopen(case_id=solved.pk, reason="Not solved", actor=None, now=later(days=20))
    assert kept(case) == again.due_at > later(days=20)


def test_a_write_past_every_door_cannot_forget_it(people):
    case = factories.case(owner=people.agent)

    Case.objects.filter(pk=case.pk).update(contact_due_at=later(hours=5))

    assert kept(case) == later(hours=5)


def test_overdue_is_what_is_past_it(people):
    case = factories.case(owner=people.agent)
    due = case.contact_due_at

    assert list(Case.objects.overdue(due)) == []
    assert list(Case.objects.overdue(due.replace(year=due.year + 1))) == [case]
    factories.unreached_case(owner=people.agent, now=later(days=-90))
    assert len(Case.objects.overdue(due)) == 0


class TestWaitingForTheCustomer:
    def test_who_was_written_to_is_waited_for_until_reached(self, people):
        case = factories.case(owner=people.agent)
        assert case.waiting_since is None

        case = write(case)
        assert case.waiting_since == later(hours=1)

        case = attempt(case, "phone", reached=False)
        assert case.waiting_since == later(hours=1)  # the mail still waits for its answer

        assert attempt(case, "phone", reached=True).waiting_since is None

    def test_a_call_nobody_answered_is_no_waiting(self, people):
        assert attempt(factories.case(owner=people.agent), "phone", reached=False).waiting_since is None

    def test_a_closed_case_waits_for_nobody(self, people):
        case = write(factories.case(owner=people.agent))

        workflow.withdraw(case_id=case.pk, reason="A test", actor=None, now=later(hours=2))

        assert Case.objects.get(pk=case.pk).waiting_since is None

    def test_the_customers_own_word_ends_it(self, people):
        eva = factories.contact(account=factories.account(owner=people.agent))
        asked = sendings.invite(eva)
        sendings.take(asked, 2, comment="bad")
        write(Case.objects.get())

        sendings.take(asked, 4, seconds=7200, comment="Here I am.")

        assert Case.objects.get().waiting_since is None

    @pytest.mark.parametrize(
        "said",
        [
            lambda case: correspondence.receive(LETTER, case_id=case.pk, now=later(hours=2)),
            lambda case: customer.write(case.customer_page, "Here I am.", now=later(hours=2)),
            lambda case: customer.wish(case.customer_page, "email", now=later(hours=2)),
            lambda case: customer.ask_for_somebody_else(case.customer_page, now=later(hours=2)),
            lambda case: customer.change_phone(case.customer_page, "+46 70 174 06 05", now=later(hours=2)),
            lambda case: book(case, None),
            lambda case: book(case, case.owner),
        ],
        ids=["mail", "words", "wish", "somebody else", "number", "call", "call by phone"],
    )
    def test_so_does_whatever_way_they_choose(self, people, said):
        case = write(factories.case(owner=people.agent))
        said(case)
        assert Case.objects.get().waiting_since is None

    def test_a_machines_mail_does_not(self, people):
        case = write(factories.case(owner=people.agent))
        letter = replace(LETTER, is_automatic=True)
        correspondence.receive(letter, case_id=case.pk, now=later(hours=2))
        assert Case.objects.get().waiting_since is not None


LETTER = correspondence.Letter(key="<1@x>", address="eva@home.example", name="Eva", subject="Re: x", text="Yes.")


def book(case, actor):
    starts_at = callbacks.times_for(case, now=later(hours=2))[0]
    callbacks.book(case_id=case.pk, starts_at=starts_at, actor=actor, now=later(hours=2))


def write(case):
    return attempt(case, "email", reached=False)


def attempt(case, channel, *, reached):
    workflow.attempt(case_id=case.pk, channel=channel, reached=reached, actor=None, now=NOW.replace(hour=NOW.hour + 1))
    return Case.objects.get(pk=case.pk)
