"""How do tests come to a survey by a standing link? With one of each kind, and what a host's server would sign."""

import re

from django.test import Client
from django.utils import timezone

from feedback import survey_links, widget_identity
from feedback.models import SurveyLink
from tests import factories

HOST = "https://app.customer.example"


def standing(kind: str, *, survey: str = "relational", **details) -> SurveyLink:
    """A standing link that takes answers."""
    if kind == "widget":
        details = {"allowed_origins": [HOST], **details}
    details = {"survey": factories.survey(survey), "name": "Malmö", "now": timezone.now(), **details}
    return survey_links.create(kind=kind, **details)


def path(link: SurveyLink, external_id: str = "") -> str:
    """Its address without the server's; of a link in mails that of one contact."""
    whole = survey_links.address_for(link, link.survey.key, external_id) if external_id else survey_links.address(link)
    return "/" + whole.split("/", 3)[3]


def signed(link: SurveyLink, external_id: str, *, ago: int = 0) -> dict[str, str]:
    """What a host's server tells the script about its visitor."""
    time = int(timezone.now().timestamp()) - ago
    secret = widget_identity.secret(SurveyLink.objects.get(pk=link.pk))
    return {
        "contact": external_id,
        "time": str(time),
        "signature": widget_identity.sign(secret, external_id, time),
    }


def eligible(link: SurveyLink, said: dict[str, str], origin: str = HOST):
    """The answer to the script on a page of `origin`."""
    headers = {"Origin": origin} if origin else {}
    return Client().get(f"{path(link)}eligible/", said, headers=headers)


def frame(link: SurveyLink, external_id: str) -> str:
    """The address the script opens in its frame for this visitor."""
    return f"{path(link)}?{eligible(link, signed(link, external_id)).json()['query']}"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the forms on a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def send(address: str, **answer):
    """Open a page and send its form to where it stands, the pass in its address included."""
    browser = Client(enforce_csrf_checks=True)
    form = hidden(browser.get(address).content.decode())
    return browser.post(address, {**form, **answer})
