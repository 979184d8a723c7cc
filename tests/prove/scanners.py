"""Can a machine give a score? It opens every link, sends every form, guesses tokens."""

import re
import string
from datetime import timedelta

import time_machine
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from feedback import contacts, invitations, responses, suspects, tokens
from feedback.models import Contact, Response, Suppression
from feedback.suspects import deciding
from feedback.views import respond
from loop import customer_pages, solved
from loop.models import Case
from tests import factories
from tests.feedback.survey_page import SEEN, answer, invited, link
from tests.feedback.test_scanners import SCANNERS, everything_in_the_mail
from tests.journeys.walk import forms, hidden
from tests.prove.inside import patched, silence
from tests.prove.proofs import Outcome, Run, proof


def counted() -> dict[str, int]:
    """What no machine may have made."""
    return {
        "answers": Response.objects.counted().count(),
        "cases": Case.objects.open().count(),
        "unsubscribes": Suppression.objects.count() + Contact.objects.exclude(opted_out_at=None).count(),
    }


def words(found: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in found.items())


@proof(
    "E1",
    "machines that open links",
    must="answers 0, cases 0, unsubscribes 0",
    guard="the rule that opening a page writes nothing",
    full=10_000,
    quick=300,
    off=60,
)
def machines_that_open(run: Run) -> Outcome:
    """HEAD and GET of every link in a mail under the names scanners give themselves, seconds to hours after it left."""
    silence()
    if not run.guarded:
        shown = respond.ask

        def record_the_score_of_the_link(request, invitation, *args, **kwargs):
            if score := request.GET.get("score"):
                responses.record_response(
                    survey=invitation.survey, contact=invitation.contact, invitation=invitation, score=int(score),
                    source="page", now=timezone.now(),
                )  # fmt: skip
            return shown(request, invitation, *args, **kwargs)

        respond.ask = record_the_score_of_the_link
    mailed = [timedelta(seconds=seconds) for seconds in (0, 2, 12, 60, 600, 7200)]
    anna = factories.user("Anna", team=factories.team("North"))
    asked = [
        invited(factories.contact(account=factories.account(owner=anna)), mailed=mailed[number % len(mailed)])
        for number in range(max(1, run.count // 500))
    ]
    addresses = [address for invitation in asked for address in everything_in_the_mail(invitation)]
    browser, failed = Client(), 0
    for hit in range(run.count):
        ask = browser.head if hit % 3 == 0 else browser.get
        page = ask(addresses[hit % len(addresses)], headers=SCANNERS[hit % len(SCANNERS)])
        failed += page.status_code != 200
    found = counted()
    return Outcome(f"{run.count:,} hits", f"{words(found)}; errors {failed}", sum(found.values()) + failed)


@proof(
    "E1b",
    "machines that send every form",
    must="answers 0, open cases 0; who answered before them or after is counted as they answered",
    guard="the rules that suspect a machine",
    full=1_100,
    quick=55,
    off=11,
)
def machines_that_send(run: Run) -> Outcome:
    """All forms by a link, as a script and as a driven browser do; one soon after the mail; all, after a person."""
    silence()
    many = run.count // 11
    few = max(6, many // 4)  # each pause after the mail, each trace of a person, soon and later
    links = [link(invited(factories.contact())) for _ in range(many)]
    with patched(deciding, "suspicion", lambda facts: None, when=not run.guarded):
        for number, address in enumerate(links):
            _send_all(address, page=SEEN if number % 2 else "")
        for number in range(few):
            mailed = timedelta(seconds=(0, 2, 12, 60, 240)[number % 5])
            answer(link(invited(factories.contact(), mailed=mailed)), score=run.chance.randrange(11))
        found = counted()
        kept = _people_first(few)
    # The same minute is a driven browser's: a person's answer in it waits to be verified.
    later = timezone.now() + timedelta(minutes=10)
    for invitation in [invitations.find(address.split("/")[2]) for address in links]:
        suspects.take(invitation, suspects.Sending(4, evidence=suspects.Evidence(2, 9)), now=later)
    people = Response.objects.counted().filter(score=4).count()
    return Outcome(
        f"{run.count:,} forms by {many} links, 1 by each of {few}, 11 by each of {few} answered before",
        f"{words(found)}; people before them {kept} of {few}, after them {people} of {many}",
        sum(found.values()) + abs(few - kept) + abs(many - people),
    )


def _people_first(how_many: int) -> int:
    """People answer 2, with words, with scripts or with both; a script then sends all the forms, soon or later.

    Returns how many answers, and their cases, still stand.
    """
    stand = 0
    for number in range(how_many):
        asked = invited(factories.contact())
        evidence, said = ((SEEN, ""), ("", "Late."), (SEEN, "Late."))[number % 3]
        with time_machine.travel(timezone.now(), tick=False) as clock:
            answer(link(asked), score=2, comment=said, page=evidence)
            clock.shift((10, 180)[number % 2])
            _send_all(link(asked), comment=said)
        answers = Response.objects.counted().filter(invitation=asked, score=2, comment=said)
        stand += answers.exists() and Case.objects.open().filter(response__in=answers).exists()
    return stand


def _send_all(address: str, **details: str) -> None:
    for score in range(11):
        answer(f"{address}?score={score}", score=score, **details)


@proof(
    "E1c",
    "machines that say whether it is solved",
    must="reopened 0, confirmed 0; then every person without scripts is believed",
    guard="asking once more whoever pressed unseen",
    full=500,
    quick=20,
    off=4,
)
def machines_that_say_solved(run: Run) -> Outcome:
    """One of the two links, its form sent without scripts long after the mail, and then whatever form comes back."""
    silence()
    if not run.guarded:
        say = solved.say
        solved.say = lambda *args, **kwargs: say(*args, **{**kwargs, "evidence": suspects.Evidence(1, 9)})
    long_ago = timezone.now() - timedelta(days=3)
    cases = [factories.resolved_case(now=long_ago) for _ in range(run.count)]
    links = [f"/c/{customer_pages.token_of(case.customer_page)}/solved/" for case in cases]

    def press(address: str, page: HttpResponseBase, said: str) -> HttpResponseBase:
        return Client().post(address, {**hidden(forms(page)[0]), said: "1"})

    for number, address in enumerate(links):
        said = ("solved", "not_solved")[number % 2]
        page = press(address, Client().get(f"{address}?{said}"), said)
        if page.status_code == 200:
            first = re.findall(r'<button type="submit"[^>]* name="(\w+)"', page.content.decode())[0]
            press(address, page, first)
    solved.take_effect(now=timezone.now() + timedelta(minutes=2))
    reopened = Case.objects.open().count()
    confirmed = Case.objects.exclude(customer_confirmed_at=None).count()
    if run.guarded:
        with time_machine.travel(timezone.now() + timedelta(minutes=10)):
            for number, address in enumerate(links):
                said = ("not_solved", "solved")[number % 2]
                press(address, press(address, Client().get(f"{address}?{said}"), said), said)
            solved.take_effect(now=timezone.now() + timedelta(minutes=2))
    believed = Case.objects.open().count() + Case.objects.exclude(customer_confirmed_at=None).count()
    return Outcome(
        f"{run.count:,} links, up to 2 forms each",
        f"reopened {reopened}, confirmed {confirmed}; then {believed} of {run.count} people believed",
        reopened + confirmed + (run.count - believed if run.guarded else 0),
    )


@proof(
    "E6",
    "forged tokens",
    must="accepted 0, one and the same answer",
    guard="the comparison of the whole token",
    full=100_000,
    quick=2_000,
    off=500,
)
def forged_tokens(run: Run) -> Outcome:
    """One character changed, cut short, lengthened, with an id in front, of another purpose; every 100th by HTTP."""
    silence()
    if not run.guarded:
        whole = tokens.fingerprint
        tokens.fingerprint = lambda token: whole(token[:6])
    chance, letters = run.chance, string.ascii_letters + string.digits + "-_"
    eva = factories.contact("Eva")
    token, unsubscribe = invitations.link_token(invited(eva)), contacts.unsubscribe_token(eva)
    own = customer_pages.token_of(factories.response(3, contact=factories.contact("Bo")).case.customer_page)
    accepted, answers, own_answers = 0, set(), set()
    before = counted()

    def forge(whole: str, place: int) -> tuple[str, ...]:
        changed = whole[:place] + chance.choice(letters.replace(whole[place], "")) + whole[place + 1 :]
        return changed, whole[:place] or "x", whole + chance.choice(letters)

    for number in range(run.count):
        place = chance.randrange(len(token))
        forged = (*forge(token, place), f"{eva.pk}-{token}", unsubscribe)[number % 5]
        accepted += invitations.find(forged) is not None
        forged_leave = (*forge(unsubscribe, place), f"{eva.pk}-{token}", token)[number % 5]
        accepted += contacts.find_by_unsubscribe_token(forged_leave) is not None
        forged_page = (*forge(own, place), f"{eva.pk}-{own}", token)[number % 5]
        accepted += customer_pages.find(forged_page) is not None
        if number % 100 == 0:
            page = Client().get(f"/s/{forged}/")
            answers.add((page.status_code, page.content))
            accepted += Client().post(f"/s/{forged}/", {"score": "3"}).status_code != 404
            page = Client().get(f"/c/{forged_page}/")
            own_answers.add((page.status_code, page.content))
            accepted += Client().post(f"/c/{forged_page}/", {"do": "other"}).status_code != 404
    found = {name: number - before[name] for name, number in counted().items()}
    different = len(answers) + len(own_answers)
    return Outcome(
        f"{run.count:,} tokens of each purpose",
        f"accepted {accepted}, different answers {different} of 2 pages, {words(found)}",
        accepted + different - 2 + sum(found.values()),
    )
