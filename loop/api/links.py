"""At which address do people find a thing the API speaks of?"""

from django.conf import settings
from django.urls import reverse


def case_url(case_id: int) -> str:
    """The address of a case's page, for any reader anywhere."""
    return f"{settings.BASE_URL}{reverse('case', args=[case_id])}"
