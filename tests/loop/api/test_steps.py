"""POST cases/{id}/{step}/: other systems and the browser take the steps that people take on the page."""

import pytest

from loop import workflow
from loop.models import Case, CaseEvent
from tests import factories, stories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

BODIES = {
    "assign": {"owner": "kim@loop.example"},
    "attempt": {"channel": "phone", "reached": True},
    "plan_next": {"at": "2999-01-01T08:00:00Z"},
    "promise": {"what": "A new invoice", "due_at": "2999-01-01T08:00:00Z"},
    "resolve": {"root_cause": "billing", "summary": "Invoice corrected."},
    "close_unreached": {},
    "withdraw": {"reason": "A test."},
    "reopen": {"reason": "Wrong again."},
    "escalate": {"reason": "Threatens to leave."},
    "note": {"note": "Speaks Finnish."},
}


def last_event(case):
    return CaseEvent.objects.filter(case=case).latest("pk")


class TestAKey:
    """The key named CRM acts as Loop itself; the timeline says which key it was."""

    def test_assigns(self, write, people):
        case = factories.case(owner=people.agent)
        said = write.post(f"cases/{case.pk}/assign/", {"owner": "KIM@loop.example", "version": case.version})

        assert said.status_code == 200
        assert said.json()["owner"] == people.colleague.email
        assert said.json()["owner_reason"] == "Assigned by CRM."
        assert said.json()["version"] == case.version + 1
        event = last_event(case)
        assert (event.kind, event.actor, event.data["via"]) == ("assigned", None, "CRM")

    def test_assigns_to_a_team(self, write, people):
        case = factories.case(owner=people.agent)
        said = write.post(f"cases/{case.pk}/assign/", {"owner": None, "team": "South", "reason": "Moved house."})

        told = {name: said.json()[name] for name in ("owner", "team", "owner_reason")}
        assert told == {"owner": None, "team": "South", "owner_reason": "Moved house."}

    def test_logs_an_attempt(self, write, people):
        case = factories.case(owner=people.agent)
        said = write.post(f"cases/{case.pk}/attempt/", {"channel": "phone", "reached": False, "note": "Engaged."})

        assert (said.status_code, said.json()["state"]) == (200, "new")
        assert last_event(case).data == {"channel": "phone", "reached": False, "note": "Engaged.", "via": "CRM"}

        assert write.post(f"cases/{case.pk}/attempt/", BODIES["attempt"]).json()["state"] == "contacted"

    def test_resolves(self, write):
        case = factories.contacted_case()
        said = write.post(f"cases/{case.pk}/resolve/", BODIES["resolve"])

        assert said.status_code == 200
        told = {name: said.json()[name] for name in ("state", "resolution", "root_cause")}
        assert told == {"state": "resolved", "resolution": "solved", "root_cause": "billing"}

    def test_closes_as_unreached_after_the_attempts_the_policy_asks_for(self, write):
        case = factories.case()
        refused = write.post(f"cases/{case.pk}/close_unreached/")
        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == ["reason"]

        for day in range(3):
            at = factories.later(days=day)
            workflow.attempt(case_id=case.pk, channel="phone", reached=False, actor=None, now=at)
        assert write.post(f"cases/{case.pk}/close_unreached/").json()["resolution"] == "not_reached"

    def test_withdraws_and_reopens(self, write):
        case = factories.case()
        assert write.post(f"cases/{case.pk}/withdraw/", BODIES["withdraw"]).json()["resolution"] == "withdrawn"
        reopened = write.post(f"cases/{case.pk}/reopen/", BODIES["reopen"]).json()
        assert (reopened["state"], reopened["reopened_count"]) == ("new", 1)

    def test_escalates_and_notes(self, write):
        case = factories.case()
        assert write.post(f"cases/{case.pk}/escalate/", BODIES["escalate"]).json()["escalation_level"] == 1
        assert write.post(f"cases/{case.pk}/note/", BODIES["note"]).status_code == 200
        assert last_event(case).data == {"text": "Speaks Finnish.", "via": "CRM"}

    def test_is_not_told_what_the_customer_said(self, write):
        case = factories.case(comment="Twice wrong.", contact_name="Ingrid Moe")
        said = write.post(f"cases/{case.pk}/note/", BODIES["note"])

        assert "Twice wrong." not in said.content.decode()
        assert "Ingrid" not in said.content.decode()


