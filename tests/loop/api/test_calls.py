"""From outside: a call is agreed, moved and called off, a case is taken, and what the customer wants is read."""

import pytest

from loop import customer
from loop.models import Callback, Case
from tests import factories, stories
from tests.factories import NOW
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

FAR, LATER = "2999-01-01T08:00:00Z", "2999-01-01T08:30:00Z"


@pytest.fixture
def case(people):
    return factories.case(owner=people.agent)


class TestACall:
    def test_is_agreed_and_moved_by_a_key_which_is_not_the_customer(self, write, case):
        said = write.post(f"cases/{case.pk}/call/", {"starts_at": FAR}).json()
        assert (said["callback"]["starts_at"], said["callback"]["owner"]) == (FAR, "anna@loop.example")
        assert (said["version"], said["contact_due_at"][:4]) == (case.version, "2026")  # it moves no due time
        assert write.post(f"cases/{case.pk}/call/", {"starts_at": LATER}).json()["callback"]["starts_at"] == LATER
        [told] = stories.told(case, "callback_moved")
        assert told["by"] == "staff"
        assert told["via"]

    def test_is_called_off_once(self, write, case):
        write.post(f"cases/{case.pk}/call/", {"starts_at": FAR})
        said = write.post(f"cases/{case.pk}/call/cancel/", {})
        assert (said.status_code, said.json()["callback"]) == (200, None)
        assert stories.told(case, "callback_cancelled")[0]["why"] == "staff"
        assert write.post(f"cases/{case.pk}/call/cancel/", {}).status_code == 409

    @pytest.mark.parametrize("at", ["2999-01-01T08:10:00Z", "2020-01-01T08:00:00Z", None, "soon"])
    def test_at_a_time_that_will_not_do_is_refused(self, write, case, at):
        refused = write.post(f"cases/{case.pk}/call/", {"starts_at": at})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["starts_at"])

    def test_at_a_time_that_is_taken_or_of_a_closed_case_conflicts(self, write, people, case):
        write.post(f"cases/{case.pk}/call/", {"starts_at": FAR})
        other = factories.case(owner=people.agent)
        assert write.post(f"cases/{other.pk}/call/", {"starts_at": FAR}).status_code == 409
        closed = factories.resolved_case(owner=people.agent)
        refused = write.post(f"cases/{closed.pk}/call/", {"starts_at": FAR})
        assert (refused.status_code, refused.json()["state"]) == (409, "resolved")

    def test_is_left_alone_on_a_stale_version(self, write, case):
        stale = write.post(f"cases/{case.pk}/call/", {"starts_at": FAR, "version": case.version + 1})
        assert (stale.status_code, Callback.objects.exists()) == (409, False)
        write.post(f"cases/{case.pk}/call/", {"starts_at": FAR})
        assert write.post(f"cases/{case.pk}/call/cancel/", {"version": case.version + 1}).status_code == 409
        assert Callback.objects.booked().exists()

    @pytest.mark.parametrize(("who", "status"), [("agent", 200), ("lead", 200), ("leader", 403), ("other_agent", 404)])
    def test_is_for_those_who_may_log_one(self, people, case, who, status):
        said = signed_in(getattr(people, who)).post(f"cases/{case.pk}/call/", {"starts_at": FAR})
        assert said.status_code == status


class TestTaking:
    def test_is_for_whoever_is_first(self, people):
        waiting = factories.case(team=people.north)
        said = signed_in(people.agent).post(f"cases/{waiting.pk}/take/", {})
        assert (said.status_code, said.json()["owner"]) == (200, "anna@loop.example")
        assert signed_in(people.lead).post(f"cases/{waiting.pk}/take/", {}).status_code == 409

    def test_a_key_cannot(self, write, people):
        waiting = factories.case(team=people.north)
        refused = write.post(f"cases/{waiting.pk}/take/", {})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["body"])
        assert Case.objects.get(pk=waiting.pk).owner is None


def test_a_case_says_what_its_customer_wants(read, case):
    said = read.get(f"cases/{case.pk}/").json()
    wanted = ("callback", "wish", "customer_confirmed_at", "waiting_since", "wants_someone_else")
    assert [said[name] for name in wanted] == [None, "", None, None, False]
    customer.wish(case.customer_page, "email", now=NOW)
    assert read.get(f"cases/{case.pk}/").json()["wish"] == "email"
