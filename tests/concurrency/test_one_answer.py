"""A customer double-clicks, a survey tool repeats itself, two workers sweep: one answer, one case."""

import pytest
from django.db.models import QuerySet

from feedback import contacts, inserting, invitations, responses
from feedback.many_responses import Told, record_many
from feedback.models import Contact, Response, ResponseRevision
from loop import triage
from loop.models import Case, CaseEvent
from tests import factories
from tests.concurrency.racing import Meeting, at_once, failures
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 6


@pytest.fixture
def bea(people):
    return factories.contact("Bea", account=factories.account("Nordlund AB", owner=people.agent))


@pytest.fixture
def submit(bea):
    """Sends the form behind Bea's link, with this score."""
    asked = invitations.invite(survey=factories.survey(), contact=bea, due_at=NOW, now=NOW)

    def send(score):
        return responses.record_response(
            survey=asked.survey, contact=bea, invitation=asked, score=score, source="page", now=NOW
        )

    return send


class TestOneLinkInManyTabs:
    def test_sent_at_once_is_one_answer_and_one_case(self, submit):
        recorded = at_once(*[lambda: submit(3)] * TABS)
        assert failures(recorded) == []
        assert sorted(each.created for each in recorded) == [False] * (TABS - 1) + [True]
        assert (Response.objects.count(), Case.objects.count()) == (1, 1)
        assert not ResponseRevision.objects.exists()
        assert CaseEvent.objects.filter(kind="opened").count() == 1

    def test_sent_at_once_with_different_scores_keeps_every_one_of_them(self, submit):
        scores = [0, 2, 4, 6, 8, 10]
        recorded = at_once(*[lambda score=score: submit(score) for score in scores])
        assert failures(recorded) == []
        stands = Response.objects.get()
        history = list(ResponseRevision.objects.values_list("score", flat=True))
        assert sorted([stands.score, *history]) == scores
        assert Case.objects.count() == 1

    def test_is_one_answer_even_when_both_looked_before_either_wrote(self, submit, monkeypatch):
        meeting = Meeting(2)
        looked = responses._standing

        def look_and_wait(*args):
            found = looked(*args)
            if found is None:
                meeting.wait()
            return found

        monkeypatch.setattr(responses, "_standing", look_and_wait)
        recorded = at_once(lambda: submit(3), lambda: submit(3))
        assert failures(recorded) == []
        assert sorted(each.created for each in recorded) == [False, True]
        assert (Response.objects.count(), Case.objects.count()) == (1, 1)


class TestOneAnswerToldByManyRequests:
    def test_is_stored_once_and_all_are_told_the_same(self, bea):
        def tell(score):
            return responses.record_response(
                survey=factories.survey(), contact=bea, score=score, source="crm", external_id="R-1", now=NOW
            )

        recorded = at_once(*[lambda score=score: tell(score) for score in range(TABS)])
        assert failures(recorded) == []
        assert [each.created for each in recorded].count(True) == 1
        assert {each.response.pk for each in recorded} == {Response.objects.get().pk}
        assert Case.objects.count() == 1


class TestManyAnswersToldByTwoAtOnce:
    def test_in_opposite_order_are_stored_once_and_nobody_waits_for_ever(self, bea, monkeypatch):
        told = [Told(survey=factories.survey(), contact=bea, score=9, source="crm", external_id=n) for n in "abcdef"]
        halfway, insert = Meeting(2), QuerySet.bulk_create

        def insert_by_halves(self, rows):
            if self.model is not Response or len(rows) < 2:
                return insert(self, rows)
            first = insert(self, rows[: len(rows) // 2])
            halfway.wait()
            return first + insert(self, rows[len(rows) // 2 :])

        monkeypatch.setattr(QuerySet, "bulk_create", insert_by_halves)
        monkeypatch.setattr(inserting, "_DEADLOCK", "is not forgiven here")
        recorded = at_once(lambda: record_many(told, now=NOW), lambda: record_many(told[::-1], now=NOW))
        assert failures(recorded) == []
        assert sorted(sum(one.created for one in each) for each in recorded) == [0, len(told)]

    def test_keep_the_order_they_were_told_in(self, bea):
        told = [Told(survey=factories.survey(), contact=bea, score=9, source="crm", external_id=name) for name in "cab"]
        record_many(told, now=NOW)
        assert "".join(Response.objects.order_by("pk").values_list("external_id", flat=True)) == "cab"


class TestManyCustomersAtOnce:
    def test_all_are_stored_and_every_detractor_has_a_case(self, people):
        customers = [factories.contact(account=factories.account(owner=people.agent)) for _ in range(TABS)]
        answered = at_once(*[lambda who=who: factories.response(2, contact=who) for who in customers])
        assert failures(answered) == []
        assert Case.objects.count() == TABS

    def test_one_new_account_told_by_all_of_them_is_one_account(self, db):
        made = at_once(*[lambda: contacts.upsert_account(external_id="A-1", name="Nordlund AB", now=NOW)] * TABS)
        assert failures(made) == []
        assert [created for _account, created in made].count(True) == 1


class TestManySweepsOfOneUndecidedAnswer:
    @pytest.fixture
    def undecided(self, bea):
        response = factories.response(8, contact=bea)
        Response.objects.filter(pk=response.pk).update(score=2, category="detractor", triaged_at=None)

    def sweep(self):
        return at_once(*[lambda: triage.open_missed(now=later(hours=1))] * TABS)

    def test_open_its_case_once(self, undecided):
        assert sorted(self.sweep()) == [0] * (TABS - 1) + [1]
        assert Case.objects.count() == 1

    def test_open_its_case_once_even_without_row_locks(self, undecided, without_row_locks):
        """The database refuses a second case of one response: the lock spares the attempt."""
        assert failures(self.sweep()) == []
        assert Case.objects.count() == 1
        assert CaseEvent.objects.filter(kind="opened").count() == 1


def test_one_new_contact_told_by_all_at_once_is_one_contact(db):
    made = at_once(*[lambda: contacts.upsert_contact(external_id="C-1", email="bea@nordlund.example", now=NOW)] * TABS)
    assert failures(made) == []
    assert Contact.objects.count() == 1
