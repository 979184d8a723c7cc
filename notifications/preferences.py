"""Which mails may somebody go without, and which do they want? What nobody else would act on cannot be switched off."""

from datetime import datetime

from loop.models import User
from notifications import kinds
from notifications.models import Preference

#: What a person may switch off: others learn of it, or the morning mail and the inbox tell it as well.
OPTIONAL = (
    kinds.DIGEST.name,
    kinds.WEEKLY.name,
    "reminder_half_time",
    "reminder_due",
    "case_answer_changed",
    "case_outcome",
    kinds.WAVE_HEADS_UP.name,
    kinds.CUSTOMER_BOUNCED.name,
)


def unwanted(user: User) -> frozenset[str]:
    """The kinds of message this person has switched off."""
    return frozenset(Preference.objects.filter(user=user, is_wanted=False).values_list("kind", flat=True))


def wants(user: User, kind: str) -> bool:
    """Whether a message of this kind is sent to this person."""
    return kind not in OPTIONAL or not Preference.objects.filter(user=user, kind=kind, is_wanted=False).exists()


def choose(user: User, wanted: set[str], *, now: datetime) -> None:
    """Store which of the optional kinds a person wants; a kind not in `wanted` is switched off.

    Raises:
        ValueError: one of them cannot be switched off, or there is no such kind.
    """
    if unknown := wanted - set(OPTIONAL):
        raise ValueError(f"not a matter of choice: {', '.join(sorted(unknown))}")
    Preference.objects.bulk_create(
        [Preference(user=user, kind=kind, is_wanted=kind in wanted, chosen_at=now) for kind in OPTIONAL],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["is_wanted", "chosen_at"],
    )