class TestPeople:
    def test_act_in_their_own_name(self, people):
        case = factories.case(owner=people.agent)
        said = signed_in(people.agent).post(f"cases/{case.pk}/attempt/", BODIES["attempt"])

        assert said.status_code == 200
        event = last_event(case)
        assert event.actor == people.agent
        assert "via" not in event.data

    @pytest.mark.parametrize("step", list(BODIES))
    def test_of_another_team_do_not_find_the_case(self, people, step):
        case = factories.case(owner=people.agent)

        for stranger in (people.other_agent, people.other_lead):
            assert signed_in(stranger).post(f"cases/{case.pk}/{step}/", BODIES[step]).status_code == 404

    @pytest.mark.parametrize("step", list(BODIES))
    def test_who_only_look_may_not(self, people, step):
        case = factories.case(owner=people.agent)
        said = signed_in(people.leader).post(f"cases/{case.pk}/{step}/", BODIES[step])

        assert said.status_code == 403
        assert Case.objects.get(pk=case.pk).version == case.version

    @pytest.mark.parametrize(("step", "status"), [("withdraw", 403), ("escalate", 200), ("note", 200)])
    def test_who_own_the_case_may_do_what_owners_may(self, people, step, status):
        case = factories.case(owner=people.agent)

        assert signed_in(people.agent).post(f"cases/{case.pk}/{step}/", BODIES[step]).status_code == status

    def test_are_told_that_they_may_not_before_their_body_is_read(self, people):
        case = factories.case(owner=people.agent)

        assert signed_in(people.agent).post(f"cases/{case.pk}/withdraw/", {"nonsense": 1}).status_code == 403


class TestAConflict:
    @pytest.mark.parametrize("step", ["resolve", "reopen"])
    def test_with_the_state_tells_what_it_is(self, write, people, step):
        case = factories.case(owner=people.agent)
        said = write.post(f"cases/{case.pk}/{step}/", BODIES[step])

        assert said.status_code == 409
        assert said["Content-Type"] == "application/problem+json"
        assert said.json()["type"] == "urn:loop:problem:step-not-allowed"
        assert (said.json()["state"], said.json()["version"]) == ("new", case.version)
        assert Case.objects.get(pk=case.pk).version == case.version

    @pytest.mark.parametrize("step", ["assign", "attempt", "withdraw", "escalate", "note"])
    def test_with_somebody_faster_tells_how_it_is_now(self, write, people, step):
        case = factories.case(owner=people.agent)
        workflow.note(case_id=case.pk, text="First.", actor=people.agent, now=factories.later(hours=1))
        said = write.post(f"cases/{case.pk}/{step}/", {**BODIES[step], "version": case.version})

        assert said.status_code == 409
        assert said.json()["type"] == "urn:loop:problem:stale-version"
        assert (said.json()["state"], said.json()["version"]) == ("new", case.version + 1)
        assert last_event(case).data["text"] == "First."

    def test_is_none_when_no_version_is_given(self, write, people):
        case = factories.case(owner=people.agent)
        write.post(f"cases/{case.pk}/note/", BODIES["note"])

        assert write.post(f"cases/{case.pk}/note/", BODIES["note"]).status_code == 200


