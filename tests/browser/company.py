"""Whose pages are looked at? The demo company's on a Thursday morning, with names and stories that are long.

A name of sixty letters, an address that breaks nowhere and a case with every kind of line are what pushes a page over
its edge; the demo alone has none of them.
"""

from dataclasses import dataclass
from decimal import Decimal

from feedback import invitations
from feedback.models import Invitation, Suppression, Wave
from loop import bell, callbacks, correspondence, customer_pages, demo, mailing, workflow
from loop.correspondence import Letter
from loop.models import Case, CustomerPage, Team, User
from notifications.models import Message
from tests import factories
from tests.architecture import urls
from tests.factories import later
from tests.feedback.doors import frame, standing
from tests.people import People

NOW = later(minutes=5)  # nothing happens after it

LONG_ACCOUNT = "Nordiska Förvaltningsaktiebolaget för Anläggning & Fastigheter"
LONG_NAME = "Maximiliana-Alexandra von Hohenfelden-Wallenskiöld"
LONG_ADDRESS = "maximiliana-alexandra.von-hohenfelden-wallenskiold@fastighetsforvaltning.customer.example"
LONG_COMMENT = (
    "For the third month in a row the invoice is wrong, nobody calls back, and what I was sent to read about it, "
    "https://support.customer.example/articles/0123456789abcdef0123456789abcdef0123456789abcdef, does not open."
)

Address = dict[str, object]


@dataclass(frozen=True)
class Company:
    """The people who look, what every address can point at, and by a word what is more worth looking at."""

    people: People
    world: urls.World
    particular: dict[str, Address]
    widget: str  # the page of a widget, with the pass that opens it

    def of(self, name: str, which: str) -> Address:
        """What to put into the address of that name; of what is named by the word, as much as the address asks for."""
        known = self.world.of(name)
        return {**known, **{key: each for key, each in self.particular.get(which, {}).items() if key in known}}


def found() -> Company:
    """Live through a year, and through a little more on its last morning."""
    with bell.silenced():  # there is no broker
        return _found()


def _found() -> Company:
    demo.seed(accounts=12, answers=90, seed=1, now=factories.NOW)
    people = _people()
    eventful = _eventful(people.agent)
    factories.case(5, team=people.north, contact_name="Bo Ek", comment="Slow.")
    recovered = Case.objects.filter(outcome__isnull=False).order_by("-pk")[0]
    answered = Invitation.objects.filter(response__isnull=False).order_by("-pk")[0]
    gone = factories.contact(LONG_NAME, account=eventful.account, email=f"gone.{LONG_ADDRESS}")
    Suppression.objects.create(address_hash=gone.address_hash, reason="bounced", created_at=factories.NOW)
    world = urls.world(people)
    failed = Message.objects.filter(state="sent").order_by("pk")[0]
    Message.objects.filter(pk=failed.pk).update(state="dead", to=LONG_ADDRESS, error="550 5.1.1 user unknown")
    visitor = factories.contact("Eva", external_id="V-1")
    return Company(
        people=people,
        world=world,
        particular={
            "eventful": {
                "case_id": eventful.pk,
                "account_id": eventful.account_id,
                "contact_id": eventful.contact_id,
                "message_id": Message.objects.filter(case=eventful, user__isnull=False).order_by("pk")[0].pk,
            },
            "eventful's own": {"token": customer_pages.token_of(CustomerPage.objects.get(case=eventful))},
            "recovered": {"case_id": recovered.pk, "account_id": recovered.account_id},
            "recovered's own": {"token": customer_pages.token_of(CustomerPage.objects.get(case=recovered))},
            "answered": {"token": invitations.link_token(answered)},
            "failed": {"message_id": failed.pk},
            "unknown": {"token": "nobody-has-this", "message_id": 0, "case_id": 0},
            "sv": {"language": "sv"},
            "transactional": {"survey_id": factories.survey("transactional").pk},
            **{f"{wave.state} wave": {"wave_id": wave.pk} for wave in Wave.objects.order_by("-pk")},
        },
        widget=frame(standing("widget", name="Portal"), visitor.external_id),
    )


def _people() -> People:
    staff = {person.email.partition("@")[0]: person for person in User.objects.all()}
    return People(
        north=Team.objects.get(name="East"),
        south=Team.objects.get(name="West"),
        agent=staff["anna"],
        colleague=staff["kim"],
        lead=staff["lars"],
        other_agent=staff["otto"],
        other_lead=staff["siv"],
        leader=staff["lena"],
        admin=staff["ada"],
    )


def _eventful(owner: User) -> Case:
    """A case with every kind of line, of a customer whose names are long and who has another one open."""
    account = factories.account(
        LONG_ACCOUNT, owner=owner, segment="Enterprise", country="SE", annual_value=Decimal(12_500_000), currency="SEK"
    )
    contact, other = (
        factories.contact(name, account=account, email=email, phone="+46701740605", title="VD", language="sv")
        for name, email in ((LONG_NAME, LONG_ADDRESS), ("Eva Lind", "eva@customer.example"))
    )
    factories.response(9, contact=contact, now=later(days=-400), comment="Good people.")
    factories.response(7, contact=contact, now=later(days=-200))
    answer = factories.response(1, contact=contact, now=later(days=-1), comment=LONG_COMMENT, wants_callback=True)
    case = Case.objects.get(response=answer)
    factories.response(4, contact=other, now=later(hours=-20), comment="Slow.")  # her second: her lead decides
    step = {"case_id": case.pk, "actor": owner}
    workflow.attempt(channel="phone", outcome="voicemail", reached=False, note="", now=later(hours=-22), **step)
    workflow.note(text=LONG_COMMENT, now=later(hours=-21), **step)
    mailing.send(subject="Your answer", text=f"Hello,\n\n{LONG_COMMENT}", now=later(hours=-20), **step)
    letter = Letter(key="<1@x>", address=LONG_ADDRESS, name=LONG_NAME, subject="Re: Your answer", text=LONG_COMMENT)
    correspondence.receive(letter, case_id=case.pk, now=later(hours=-3))
    factories.promised(Case.objects.get(pk=case.pk), LONG_COMMENT[:90], days=1)
    callbacks.book(starts_at=factories.NOW.replace(hour=13, minute=0), now=factories.NOW, **step)
    return Case.objects.get(pk=case.pk)
