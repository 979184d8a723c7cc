"""The demo company: lived through, the same every time, and only in an empty database."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import F, Sum

from feedback import suspects, tallies
from feedback.models import Invitation, OpenComplaint, Response, TouchpointEvent, TriggerRule, Wave
from loop import demo
from loop.demo.company import TOUR_CONTACT
from loop.demo.year import NotEmpty
from loop.models import Absence, Case, CaseEvent, Favour, Promise, User
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def a_small_company(seed: int) -> list[tuple[object, ...]]:
    """What one seed makes of it; the database is as before afterwards."""
    with transaction.atomic():
        _count_on_from_what_is_there()
        demo.seed(accounts=3, answers=8, seed=seed, now=NOW)
        told = list(
            Response.objects.order_by("responded_at", "pk").values_list(
                "contact__name", "score", "comment", "responded_at"
            )
        )
        transaction.set_rollback(True)
    return told


def _count_on_from_what_is_there() -> None:
    """Let PostgreSQL number rows as if nothing had been: a rollback gives no numbers back; lots are drawn by them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def test_the_same_seed_gives_the_same_company_and_another_one_another():
    first = a_small_company(seed=1)
    assert a_small_company(seed=1) == first
    assert a_small_company(seed=2) != first


def test_the_tour_finds_what_the_readme_promises():
    demo.seed(accounts=3, answers=8, now=NOW)
    assert (
        Invitation.objects.get(contact__email=TOUR_CONTACT).sent_at < NOW - suspects.TOO_SOON
    )  # answering it is a person's doing
    for address, _role in demo.DEMO_LOGINS:
        assert User.objects.get(email=address).check_password(demo.DEMO_PASSWORD)
    assert Case.objects.filter(response__category="detractor").exists()
    assert not CaseEvent.objects.filter(announced_at=None).exists()  # nothing waits to be told of another year


def test_its_counted_days_hold_all_its_answers():
    demo.seed(accounts=3, answers=8, now=NOW)
    span = (NOW - timedelta(days=400)).date(), NOW.date()
    found = tallies.covered(Response.objects.counted(), *span)
    counted = found.tallies.aggregate(n=Sum(F("promoter") + F("passive") + F("detractor")))["n"]
    assert counted + found.answers.count() == Response.objects.counted().count()


def test_what_is_still_promised_is_promised_by_an_open_case_and_lately():
    demo.seed(accounts=12, answers=160, now=NOW)
    waiting = Promise.objects.unkept()
    assert Promise.objects.filter(ending="kept").exists()
    assert not waiting.filter(case__state="resolved").exists()
    assert not waiting.filter(due_at__lt=NOW - timedelta(days=60)).exists()


def test_some_customers_agreed_to_be_a_reference():
    demo.seed(accounts=12, answers=80, now=NOW)
    assert Favour.objects.standing().exists()
    assert Favour.objects.exclude(revoked_at=None).count() <= 1


def test_a_database_that_holds_anything_is_left_alone(people):
    with pytest.raises(NotEmpty):
        demo.seed(now=NOW)
    with pytest.raises(CommandError, match="not empty"):
        call_command("seed_demo")
    assert Response.objects.count() == 0


def test_a_company_that_could_not_be_finished_leaves_nothing(monkeypatch):
    monkeypatch.setattr("loop.demo.year.invitations.invite", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        demo.seed(accounts=2, answers=4, now=NOW)
    assert User.objects.count() == Response.objects.count() == 0


def test_the_programme_has_something_of_everything_to_try():
    demo.seed(accounts=3, answers=8, now=NOW)
    assert list(Wave.objects.order_by("pk").values_list("state", flat=True)) == ["closed", "sending", "planned"]
    for wave in Wave.objects.exclude(state="planned"):
        assert Invitation.objects.filter(wave=wave, response__isnull=False).exists()
    under_way = Invitation.objects.filter(wave__state="sending", cancelled_at=None)
    assert under_way.filter(sent_at=None).exists()
    assert under_way.filter(sent_at__isnull=False).exists()
    assert suspects.to_verify().values("invitation").distinct().count() == 2
    assert OpenComplaint.objects.filter(ended_at=None).count() == 1
    assert Absence.objects.on(NOW.date()).get().substitute is not None
    assert TriggerRule.objects.filter(is_active=True).count() == 2
    assert TouchpointEvent.objects.exclude(invitation=None).exists()
    assert TouchpointEvent.objects.exclude(reason="").exists()
