"""How does a journey move through days, mailboxes and pages? By the doors people use, and `sweep` for the rest."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.core import mail
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from feedback import invitations
from feedback.models import Contact
from loop import sweeping
from loop.models import Case, User
from notifications.models import Message, MessageState
from tests import factories

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def forms(page: HttpResponseBase) -> list[str]:
    return re.findall(r"<form.*?</form>", page.content.decode(), re.DOTALL)


def hidden(form: str) -> dict[str, str]:
    """What a form sends of itself."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


class Walk:
    """One journey: a clock that stands where the test puts it, and everybody's mailbox."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self._clock = clock
        self._mails_seen = 0

    @property
    def now(self) -> datetime:
        return timezone.now()

    def until(self, local: str) -> None:
        """Move on to a local time such as "2026-11-20 09:12", and do all that is due by then without any broker."""
        self._clock.move_to(datetime.fromisoformat(local).replace(tzinfo=STOCKHOLM))
        self.sweep()

    def sweep(self) -> dict[str, int]:
        return sweeping.run_all(now=self.now)

    def mails(self) -> list[tuple[str, str]]:
        """What has left since the last look: the kind of each mail and the name of who got it, in order."""
        sent = Message.objects.filter(state=MessageState.SENT).select_related("user", "contact")
        new = list(sent.order_by("sent_at", "pk"))[self._mails_seen :]
        self._mails_seen += len(new)
        return [
            (message.kind, recipient.display_name) for message in new if (recipient := message.user or message.contact)
        ]

    def link_for(self, contact: Contact) -> str:
        """The address of the survey in the latest mail to this customer that has one."""
        return self._links(contact, r"/s/[\w-]+/")[-1]

    def own_page_of(self, contact: Contact) -> str:
        """The address of her own page in the latest mail to this customer that has one."""
        return self._links(contact, r"/c/[\w-]+/")[-1]

    def _links(self, contact: Contact, pattern: str) -> list[str]:
        mails = [str(each.body) for each in mail.outbox if contact.email in each.to]
        return [found[0] for body in mails if (found := re.findall(f"http://testserver({pattern})", body))]

    def ask(self, contact: Contact, survey: str = "relational") -> None:
        """Invite a customer to answer; the mail leaves with the next sweep."""
        invitations.invite(survey=factories.survey(survey), contact=contact, due_at=self.now, now=self.now)

    def open(self, contact: Contact, score: int | None = None) -> HttpResponseBase:
        """The customer, or a scanner of her mail, follows the link in her latest mail."""
        return Client().get(self.link_for(contact), {} if score is None else {"score": score})

    def answer(self, contact: Contact, score: int, comment: str = "", *, done: bool = True) -> HttpResponseBase:
        """The customer follows the link in her latest mail, fills in the page, sends it, and says that she is done."""
        form = forms(self.open(contact, score))[0]
        thanks = Client().post(
            self.link_for(contact), {**hidden(form), "score": score, "comment": comment}, follow=True
        )
        if done:
            for form in forms(thanks):
                own = re.findall(r'action="([^"]+)"', form)[0]
                Client().post(own, {**hidden(form), "do": "done"})
        return thanks

    def step(self, who: User, name: str, case: Case, **fields: object) -> HttpResponseBase:
        """A person fills in one step on the page of the case as it is now, and sends it."""
        browser = Client()
        browser.force_login(who)
        version = Case.objects.get(pk=case.pk).version
        return browser.post(f"/cases/{case.pk}/{name}/", {"version": version, **fields}, follow=True)
