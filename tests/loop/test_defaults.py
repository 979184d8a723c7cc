"""What a fresh database holds to work with, and that what an administrator changed is left alone."""

import pytest

from loop import defaults
from loop.models import RootCause, SlaPolicy, WorkCalendar

pytestmark = pytest.mark.django_db


def test_a_migrated_database_has_the_seven_root_causes():
    assert list(RootCause.objects.order_by("pk").values_list("key", flat=True)) == [
        "billing", "product", "service", "delivery", "price", "communication", "other"
    ]  # fmt: skip


def test_it_has_one_policy_on_one_calendar_of_the_project_s_zone():
    policy = SlaPolicy.objects.select_related("calendar").get()
    assert (policy.is_default, policy.calendar.is_default) == (True, True)
    assert (policy.calendar.time_zone, policy.calendar.country) == ("Europe/Stockholm", "SE")
    assert policy.calendar.week == {str(day): [[480, 1020]] for day in range(5)}


def test_elsewhere_the_holidays_are_those_of_the_zone_s_country(settings):
    SlaPolicy.objects.all().delete()
    WorkCalendar.objects.all().delete()
    settings.TIME_ZONE = "Europe/Helsinki"
    defaults.install()
    assert WorkCalendar.objects.get().country == "FI"


def test_where_no_country_is_known_there_are_no_holidays(settings):
    SlaPolicy.objects.all().delete()
    WorkCalendar.objects.all().delete()
    settings.TIME_ZONE = "UTC"
    defaults.install()
    assert WorkCalendar.objects.get().country == ""


def test_installing_again_adds_nothing_and_changes_nothing():
    SlaPolicy.objects.update(name="Ours", contact_minutes=60)
    RootCause.objects.filter(key="price").update(name="Too dear", is_active=False)
    defaults.install()
    assert [(policy.name, policy.contact_minutes) for policy in SlaPolicy.objects.all()] == [("Ours", 60)]
    assert RootCause.objects.get(key="price").name == "Too dear"
    assert RootCause.objects.count() == 7
