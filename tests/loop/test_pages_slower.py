"""Two people on one case: the slower one is told who did what and how long ago, and loses nothing typed."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop import workflow
from loop.models import Case, Role, RootCause
from loop.views.cases import STEPS
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db

# Nothing is typed for these, or they are about one of several promises on the page.
WITHOUT_WORDS = {"take", "resume", "someone_else", "keep_promise", "move_promise", "withdraw_promise"}
TYPED = "Words that took ten minutes to write"
WAYS = {"by htmx": {"HX-Request": "true", "HX-Target": "case"}, "as a plain form": {}}


def fields(name, people):
    return {
        "attempt": {"outcome": "reached", "channel": "phone", "note": TYPED},
        "plan_next": {"at": "", "reason": TYPED},
        "promise": {"what": TYPED, "due_at": later(days=3).strftime("%Y-%m-%dT%H:%M")},
        "hold": {"until": later(days=3).strftime("%Y-%m-%dT%H:%M"), "reason": TYPED},
        "resolve": {"root_cause": RootCause.objects.get(key="billing").pk, "summary": TYPED},
        "note": {"note": TYPED},
        "assign": {"to": f"team-{people.south.pk}", "reason": TYPED},
        "escalate": {"reason": TYPED},
        "close_unreached": {"reason": TYPED},
        "withdraw": {"reason": TYPED},
        "reopen": {"reason": TYPED},
        "take": {},
    }[name]


def send(user, case, name, version, people, way):
    client = Client()
    client.force_login(user)
    with time_machine.travel(later(hours=5), tick=False):
        return client.post(
            reverse(f"case-{name}", args=[case.pk]), {**fields(name, people), "version": version}, headers=WAYS[way]
        )


def case_for(name, people):
    if name in {"resolve", "hold"}:
        return factories.contacted_case(owner=people.agent)
    return factories.resolved_case(owner=people.agent) if name == "reopen" else factories.case(owner=people.agent)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", sorted(set(STEPS) - WITHOUT_WORDS))
def test_a_change_meanwhile_is_told_for_every_step(people, name, way):
    case = case_for(name, people)
    workflow.note(
        case_id=case.pk, text="I call her at two.", actor=people.agent, now=later(hours=4, minutes=59, seconds=48)
    )

    page = send(people.lead, case, name, case.version, people, way)

    assert page.status_code == 409
    assert "Somebody was faster. Nothing you typed is lost." in page.text
    assert "12 seconds ago" in page.text
    assert "Anna" in page.text
    assert "I call her at two." in page.text
    assert TYPED in page.text
    assert 'id="case"' in page.text
    assert f'name="version" value="{case.version + 1}"' in page.text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["attempt", "note", "escalate", "assign"])
def test_handed_to_somebody_else_meanwhile_she_gets_her_words_back_and_hears_who_has_it(people, name, way):
    case = factories.case(owner=people.agent, comment="The customer's own words")
    workflow.assign(
        case_id=case.pk, owner=people.colleague, reason="She asked for it", actor=people.lead, now=later(hours=4)
    )

    page = send(people.agent, case, name, case.version, people, way)

    assert page.status_code == 404
    assert TYPED in page.text
    assert "Lars handed it to Kim" in page.text
    assert ">1 h ago<" in page.text
    assert "She asked for it" not in page.text
    assert "The customer&#x27;s own words" not in page.text
    assert 'id="case"' in page.text


@pytest.mark.parametrize("way", WAYS)
def test_the_slower_of_two_who_take_it_hears_who_did(people, way):
    case = factories.case(team=people.north)
    workflow.take(case_id=case.pk, actor=people.colleague, now=later(hours=4, minutes=59, seconds=50))

    page = send(people.agent, case, "take", case.version, people, way)

    assert page.status_code == 404
    assert "Kim took the case" in page.text
    assert "10 seconds ago" in page.text


def test_who_never_saw_it_hears_nothing(people):
    case = factories.case(owner=people.agent)
    workflow.assign(case_id=case.pk, owner=people.colleague, reason="x", actor=people.lead, now=later(hours=4))

    for user in (people.other_agent, people.other_lead):
        page = send(user, case, "note", case.version, people, "as a plain form")
        nothing = send(user, Case(pk=987654), "note", 1, people, "as a plain form")
        assert page.status_code == nothing.status_code == 404
        assert "Kim" not in page.text
        assert (page.context["line"], page.context["typed"]) == (None, nothing.context["typed"])


def test_who_may_not_take_the_step_any_more_gets_the_words_back(people):
    case = factories.case(owner=people.lead)
    people.lead.role = Role.LEADERSHIP
    people.lead.save()

    page = send(people.lead, case, "note", case.version, people, "as a plain form")

    assert page.status_code == 403
    assert "This step is not yours to take, or no longer." in page.text
    assert TYPED in page.text
    assert Case.objects.get(pk=case.pk).version == case.version
