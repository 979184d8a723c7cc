"""To which addresses has mail stopped, since when and why, and who let it go on again, for which reason?"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.contacts import BOUNCED, clean_line
from feedback.models import Bounce, Contact, Suppression, SuppressionLift


class LiftRefused(ValueError):
    """Mail cannot be let go on like this; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Stopped:
    """One address or number to which mail has stopped, with the contacts who have it and the last report about it."""

    suppression: Suppression
    contacts: list[Contact]
    bounce: Bounce | None


def listed(suppressions: list[Suppression]) -> list[Stopped]:
    """These suppressions with what is known of them. An address no contact has any more is only a hash."""
    hashes = [suppression.address_hash for suppression in suppressions]
    people: dict[str, list[Contact]] = {}
    for field in ("address_hash", "mobile_hash"):
        for contact in Contact.objects.select_related("account").filter(**{f"{field}__in": hashes}).order_by("pk"):
            people.setdefault(getattr(contact, field), []).append(contact)
    bounces = {bounce.address_hash: bounce for bounce in Bounce.objects.filter(address_hash__in=hashes).order_by("at")}
    return [Stopped(each, people.get(each.address_hash, []), bounces.get(each.address_hash)) for each in suppressions]


@transaction.atomic
def lift(suppression: Suppression, *, why: str, by: str, now: datetime) -> None:
    """Let mail go to this address again, and keep who said so and why.

    What came back before does not count any more. A contact who had asked for no more mail may be asked again.

    Raises:
        LiftRefused: there is no reason, or somebody was faster.
    """
    why = clean_line(why)[:300]
    if not why:
        raise LiftRefused(_("Say why mail may be sent there again."))
    found = Suppression.objects.select_for_update().filter(pk=suppression.pk).first()
    if found is None:
        raise LiftRefused(_("Nothing was done: mail to this address had been allowed already."))
    SuppressionLift.objects.create(
        address_hash=found.address_hash, reason=found.reason, stopped_at=found.created_at, why=why, by=by[:254], at=now
    )
    if found.reason != BOUNCED:  # who never asked for silence has not asked for an end of it
        Contact.objects.filter(address_hash=found.address_hash).update(opted_out_at=None)
    found.delete()