class TestABadBody:
    @pytest.mark.parametrize(
        ("step", "change", "field"),
        [
            ("assign", {"owner": "nobody@loop.example"}, "owner"),
            ("assign", {"owner": "no address"}, "owner"),
            ("assign", {"owner": 5}, "owner"),
            ("assign", {"owner": None}, "owner"),
            ("assign", {"team": "Nowhere"}, "team"),
            ("attempt", {"channel": "pigeon"}, "channel"),
            ("attempt", {"reached": "yes"}, "reached"),
            ("attempt", {"outcome": "voicemail"}, "outcome"),
            ("attempt", {"outcome": "maybe"}, "outcome"),
            ("attempt", {"reached": False, "outcome": "sent"}, "channel"),
            ("attempt", {"answers": {"weather": "fine"}}, "answers.weather"),
            ("attempt", {"answers": {"leaving": "yes"}}, "answers.leaving"),
            ("attempt", {"answers": []}, "answers"),
            ("plan_next", {"at": "2020-01-01T08:00:00Z"}, "at"),
            ("promise", {"what": " "}, "what"),
            ("promise", {"due_at": "2020-01-01T08:00:00Z"}, "due_at"),
            ("promise", {"promised_by": "nobody@loop.example"}, "promised_by"),
            ("attempt", {"note": "x" * 10_001}, "note"),
            ("resolve", {"root_cause": "weather"}, "root_cause"),
            ("resolve", {"root_cause": ["billing"]}, "root_cause"),
            ("resolve", {"summary": " "}, "summary"),
            ("withdraw", {"reason": ""}, "reason"),
            ("escalate", {"reason": "a\x00b"}, "reason"),
            ("note", {"note": ""}, "note"),
            ("note", {"version": "1"}, "version"),
            ("note", {"version": 0}, "version"),
            ("note", {"version": True}, "version"),
            ("note", {"version": 10**30}, "version"),
            ("note", {"state": "resolved"}, "state"),
        ],
    )
    def test_is_refused_with_the_name_of_the_field(self, write, people, step, change, field):
        case = factories.contacted_case(owner=people.agent)
        said = write.post(f"cases/{case.pk}/{step}/", {**BODIES[step], **change})

        assert said.status_code == 400
        assert list(said.json()["errors"]) == [field]
        assert Case.objects.get(pk=case.pk).version == case.version

    def test_names_all_that_is_missing(self, write):
        case = factories.contacted_case()

        assert set(write.post(f"cases/{case.pk}/resolve/").json()["errors"]) == {"root_cause", "summary"}


class TestOneCallThreeCases:
    """Anna's CRM logs one call, and solves the three cases of the account with it."""

    @pytest.fixture
    def three(self, people):
        account = factories.account("Fjord AB", owner=people.agent)
        made = [factories.response(3, contact=factories.contact(account=account)).case for _ in range(3)]
        return [factories.hand_over(case, people.agent) for case in made]

    def also(self, *cases):
        return [{"case": case.pk, "version": stories.as_it_is_now(case).version} for case in cases]

    def test_each_has_the_call_and_its_solution_on_its_own_timeline(self, write, three):
        first, *others = three
        called = write.post(f"cases/{first.pk}/attempt/", {**BODIES["attempt"], "also": self.also(*others)})
        assert (called.status_code, called.json()["id"], called.json()["state"]) == (200, first.pk, "contacted")
        assert [stories.as_it_is_now(case).state for case in three] == ["contacted"] * 3

        solved = write.post(f"cases/{first.pk}/resolve/", {**BODIES["resolve"], "also": self.also(*others)})
        assert (solved.status_code, solved.json()["id"]) == (200, first.pk)
        assert [stories.told(case, "resolved")[0]["summary"] for case in three] == ["Invoice corrected."] * 3

    def test_one_that_somebody_changed_meanwhile_leaves_all_as_they_were(self, people, three):
        first, second, third = three
        seen = self.also(second, third)
        workflow.note(case_id=third.pk, text="Kim was faster.", actor=people.lead, now=factories.later())

        said = signed_in(people.agent).post(f"cases/{first.pk}/attempt/", {**BODIES["attempt"], "also": seen})
        assert said.status_code == 409
        assert [stories.as_it_is_now(case).state for case in three] == ["new"] * 3

    def test_a_case_of_another_account_or_out_of_sight_is_refused_by_name(self, people, three):
        own, hidden = factories.case(owner=people.agent), factories.case(owner=people.other_agent)
        anna = signed_in(people.agent)
        for other, words in ((own, "Only cases of the same account"), (hidden, f"There is no case {hidden.pk}.")):
            said = anna.post(f"cases/{three[0].pk}/attempt/", {**BODIES["attempt"], "also": self.also(other)})
            assert (said.status_code, list(said.json()["errors"])) == (400, ["also"])
            assert words in str(said.json()["errors"])
        assert stories.as_it_is_now(three[0]).state == "new"

    @pytest.mark.parametrize("also", ["x", [1], [{"case": "one"}], [{"case": 1, "state": "new"}], [{}], None])
    def test_another_shape_is_refused(self, write, three, also):
        said = write.post(f"cases/{three[0].pk}/attempt/", {**BODIES["attempt"], "also": also})

        assert said.status_code == 400
