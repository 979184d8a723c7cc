"""How do tests visit the page where customers answer? As a person with or without scripts, or as a machine."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from feedback import invitations
from feedback.models import Contact, Invitation
from tests import factories

#: What the page's script reports of somebody who pressed twice in nine seconds.
SEEN = "2:9"


def invited(
    contact: Contact, *, survey: str = "relational", mailed: timedelta | None = timedelta(hours=2)
) -> Invitation:
    """An invitation whose mail left so long ago; None: not yet."""
    at = timezone.now() - (mailed or timedelta())
    invitation = invitations.invite(survey=factories.survey(survey), contact=contact, due_at=at, now=at)
    if mailed is not None:
        factories.sent(invitation, now=at)
    return Invitation.objects.select_related("survey", "contact").get(pk=invitation.pk)


def link(invitation: Invitation) -> str:
    return f"/s/{invitations.link_token(invitation)}/"


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def open_form(address: str, browser: Client | None = None) -> dict[str, str]:
    """What the form behind an address holds before anything is filled in."""
    return form_of((browser or Client()).get(address).content.decode())


def send(address: str, form: dict[str, str], browser: Client | None = None, **answer: Any) -> Any:
    """Send a form that was opened before. Addresses of forms hold no score."""
    return (browser or Client()).post(address.partition("?")[0], {**form, **answer})


def answer(address: str, browser: Client | None = None, **answer: Any) -> Any:
    """Open the page and send its form. Returns the answer to the sending."""
    browser = browser or Client()
    return send(address, open_form(address, browser), browser, **answer)


def say_done(address: str) -> Any:
    """Press "Done, this is what I mean" on the page of thanks at an address. Returns the answer to it."""
    page = Client().get(address).content.decode()
    (done,) = (form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'value="done"' in form)
    (own,) = re.findall(r'action="([^"]+)"', done)
    return Client().post(own, {**form_of(done), "do": "done"})
