"""What the test of a killed wave has done inside a plant: `python -m tests.faults.launching fill 900`, then `launch`.

Chunks are small, so that there is a middle to be killed in.
"""

import sys
from itertools import repeat

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from feedback.contacts import address_hash  # noqa: E402
from feedback.models import Account, Contact, Wave, WaveMember  # noqa: E402
from feedback.waves import planning, scheduling  # noqa: E402

CHUNK = "5"


def fill(number: str) -> None:
    """So many contacts who may be asked."""
    now = timezone.now()
    account = Account.objects.create(external_id="A-1", name="Fjord AB", country="SE", created_at=now)
    emails = [f"contact{place}@fjord.example" for place in range(int(number))]
    Contact.objects.bulk_create(
        Contact(account=at, email=email, address_hash=address_hash(email), created_at=now)
        for at, email in zip(repeat(account), emails, strict=False)
    )


def launch_forgetfully(chunk: str = CHUNK) -> None:
    """As `launch`, by a scheduler that does not look at who has been invited."""

    def everybody(wave: Wave, reached: float) -> QuerySet[WaveMember, scheduling.Recipient]:
        members = WaveMember.objects.filter(wave=wave, asked=True, draw__gt=reached).order_by("draw")
        return members.values_list(
            "contact_id", "contact__time_zone", "contact__phone", "contact__account__country", "draw"
        )

    scheduling._uninvited = everybody
    launch(chunk)


def launch(chunk: str = CHUNK) -> None:
    """A wave to half of them, with a seed of its own."""
    planning.CHUNK = scheduling.CHUNK = int(chunk)
    call_command("launch_wave", "relational", "--share", "1/2", "--seed", "5", "--json")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
