"""Are days written as people write them in their language? A Finnish "19 Mar" would be a day in November."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from loop.templatetags import display

DAY, INSTANT = date(2026, 11, 19), datetime(2026, 11, 19, 23, 5, 7, tzinfo=UTC)  # the 20th in Stockholm


@pytest.mark.parametrize(
    ("language", "short", "full", "weekday", "second"),
    [
        ("en", "19 Nov", "19 Nov 2026", "Thu 19 Nov", "20 Nov 2026 00:05:07"),
        ("sv", "19 nov", "19 nov 2026", "tors 19 nov", "20 nov 2026 00:05:07"),
        ("nb", "19. nov", "19. nov 2026", "tor 19. nov", "20. nov 2026 00:05:07"),
        ("da", "19. nov", "19. nov 2026", "tor 19. nov", "20. nov 2026 00.05.07"),
        ("fi", "19.11.", "19.11.2026", "to 19.11.", "20.11.2026 00.05.07"),
    ],
)
def test_days_are_written_as_in_each_language(language, short, full, weekday, second):
    with translation.override(language):
        assert display.short_day(DAY) == short
        assert display.full_day(DAY) == full
        assert display.weekday(DAY) == weekday
        assert display.to_the_second(INSTANT) == second
        assert display.short_day(None) == ""


def test_the_same_instant_is_told_by_the_clock_and_in_the_language_of_each_reader():
    told = set()
    for _again in range(2):
        for language, zone in (("en", "Europe/Stockholm"), ("sv", "Europe/Stockholm"), ("en", "Europe/Helsinki")):
            with translation.override(language), timezone.override(zone):
                told.add((language, zone, display.exact(INSTANT)))

    assert told == {
        ("en", "Europe/Stockholm", "Fri 20 Nov 2026 00:05"),
        ("sv", "Europe/Stockholm", "fre 20 nov 2026 00:05"),
        ("en", "Europe/Helsinki", "Fri 20 Nov 2026 01:05"),
    }
