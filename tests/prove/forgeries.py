"""Does a made-up link open a customer's own page or somebody's calendar? Does its answer, or its time, tell how near it
came?"""

import string
import time
from datetime import timedelta
from random import Random

from django.test import Client
from django.utils import timezone

from feedback import contacts, invitations, tokens
from loop import calendar_feed, callbacks, customer_pages, step_links
from loop.models import Case, CaseEvent, User
from tests import factories
from tests.feedback.survey_page import invited
from tests.prove.inside import silence
from tests.prove.proofs import Outcome, Run, proof

LETTERS = string.ascii_letters + string.digits + "-_"
PAGES = ("/c/{}/", "/c/{}/solved/", "/c/{}/data/", "/c/{}/call.ics", "/calendar/{}.ics")
FORMS = (("/c/{}/", {"do": "other"}), ("/c/{}/solved/", {"not_solved": "1"}), ("/c/{}/data/", {"what": "erase"}))
BY_HTTP = 100  # every so manieth goes through the web pages as well

#: How far the times of near misses may lie from those of random tokens: 0.5 is not at all, 1 is that each took longer.
#: Of few tokens chance alone makes more, and `_told_apart` allows for that.
TOLD_APART = 0.02


@proof(
    "E6c",
    "forged tokens of a customer's own page",
    must="accepted 0, one and the same answer of each page, near misses as fast as random ones",
    guard="the comparison of the whole token",
    full=100_000,
    quick=2_000,
    off=500,
)
def forged_pages(run: Run) -> Outcome:
    """The page, solved or not, own data, the agreed call, and the calendar feed: characters changed, cut, added, of
    another purpose or another customer, and at random."""
    silence()
    if not run.guarded:
        whole = tokens.fingerprint
        tokens.fingerprint = lambda token: whole(token[:6])
    chance, now = run.chance, timezone.now()
    anna = factories.user("Anna", team=factories.team("North"))
    case = factories.case(3, owner=anna)
    callbacks.book(case_id=case.pk, starts_at=callbacks.times_for(case, now=now)[0], actor=None, now=now)
    own, feed = _own_tokens(case, anna)
    others = _other_tokens(case, anna)
    events, states = CaseEvent.objects.count(), set(Case.objects.values_list("pk", "version"))
    accepted, answers = 0, {page: set[tuple[int, bytes]]() for page in PAGES}
    took: dict[str, list[float]] = {"near": [], "random": []}
    for number in range(run.count):
        kind, forged = _forge(own, number, others, chance)
        forged_feed = _forge(feed, number, others, chance)[1]
        began = time.perf_counter()
        found = customer_pages.find(forged)
        took[kind].append(time.perf_counter() - began)
        accepted += (found is not None) + (calendar_feed.find(forged_feed) is not None)
        if number % BY_HTTP == 0:
            for page, seen in answers.items():
                said = Client().get(page.format(forged_feed if "calendar" in page else forged))
                seen.add((said.status_code, said.content))
                accepted += said.status_code != 404
            accepted += sum(Client().post(page.format(forged), data).status_code != 404 for page, data in FORMS)
    written = CaseEvent.objects.count() - events + (set(Case.objects.values_list("pk", "version")) != states)
    different = sum(len(seen) - 1 for seen in answers.values())
    apart, allowed = _told_apart(took["near"], took["random"])
    return Outcome(
        f"{run.count:,} tokens of each of 2 purposes, 5 pages",
        f"accepted {accepted}, written {written}, answers that differ {different}, "
        f"times told apart {abs(apart - 0.5):.3f} (chance allows {allowed:.3f})",
        accepted + written + different + (abs(apart - 0.5) > allowed),
    )


def _own_tokens(case: Case, user: User) -> tuple[str, str]:
    feed = calendar_feed.renew(user, now=timezone.now())
    in_feed = calendar_feed.path(feed).rpartition("/")[2].removesuffix(".ics")
    return customer_pages.token_of(case.customer_page), in_feed


def _other_tokens(case: Case, user: User) -> list[str]:
    """Tokens that are real, each for something else."""
    assert case.contact is not None
    asked = invited(case.contact, mailed=timedelta(hours=1))
    step = step_links.url(user, case, "attempt").rstrip("/").rpartition("/")[2]
    return [invitations.link_token(asked), contacts.unsubscribe_token(case.contact), step]


def _forge(whole: str, number: int, others: list[str], chance: Random) -> tuple[str, str]:
    """A token that is not `whole`: near to it, real but of another purpose, or made up altogether."""
    place = chance.randrange(len(whole))
    match number % 6:
        case 0:
            return "near", whole[:place] + chance.choice(LETTERS.replace(whole[place], "")) + whole[place + 1 :]
        case 1:
            return "near", whole[:-1] + chance.choice(LETTERS.replace(whole[-1], ""))
        case 2:
            return "near", (whole[:place] or "x") if place % 2 else whole + chance.choice(LETTERS)
        case 3:
            return "random", others[number % len(others)]
        case _:
            return "random", "".join(chance.choices(LETTERS, k=len(whole)))


def _told_apart(some: list[float], others: list[float]) -> tuple[float, float]:
    """The chance that one of `some` is larger than one of `others`, and how far from a half it may be by chance."""
    ranked = sorted([(at, 1) for at in some] + [(at, 0) for at in others])
    ranks = sum(place for place, (_at, is_some) in enumerate(ranked, start=1) if is_some)
    n, m = len(some), len(others)
    by_chance = 4 * ((n + m + 1) / (12 * n * m)) ** 0.5  # four standard deviations
    return (ranks - n * (n + 1) / 2) / (n * m), max(TOLD_APART, by_chance)
