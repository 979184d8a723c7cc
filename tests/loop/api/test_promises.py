"""Calls and promises from outside: outcomes, a next try, and what becomes of a promise."""

import pytest

from loop.models import Promise
from tests import factories, stories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

FAR = "2999-01-01T08:00:00Z"


@pytest.fixture
def promise(people):
    return factories.promised_case(owner=people.agent).promises.get()


def test_an_attempt_may_say_how_it_went_and_what_was_answered(write, people):
    case = factories.case(owner=people.agent)
    body = {"channel": "phone", "reached": True, "outcome": "reached", "answers": {"leaving": True}}
    assert write.post(f"cases/{case.pk}/attempt/", body).json()["state"] == "contacted"
    [told] = stories.told(case, "attempt")
    assert told["answers"][0]["question"] == "Is the customer thinking of leaving?"


def test_a_next_try_is_planned_and_dropped(write, people):
    case = factories.case(owner=people.agent)
    at = "2999-01-01T08:00:00Z"
    refused = write.post(f"cases/{case.pk}/plan_next/", {"at": at})
    assert list(refused.json()["errors"]) == ["at"]
    assert write.post(f"cases/{case.pk}/plan_next/", {"at": None}).json()["next_try_at"] is None


class TestAPromise:
    def test_is_kept_once(self, write, promise):
        kept = write.post(f"promises/{promise.pk}/keep/", {})
        assert (kept.status_code, kept.json()["promise_due_at"]) == (200, None)
        again = write.post(f"promises/{promise.pk}/keep/", {})
        assert again.status_code == 409

    def test_is_taken_back_with_a_reason(self, write, promise):
        assert write.post(f"promises/{promise.pk}/withdraw/", {}).status_code == 400
        assert write.post(f"promises/{promise.pk}/withdraw/", {"reason": "Found it."}).status_code == 200

    def test_is_left_alone_on_a_stale_version(self, write, promise):
        stale = write.post(f"promises/{promise.pk}/keep/", {"version": 1})
        assert (stale.status_code, stale.json()["version"]) == (409, promise.case.version)
        assert Promise.objects.get().is_unkept

    def test_is_read_with_its_case(self, read, promise):
        [told] = read.get(f"cases/{promise.case_id}/").json()["promises"]
        assert (told["what"], told["promised_by"], told["ending"]) == ("A new invoice", "anna@loop.example", "")

    def test_makes_resolving_say_why(self, write, people):
        case = factories.promised(factories.contacted_case(owner=people.agent))
        body = {"root_cause": "billing", "summary": "Credited."}
        refused = write.post(f"cases/{case.pk}/resolve/", body)
        assert list(refused.json()["errors"]) == ["promises_reason"]
        done = write.post(f"cases/{case.pk}/resolve/", {**body, "promises_reason": "It follows."})
        assert done.json()["state"] == "resolved"

    def test_is_out_of_sight_for_other_teams_and_not_for_who_only_look(self, people, promise):
        assert signed_in(people.other_agent).post(f"promises/{promise.pk}/keep/", {}).status_code == 404
        assert signed_in(people.leader).post(f"promises/{promise.pk}/keep/", {}).status_code == 403
        assert signed_in(people.lead).post(f"promises/{promise.pk}/keep/", {}).status_code == 200
