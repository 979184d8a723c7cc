"""One call, three cases: logged and resolved together, all of it or nothing."""

import pytest

from loop import access, together, workflow
from loop.locking import StaleVersion, StepRefused
from loop.models import Case, ContactAttempt, RootCause
from loop.together import Planned, Promised, Seen, Solution
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(people):
    """Three open cases of one account of Anna's."""
    account = factories.account("Fjord AB", owner=people.agent)
    cases = [factories.response(3, contact=factories.contact(account=account)).case for _ in range(3)]
    return [factories.hand_over(case, people.agent) for case in cases]  # her lead has looked at the later two


def seen(*cases):
    return [Seen(case.pk, stories.as_it_is_now(case).version) for case in cases]


def log(people, first, *also, **facts):
    details = {"channel": "phone", "reached": True, "outcome": "reached", "note": "Spoke.", **facts}
    return together.log_call(first=first, also=also, actor=people.agent, now=later(hours=1), **details)


def causes():
    return RootCause.objects.get(key="billing"), RootCause.objects.get(key="price")


class TestOneCall:
    def test_gives_each_case_an_attempt_and_lines_of_its_own(self, people, three):
        done = log(people, *seen(*three))
        assert [case.state for case in done] == ["contacted"] * 3
        assert ContactAttempt.objects.count() == 3
        for case in three:
            assert stories.told(case, "attempt")[0]["note"] == "Spoke."

    def test_leaves_next_try_promise_and_answers_with_the_first(self, people, three):
        log(
            people,
            *seen(*three),
            reached=True,
            answers={"leaving": True},
            promised=Promised("A new invoice", later(days=2)),
            next_try=Planned(later(days=1), "Check"),
        )
        first, *others = (stories.as_it_is_now(case) for case in three)
        assert (first.promise_due_at, first.next_try_at) == (later(days=2), later(days=1))
        assert stories.told(first, "attempt")[0]["answers"][0]["answer"] is True
        assert all(case.promise_due_at is None and case.next_try_at is None for case in others)

    def test_stops_whole_when_one_was_changed_meanwhile(self, people, three):
        read = seen(*three)
        workflow.note(case_id=three[2].pk, text="Me first.", actor=people.lead, now=NOW)
        with pytest.raises(StaleVersion) as no:
            log(people, *read)
        assert no.value.case.pk == three[2].pk
        assert not ContactAttempt.objects.exists()

    def test_stops_whole_when_what_follows_is_refused(self, people, three):
        with pytest.raises(StepRefused) as no:
            log(people, *seen(*three), promised=Promised("A new invoice", NOW))
        assert no.value.field == "promise_due_at"
        assert not ContactAttempt.objects.exists()
        assert {case.state for case in Case.objects.all()} == {"new"}

    def test_is_for_one_account(self, people, three):
        stranger = factories.case(owner=people.agent)
        with pytest.raises(StepRefused, match="same account") as no:
            log(people, *seen(three[0], stranger))
        assert no.value.field == "also"

    def test_is_for_cases_one_may_act_on(self, people, three):
        factories.hand_over(three[1], people.colleague)
        with pytest.raises(access.NotAllowed):
            log(people, *seen(*three))
        assert not ContactAttempt.objects.exists()


class TestResolvingTogether:
    @pytest.fixture
    def contacted(self, people, three):
        log(people, *seen(*three))
        return three

    def resolve(self, people, *cases, **facts):
        billing, _price = causes()
        first, *also = seen(*cases)
        details = {"root_cause": billing, "summary": "Credited.", **facts}
        return together.resolve(first=first, also=also, actor=people.agent, now=later(hours=2), **details)

    def test_shares_cause_and_words_unless_one_has_others(self, people, contacted):
        _billing, price = causes()
        differing = {contacted[1].pk: Solution(price, "A better plan.")}
        done = self.resolve(people, *contacted, differing=differing)
        assert [(case.root_cause.key, case.summary) for case in done] == [
            ("billing", "Credited."), ("price", "A better plan."), ("billing", "Credited.")
        ]  # fmt: skip

    def test_stops_whole_when_one_has_an_unkept_promise(self, people, contacted):
        factories.promised(stories.as_it_is_now(contacted[2]))
        with pytest.raises(StepRefused) as no:
            self.resolve(people, *contacted)
        assert no.value.field == "promises_reason"
        assert not Case.objects.filter(state="resolved").exists()
        assert len(self.resolve(people, *contacted, promises_reason="It follows.")) == 3
