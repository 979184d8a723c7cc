"""Which links in a mail to a colleague lead to a page with one button, and for whom, about what and until when?

A link is signed for one person, one case and one step, and runs out. It is no key: the page also asks that this person
is signed in on the device, or was once (`known_devices`); whoever a mail is forwarded to, and every machine that opens
the links in it, can do nothing with it. Why so: docs/decisions/0016-one-button-links.md.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from loop import steps
from loop.models import Case, CaseEvent, User
from loop.models.event import EventKind

VALID_FOR = timedelta(days=14)
VIA = "mail"  # what the timeline says of a step taken by such a link
SALT = "loop.step_links"

#: The steps there are links for, and the event that says such a step was taken.
EVENTS = {"attempt": EventKind.ATTEMPT, "take": EventKind.ASSIGNED, "reopen": EventKind.REOPENED}


@dataclass(frozen=True)
class StepLink:
    """What a link says."""

    user: User
    case_id: int
    step: str
    issued_at: datetime


def url(user: User, case: Case, step: str) -> str:
    """The link for this person to take this step, in full."""
    token = signing.dumps({"u": user.pk, "c": case.pk, "s": step}, salt=SALT)
    return settings.BASE_URL + reverse("step-link", args=[token])


def offered(user: User, case: Case) -> dict[str, str]:
    """The links for a mail to this person: of the steps they may take on this case as it is now."""
    available = steps.available(user, case)
    return {step: url(user, case, step) for step in EVENTS if step in available}


def read(token: str) -> StepLink | None:
    """What a link says; None when it is forged, altered or too old, or its person can no longer sign in."""
    try:
        said = signing.loads(token, salt=SALT, max_age=VALID_FOR)
        user = User.objects.filter(pk=said["u"], is_active=True).first()
        step, case_id, issued_at = str(said["s"]), int(said["c"]), _issued_at(token)
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return StepLink(user, case_id, step, issued_at) if user is not None and step in EVENTS else None


def taken(link: StepLink) -> CaseEvent | None:
    """The line of the timeline that says this person took the step by a link since this one was made."""
    events = CaseEvent.objects.filter(
        case=link.case_id, actor=link.user, kind=EVENTS[link.step], at__gte=link.issued_at, data__via=VIA
    )
    return events.order_by("-at").first()


def _issued_at(token: str) -> datetime:
    stamp = signing.b62_decode(token.split(":")[1])
    return datetime.fromtimestamp(stamp, UTC)
