"""How do tests of suspect answers send something by a link, and look at what became of it?"""

from feedback import invitations, suspects
from feedback.models import Invitation, Response
from feedback.suspects import Sending
from tests import factories
from tests.factories import later


def invite(contact, *, survey="relational", mailed=None):
    at = mailed or later(days=-1)
    invitation = invitations.invite(survey=factories.survey(survey), contact=contact, due_at=at, now=at)
    factories.sent(invitation, now=at)
    return Invitation.objects.get(pk=invitation.pk)


def take(invitation, score, *, seconds=0.0, **details):
    return suspects.take(invitation, Sending(score, **details), now=later(seconds=seconds))


def waiting():
    return sorted(suspects.to_verify().values_list("score", flat=True))


def counted():
    return list(Response.objects.counted().order_by("pk").values_list("score", flat=True))
