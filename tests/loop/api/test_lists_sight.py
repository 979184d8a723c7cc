"""Does each list show what its caller may know of, and nothing else? To Anna, Lars, Otto of another team, the top."""

import pytest

from feedback import complaints, invitations, suspects, waves
from feedback.models import SuspectAnswer, Wave
from feedback.suspects import Sending
from loop import promises, saved_views
from loop.models import RootCause
from tests import factories
from tests.architecture import api_world
from tests.loop.api.conftest import make_key, signed_in, with_key

pytestmark = pytest.mark.django_db


def given_to(owner, account, comment=""):
    """A case at somebody else's account that is another's now."""
    answer = factories.response(1, contact=factories.contact(account=account), comment=comment)
    return factories.hand_over(answer.case, owner)


@pytest.fixture
def cases(people):
    """A case of Anna's and one of Otto's, each with a promise and a call."""
    made = [factories.case(2, owner=owner) for owner in (people.agent, people.other_agent)]
    for case in made:
        promises.promise(
            case_id=case.pk, what="A new invoice", due_at=factories.later(days=1), actor=None, now=factories.NOW
        )
        api_world.call_of(case)
    return made


def seen(person, path: str, field: str = "id", **query) -> set:
    said = signed_in(person).get(path, **query)
    assert said.status_code == 200, said.content
    return {row[field] for row in said.json()["results"]}


def by_everybody(people, path: str, field: str = "id") -> list[set]:
    """What Anna, Lars, Otto, Lena and Ada get."""
    everybody = (people.agent, people.lead, people.other_agent, people.leader, people.admin)
    return [seen(person, path, field) for person in everybody]


class TestWhatIsSomebodys:
    """Anna has hers, Lars those of his team, Otto his own, the top all, and a key all."""

    @pytest.mark.parametrize(
        ("path", "of"),
        [
            ("accounts/", lambda case: case.account_id),
            ("contacts/", lambda case: case.contact_id),
            ("responses/", lambda case: case.response_id),
            ("promises/", lambda case: case.promises.get().pk),
            ("calls/", lambda case: case.callbacks.get().pk),
        ],
    )
    def test_is_listed_for_those_who_may_know_of_it(self, people, cases, read, path, of):
        annas, ottos = map(of, cases)

        assert by_everybody(people, path) == [{annas}, {annas}, {ottos}, {annas, ottos}, {annas, ottos}]
        assert {row["id"] for row in read.get(path).json()["results"]} == {annas, ottos}

    def test_is_not_found_by_a_filter_either(self, people, cases):
        ottos = cases[1]

        assert seen(people.agent, "contacts/", email=ottos.contact.email) == set()
        assert seen(people.agent, "responses/", account=ottos.account.external_id) == set()
        assert seen(people.agent, "promises/", case=ottos.pk) == set()
        assert signed_in(people.agent).get(f"accounts/{ottos.account.external_id}/").status_code == 404

    def test_the_figures_of_an_account_are_of_cases_in_sight(self, people, cases):
        account = cases[0].account
        given_to(people.other_agent, account)
        said = signed_in(people.agent).get(f"accounts/{account.external_id}/").json()

        assert said["open_cases"] == 1
        assert said["promises"] == 1
        assert signed_in(people.admin).get(f"accounts/{account.external_id}/").json()["open_cases"] == 2


class TestTheWordsOfAnAnswer:
    """At Anna's account somebody answered whose case is Otto's: she knows the score, and not the words."""

    @pytest.fixture
    def ottos(self, people, cases):
        return given_to(people.other_agent, cases[0].account, "Never again.")

    def line(self, person, ottos):
        return signed_in(person).get(f"responses/{ottos.response_id}/").json()

    def test_are_for_those_who_see_its_case(self, people, ottos):
        line = self.line(people.agent, ottos)

        assert (line["score"], line["comment"], line["respondent"], line["case"]) == (1, None, None, None)
        assert (line["wants_callback"], line["wants_someone_else"]) == (None, None)
        for person in (people.other_agent, people.leader, people.admin):
            assert self.line(person, ottos)["comment"] == "Never again."
            assert self.line(person, ottos)["case"] == ottos.pk

    def test_of_an_answer_without_a_case_are_for_all_who_see_it(self, people, cases):
        happy = factories.response(10, contact=cases[0].contact, comment="Lovely.", now=factories.later(days=400))

        assert seen(people.lead, "responses/", "comment", score=10) == {"Lovely."}
        assert signed_in(people.other_agent).get(f"responses/{happy.pk}/").status_code == 404


