"""At which address do people find a thing the API speaks of?"""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse


def case_url(case_id: int) -> str:
    """The address of a case's page, for any reader anywhere."""
    return f"{settings.BASE_URL}{reverse('case', args=[case_id])}"


def case_urls() -> Callable[[int], str]:
    """`case_url` for many: Django is asked for one address."""
    before, _number, after = case_url(0).rpartition("0")
    return lambda case_id: f"{before}{case_id}{after}"
