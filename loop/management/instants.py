"""Which instant does somebody mean who types a time on the command line?"""

from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone


def instant(text: str) -> datetime:
    """The instant written in ISO 8601; without an offset it is a time in the installation's time zone.

    Raises:
        CommandError: the text is no time.
    """
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else timezone.make_aware(moment, timezone.get_default_timezone())
    except (ValueError, OverflowError):
        raise CommandError(f"“{text}” is not a time such as 2026-12-24T10:00+01:00.") from None