class TestWaves:
    @pytest.fixture
    def wave(self, cases):
        """It asks both customers, and is approved."""
        made = waves.draft(
            survey=factories.survey(), count=2, seed=1, starts_on=factories.NOW.date(), now=factories.NOW
        )
        for case in cases:
            made.members.create(contact=case.contact, asked=True, reason="drawn", draw=0.5)
        Wave.objects.filter(pk=made.pk).update(approved_at=factories.NOW)
        return made

    def test_are_told_of_with_the_customers_somebody_sees(self, people, wave, cases):
        annas, ottos = (case.contact.external_id for case in cases)

        assert by_everybody(people, "waves/", "asked") == [{1}, {1}, {1}, {2}, {2}]
        members = [
            {row["contact"]["external_id"] for row in signed_in(one).get(f"waves/{wave.pk}/members/").json()["results"]}
            for one in (people.agent, people.lead, people.other_agent, people.leader)
        ]
        assert members == [{annas}, {annas}, {ottos}, {annas, ottos}]

    def test_plan_and_reasons_are_for_the_top(self, people, wave, read):
        assert signed_in(people.lead).get(f"waves/{wave.pk}/").json()["plan"] is None
        assert signed_in(people.lead).get(f"waves/{wave.pk}/").json()["reasons"] is None
        for caller in (signed_in(people.leader), read):
            told = caller.get(f"waves/{wave.pk}/").json()
            assert told["plan"]["seed"] == 1
            assert told["reasons"] == [{"reason": "drawn", "count": 2}]
            assert told["progress"]["asked"] == 2

    def test_a_draft_is_for_the_top_alone(self, people, wave):
        Wave.objects.filter(pk=wave.pk).update(approved_at=None)

        assert by_everybody(people, "waves/") == [set(), set(), set(), {wave.pk}, {wave.pk}]
        assert signed_in(people.agent).get(f"waves/{wave.pk}/members/").status_code == 404

    def test_members_are_narrowed(self, people, wave, cases):
        caller = signed_in(people.admin)

        assert len(caller.get(f"waves/{wave.pk}/members/", asked="true", reason="drawn").json()["results"]) == 2
        assert caller.get(f"waves/{wave.pk}/members/", asked="false").json()["results"] == []


def test_complaints_are_of_customers_in_sight(people, cases):
    annas, ottos = (
        complaints.report(case.contact, reason="Stands still.", by="", now=factories.NOW).pk for case in cases
    )

    assert by_everybody(people, "complaints/") == [{annas}, {annas}, {ottos}, {annas, ottos}, {annas, ottos}]


def test_suspect_answers_are_for_those_who_decide_about_them(people, cases):
    for case in cases:
        invitation = invitations.invite(
            survey=factories.survey(), contact=case.contact, due_at=factories.NOW, now=factories.NOW
        )
        suspects.take(invitation, Sending(3, is_hidden=True), now=factories.NOW)
    annas, ottos = SuspectAnswer.objects.order_by("pk").values_list("pk", flat=True)

    assert seen(people.lead, "suspect-answers/") == {annas}
    assert seen(people.other_lead, "suspect-answers/") == {ottos}
    assert seen(people.admin, "suspect-answers/", settled="false") == {annas, ottos}
    for nobody in (people.agent, people.leader):
        assert signed_in(nobody).get("suspect-answers/").status_code == 403


def test_retired_root_causes_are_for_administrators_and_keys(people, read):
    RootCause.objects.create(key="old", name="Old", is_active=False)

    assert "old" not in seen(people.agent, "root-causes/", "key")
    assert signed_in(people.leader).get("root-causes/old/").status_code == 404
    assert "old" in seen(people.admin, "root-causes/", "key")
    assert read.get("root-causes/old/").status_code == 200


def test_what_is_a_persons_own_is_nobody_elses(people, cases, read):
    saved_views.save(user=people.agent, name="Late", query="tab=mine", now=factories.NOW)

    assert seen(people.agent, "me/views/", "name") == {"Late"}
    assert seen(people.lead, "me/views/", "name") == set()
    assert read.get("me/views/").json()["results"] == []
    assert read.get("me/notices/").json()["results"] == []


@pytest.mark.parametrize("scope", ["ingest", "write"])
def test_a_key_that_may_not_read_gets_a_problem(scope, db):
    said = with_key(make_key(scope)[1]).get("accounts/")

    assert said.status_code == 403
    assert said["Content-Type"] == "application/problem+json"


def test_a_key_that_reads_is_not_let_at_what_is_managed(read):
    for path in ("imports/", "pulls/", "answer-sources/", "messages/", "data-requests/", "stopped-addresses/"):
        assert read.get(path).status_code == 403, path
