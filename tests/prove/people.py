"""Does every person's answer count, and count once, however oddly or often it is sent?"""

import os
from datetime import timedelta
from random import Random

import time_machine
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections, models
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import sync_playwright

from feedback import suspects
from feedback.models import Response
from feedback.suspects import deciding
from loop.models import Case
from tests import factories
from tests.browser.test_survey_page import WAYS
from tests.conftest import CHROMIUM
from tests.feedback.survey_page import invited, link, open_form, send
from tests.feedback.test_odd_sessions import SESSIONS
from tests.feedback.test_scanners import everything_in_the_mail
from tests.prove.inside import in_threads, patched, silence, without_locks
from tests.prove.proofs import SQLITE, Outcome, Run, proof


@proof(
    "E2",
    "a browser that sends every form, then a person",
    must="counted 0, cases 0; then the person counted once",
    guard="the rules that suspect a machine",
    full=10,
    quick=0,
    off=0,
    databases=(SQLITE,),
)
def browser_that_sends(run: Run) -> Outcome:
    """Headless Chromium: all eleven links and the hidden one, so many seconds on each, three ways of sending."""
    silence()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    home = f"http://127.0.0.1:{server.port}"
    asked = {way: invited(factories.contact(), mailed=timedelta(hours=2)) for way in WAYS}
    forms = 0
    with (
        sync_playwright() as playwright,
        patched(deciding, "suspicion", lambda facts: None, when=not run.guarded),
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for way, invitation in asked.items():
            for address in everything_in_the_mail(invitation)[1:-1]:
                page.goto(home + address)
                page.wait_for_timeout(run.count * 1000 + 50)
                if page.locator("input[name=score]:checked").count() == 0:
                    page.evaluate("document.querySelector('input[name=score]').checked = true")
                with page.expect_navigation():
                    WAYS[way](page)
                forms += 1
        machines, cases = Response.objects.counted().count(), Case.objects.open().count()
        suspected = suspects.to_verify().count()
        # Somebody else's link, which no machine has opened: what is sent within its minute waits to be verified.
        person = invited(factories.contact(), mailed=timedelta(hours=2))
        page.goto(f"{home}{link(person)}?score=4")
        page.wait_for_timeout(1500)
        page.locator("form button").click()
        page.wait_for_url("**?sent")
        browser.close()
    people = Response.objects.counted().filter(invitation=person, score=4).count()
    server.terminate()
    return Outcome(
        f"{forms} forms by {len(asked)} ways of sending, {run.count} s on each page",
        f"counted {machines}, cases {cases}, to verify {suspected}; then the person {people}",
        machines + cases + abs(people - 1) + (suspected == 0),
    )


@proof(
    "E3",
    "people who do odd things",
    must="answers lost 0, doubled 0",
    guard="a person's right to correct a slip within the minute",
    full=1_000,
    quick=36,
    off=60,
)
def odd_people(run: Run) -> Outcome:
    """Back, reload, double tap, two tabs, scripts off, corrections, before and after a scanner."""
    silence()
    chance: Random = run.chance
    given = {}
    with (
        time_machine.travel(timezone.now(), tick=False) as clock,
        patched(deciding, "SCORES_OF_A_PERSON", 1, when=not run.guarded),
    ):
        for number in range(run.count):
            asked = invited(factories.contact())
            given[asked.pk] = chance.randrange(11)
            SESSIONS[number % len(SESSIONS)](link(asked), clock, given[asked.pk])
    kept = dict(Response.objects.counted().exclude(invitation=None).values_list("invitation", "score"))
    wrong = sum(kept.get(asked) != score for asked, score in given.items())
    others = len(kept.keys() - given.keys())
    return Outcome(
        f"{run.count:,} sessions of {len(SESSIONS)} kinds",
        f"lost or wrong {wrong}, doubled {others}, kept {len(kept):,}",
        wrong + others,
    )


@proof(
    "E4",
    "one link sent many times at once",
    must="one response an invitation, at most one case each, every sending answered",
    guard="locks and the unique key",
    full=10_000,
    quick=300,
    off=200,
)
def many_sendings(run: Run) -> Outcome:
    """Twenty sendings of each link, eight at any moment."""
    silence()
    if not run.guarded:
        without_locks()
        _without_unique_answers()
    addresses = [link(invited(factories.contact())) for _ in range(run.count // 20)]
    forms = {address: open_form(address) for address in addresses}
    taps = [address for address in addresses for _ in range(20)]
    done = in_threads(lambda address: send(address, forms[address], score="2", comment="Late.").status_code, taps)
    refused = sum(status != 303 for status in done)
    answers = Response.objects.counted().count()
    each = Response.objects.values("invitation").distinct().count()
    cases = Case.objects.count()
    return Outcome(
        f"{len(addresses)} invitations x 20 sendings",
        f"responses {answers}, invitations answered {each}, cases {cases}, sendings refused {refused}",
        abs(answers - len(addresses)) + abs(each - len(addresses)) + max(cases - len(addresses), 0) + refused,
    )


def _without_unique_answers() -> None:
    """Let a second response of one invitation into the table."""
    unique = Response._meta.get_field("invitation")
    plain = models.ForeignKey(unique.related_model, models.PROTECT, null=True, blank=True, related_name="+")
    plain.set_attributes_from_name("invitation")
    plain.model = Response
    with connection.schema_editor() as editor:
        editor.alter_field(Response, unique, plain)
    connections.close_all()
