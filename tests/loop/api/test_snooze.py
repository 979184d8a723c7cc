"""POST cases/{id}/snooze/ and wake/: put off being reminded, and have it back."""

import pytest
from django.utils import timezone

from loop import snoozes
from tests import factories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_a_person_puts_off_and_takes_back(people):
    case = factories.case(6, owner=people.agent, now=timezone.now())
    anna, until = signed_in(people.agent), (case.due_at - (case.due_at - timezone.now()) / 2).isoformat()
    said = anna.post(f"cases/{case.pk}/snooze/", {"until": until})
    assert (said.status_code, said.json()["case"]) == (200, case.pk)
    assert said.json()["until"].startswith(until[:19])
    assert anna.post(f"cases/{case.pk}/wake/", {}).json() == {"case": case.pk, "until": None}
    late = anna.post(f"cases/{case.pk}/snooze/", {"until": "2199-01-01T00:00:00Z"})
    assert late.status_code == 400
    assert "at the latest" in late.json()["errors"]["until"][0]


def test_a_key_speaks_for_the_owner(write, people):
    case = factories.case(6, owner=people.agent, now=timezone.now())
    until = (case.due_at - (case.due_at - timezone.now()) / 2).isoformat()
    assert write.post(f"cases/{case.pk}/snooze/", {"until": until}).status_code == 200
    assert snoozes.running(people.agent, timezone.now()).exists()
    waiting = factories.case(6, team=people.north, now=timezone.now())
    said = write.post(f"cases/{waiting.pk}/snooze/", {"until": until})
    assert said.status_code == 409
    assert "Nobody has this case yet" in said.json()["detail"]


def test_others_have_nothing_to_put_off(people):
    case = factories.case(6, owner=people.agent)
    until = timezone.now().isoformat()
    assert signed_in(people.lead).post(f"cases/{case.pk}/snooze/", {"until": until}).status_code == 403
    assert signed_in(people.other_agent).post(f"cases/{case.pk}/snooze/", {"until": until}).status_code == 404
