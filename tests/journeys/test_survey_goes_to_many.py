"""A survey goes to the whole base: owners hear of it first, one reports a complaint, the rest are asked, once reminded.

Among them Bea, who is unhappy: her case opens, and the next wave leaves her in peace until somebody has helped her.
"""

import json

import pytest
from django.core.management import call_command

from feedback import complaints, sampling, waves
from feedback.models import Invitation, Wave
from loop.models import Case, RootCause
from notifications.models import Message
from tests import factories


@pytest.fixture
def customers(people, walk):
    """Bea and Dan at a customer of Anna's, Eva at one of Otto's."""
    nordlund = factories.account("Nordlund AB", owner=people.agent, country="SE", now=walk.now)
    berg = factories.account("Berg AB", owner=people.other_agent, country="SE", now=walk.now)
    return {
        "Bea": factories.contact("Bea", account=nordlund, now=walk.now),
        "Dan": factories.contact("Dan", account=nordlund, now=walk.now),
        "Eva": factories.contact("Eva", account=berg, now=walk.now),
    }


def test_survey_goes_to_many(walk, people, customers, capsys):
    # On Wednesday the survey is launched to everybody. Anna and Otto are told at once.
    call_command("launch_wave", "relational", "--all", "--seed", "1", "--json")
    assert json.loads(capsys.readouterr().out)["asked"] == 3
    walk.sweep()
    assert sorted(walk.mails()) == [("wave_heads_up", "Anna"), ("wave_heads_up", "Otto")]

    # A whole working day lies between. On Friday Otto says that Eva has an open complaint.
    walk.until("2026-11-20 10:00")
    assert walk.mails() == []
    complaints.report(customers["Eva"], reason="The roof leaks.", by=people.other_agent.email, now=walk.now)

    # On Monday morning the others are asked. Eva is not, and it is written down why.
    walk.until("2026-11-23 06:59")
    assert walk.mails() == []
    walk.until("2026-11-23 07:30")
    assert sorted(walk.mails()) == [("survey_invitation", "Bea"), ("survey_invitation", "Dan")]
    assert Invitation.objects.get(contact=customers["Eva"]).cancel_reason == "complaint"

    # Bea answers the same day, and Anna has a case. Dan does not.
    walk.until("2026-11-23 11:00")
    walk.answer(customers["Bea"], 3, "Nobody calls back.")
    walk.sweep()
    assert walk.mails() == [("case_assigned", "Anna")]
    case = Case.objects.get()

    # A week later Dan alone is reminded, with the same link; after that never again.
    walk.until("2026-11-30 07:30")
    assert [mail for mail in walk.mails() if mail[0].startswith("survey")] == [("survey_reminder", "Dan")]
    bodies = Message.objects.filter(contact=customers["Dan"])
    assert bodies.count() == 2
    walk.until("2026-12-07 07:30")
    assert [mail for mail in walk.mails() if mail[0].startswith("survey")] == []

    # Whoever asks why somebody is not asked now is told.
    survey = factories.survey("product")
    assert [sampling.why_not(customers[name], survey, now=walk.now) for name in ("Bea", "Dan", "Eva")] == [
        "open_case", "mailed_recently", "complaint",
    ]  # fmt: skip

    # Bea's case is solved. First she is asked whether things are better; then a year of quiet has begun.
    walk.step(people.agent, "attempt", case, channel="phone", outcome="reached")
    walk.step(people.agent, "resolve", case, root_cause=RootCause.objects.get(key="service").pk, summary="Called.")
    walk.until("2027-01-04 09:00")
    assert sampling.why_not(customers["Bea"], survey, now=walk.now) == "about_to_be_mailed"
    walk.until("2027-01-07 09:00")
    walk.until("2027-01-25 09:00")
    assert sampling.why_not(customers["Bea"], survey, now=walk.now) == "answered_recently"

    # The last link has run out, so the wave is over. What was decided about everybody can still be read.
    assert Wave.objects.get().state == "closed"
    assert waves.reasons(Wave.objects.get()) == {"everybody": 3}
