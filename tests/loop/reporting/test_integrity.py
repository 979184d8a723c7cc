"""What is worth a look before figures are believed: each line with its rows, and only those its reader may see."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.http import QueryDict

from feedback import contacts, waves
from loop import workflow
from loop.models import Case, RootCause
from loop.reporting.filters import parse
from loop.reporting.integrity import integrity_report
from tests import factories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db
LATER = later(days=60)


def rows(reader, key: str) -> set[int]:
    found = integrity_report(reader, parse(QueryDict(""), now=LATER), LATER)
    line = next(line for line in found.lines if line.key == key)
    assert line.count == len(line.rows)
    return {row.pk for row in line.rows}


def called(case: Case, note: str, *, at=NOW) -> Case:
    return workflow.attempt(case_id=case.pk, channel="phone", reached=True, note=note, actor=case.owner, now=at)


class TestCases:
    def test_contacted_without_an_attempt(self, people):
        Case.objects.filter(pk=factories.case(owner=people.agent).pk).update(
            version=F("version") + 1, state="contacted", contacted_at=later(hours=1)
        )
        factories.contacted_case(owner=people.agent)
        assert len(rows(people.leader, "contacted_without_attempt")) == 1

    def test_from_new_to_resolved_within_a_minute(self, people):
        billing = RootCause.objects.get(key="billing")
        for seconds in (59, 61):
            case = called(factories.case(owner=people.agent), "Spoke.", at=later(hours=1))
            at = later(hours=1) + timedelta(seconds=seconds)
            workflow.resolve(case_id=case.pk, root_cause=billing, summary="Done.", actor=None, now=at)
        assert len(rows(people.leader, "resolved_at_once")) == 1

    def test_the_same_words_about_two_customers(self, people):
        long = "Spoke about the invoice and sent a new one."
        first, second = (called(factories.case(owner=people.agent), long) for _ in range(2))
        called(factories.case(owner=people.other_agent), long)  # somebody else's words
        for _ in range(2):
            called(factories.case(owner=people.agent), "No answer.")  # alike by chance
        assert rows(people.leader, "same_notes") == {first.pk, second.pk}

    def test_one_call_about_two_cases_of_a_customer_is_none(self, people):
        customer = factories.account(owner=people.agent)
        for _ in range(2):
            case = factories.response(3, contact=factories.contact(account=customer)).case
            called(Case.objects.get(pk=case.pk), "Spoke with both of them about the invoice.")
        assert rows(people.leader, "same_notes") == set()


class TestContacts:
    def wave(self, *, at) -> None:
        wave = waves.draft(survey=factories.survey(), share="1/1", seed=1, starts_on=later(days=30).date(), now=at)
        waves.plan(wave, now=at)

    def contact(self, people):
        return factories.contact(account=factories.account(owner=people.agent))

    def test_opted_out_in_the_two_weeks_before(self, people):
        soon, long_ago = self.contact(people), self.contact(people)
        contacts.opt_out(soon, now=later(days=10), reason="asked us")
        contacts.opt_out(long_ago, now=later(days=1), reason="asked us")
        self.wave(at=later(days=20))
        assert rows(people.leader, "opted_out_before") == {soon.pk}

    def test_an_address_that_changed_in_the_two_weeks_before(self, people):
        soon, long_ago, name_only = (self.contact(people) for _ in range(3))
        for contact, day in ((soon, 10), (long_ago, 1)):
            contacts.upsert_contact(
                external_id=contact.external_id, email=f"new{contact.pk}@customer.example", now=later(days=day)
            )
        contacts.upsert_contact(external_id=name_only.external_id, name="Bo", now=later(days=10))
        self.wave(at=later(days=20))
        assert rows(people.leader, "address_changed_before") == {soon.pk}


class TestWhoSeesWhat:
    def test_rows_are_those_of_the_reader(self, people):
        for owner in (people.agent, people.other_agent):
            case = factories.case(owner=owner)
            Case.objects.filter(pk=case.pk).update(
                version=F("version") + 1, state="contacted", contacted_at=later(hours=1)
            )
        seen = {person: len(rows(person, "contacted_without_attempt")) for person in people}
        assert (seen[people.agent], seen[people.lead], seen[people.other_lead]) == (1, 1, 1)
        assert (seen[people.leader], seen[people.admin], seen[people.colleague]) == (2, 2, 0)

    def test_each_line_leads_to_its_rows_and_accuses_nobody(self, people):
        case = factories.case(owner=people.agent)
        Case.objects.filter(pk=case.pk).update(version=F("version") + 1, state="contacted", contacted_at=later(hours=1))
        page = browser(people.lead).get("/reports/integrity/?from=2026-11-01&to=2026-12-31").content.decode()
        assert f'href="/cases/{case.pk}/"' in page
        assert "good reasons most of the time" in page
