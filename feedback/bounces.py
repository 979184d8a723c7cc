"""Which addresses, and which numbers, does what we send not reach, so that it must stop?

One report that there is no such mailbox is enough; reports of what may pass (a full mailbox, a server that is down) are
counted, and three within a fortnight stop our mail as well. How a report reaches us is a matter of `notifications`.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from feedback.contacts import BOUNCED, address_hash
from feedback.models import Bounce, Invitation, Suppression, SuppressionLift
from feedback.waves import halting

SOFT_LIMIT = 3
SOFT_WITHIN = timedelta(days=14)


@transaction.atomic
def record(
    *, address: str, invitation: Invitation | None, is_permanent: bool, key: str, status: str = "", now: datetime
) -> bool:
    """Note that a mail came back, and stop mail to its address when that is enough. Safe to repeat.

    Args:
        address: whom we had mailed, or the number, in its international form, of a text message.
        invitation: what the mail was about, where it asked something.
        key: names the report, so that one told twice counts once.
        status: the enhanced status code of RFC 3463, where the report has one.

    Returns:
        Whether this stopped our mail to the address.
    """
    hashed = address_hash(address)
    try:
        with transaction.atomic():
            Bounce.objects.create(
                key=key[:200],
                address_hash=hashed,
                invitation=invitation,
                is_permanent=is_permanent,
                status=status[:20],
                at=now,
            )
    except IntegrityError:  # told before
        return False
    if invitation is not None and invitation.wave_id is not None:
        halting.look(invitation.wave_id, now=now)
    lifted_at = SuppressionLift.objects.filter(address_hash=hashed).aggregate(last=Max("at"))["last"]
    since = max(now - SOFT_WITHIN, lifted_at) if lifted_at else now - SOFT_WITHIN
    recent = Bounce.objects.filter(address_hash=hashed, at__gt=since, at__lte=now)
    if not is_permanent and recent.count() < SOFT_LIMIT:
        return False
    _suppression, stopped = Suppression.objects.get_or_create(
        address_hash=hashed, defaults={"reason": BOUNCED, "created_at": now}
    )
    if invitation is not None:
        Invitation.objects.filter(pk=invitation.pk, bounced_at=None).update(bounced_at=now)
    return stopped
