"""Is an answer stored whole or not at all, wherever the web process is killed?"""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from feedback.models import Response
from feedback.suspects import keeping
from feedback.views import respond
from loop import sweeping, timeline, triage
from loop.models import Case, CaseEvent
from notifications.models import Message
from tests import factories
from tests.feedback.survey_page import SEEN, invited, link, open_form, send
from tests.prove.inside import silence
from tests.prove.proofs import Outcome, Run, proof

Kill = Callable[[], Any]


def _before(owner: Any, name: str, kill: Kill) -> None:
    setattr(owner, name, lambda *args, **kwargs: kill())


def _after(owner: Any, name: str, kill: Kill) -> None:
    done = getattr(owner, name)

    def do_and_die(*args: Any, **kwargs: Any) -> Any:
        done(*args, **kwargs)
        return kill()

    setattr(owner, name, do_and_die)


#: Where the process dies, in the order it passes them.
POINTS: dict[str, Callable[[Kill], None]] = {
    "before anything is written": lambda kill: _before(keeping, "record", kill),
    "answer written, its case not": lambda kill: _before(triage, "open_case", kill),
    "case written, its timeline not": lambda kill: _before(timeline, "record_all", kill),
    "timeline written, decision not": lambda kill: _after(timeline, "record_all", kill),
    "all written, not committed": lambda kill: _after(keeping, "settle", kill),
    "committed, not answered": lambda kill: _before(respond, "HttpResponseRedirect", kill),
}


@proof(
    "R5",
    "the web process killed while an answer comes in",
    must="half done 0; sent again, every answer is there once, with its case and its alert",
    guard="the one transaction of answer, case and timeline",
    full=50,
    quick=3,
    off=2,
    heavy=True,
)
def web_killed(run: Run) -> Outcome:
    """A process that serves one sending dies by SIGKILL at six points around the commit, so many times at each."""
    silence()
    anna = factories.user("Anna", team=factories.team("North"))
    half_done, killed, addresses = 0, 0, []
    for point, place in POINTS.items():
        for _ in range(run.count):
            asked = invited(factories.contact(account=factories.account(owner=anna)))
            addresses.append(link(asked))
            form = open_form(addresses[-1])
            killed += _serve_and_die(place, addresses[-1], form, guarded=run.guarded)
            stored = Response.objects.filter(invitation=asked).count()
            cases = Case.objects.filter(response__invitation=asked)
            lines = CaseEvent.objects.filter(case__in=cases).count()
            done = point == "committed, not answered"
            half_done += (stored, cases.count(), lines) != ((1, 1, 2) if done else (0, 0, 0))
    # The customers press the button again, and the clock ticks.
    for address in addresses:
        send(address, open_form(address), score="2", page=SEEN)
    sweeping.run_all(now=timezone.now())
    answers, cases = Response.objects.counted().count(), Case.objects.count()
    alerts = Message.objects.filter(kind="case_assigned").count()
    wrong = sum(abs(number - len(addresses)) for number in (answers, cases, alerts))
    return Outcome(
        f"{len(POINTS)} points x {run.count}, {killed} kills",
        f"half done {half_done}; sent again: answers {answers}, cases {cases}, alerts {alerts} of {len(addresses)}",
        half_done + wrong + len(addresses) - killed,
    )


def _serve_and_die(place: Callable[[Kill], None], address: str, form: dict[str, str], *, guarded: bool) -> int:
    """Returns 1 when the process that served was killed at that place."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        if not guarded:
            transaction.Atomic.__enter__ = lambda self: None
            transaction.Atomic.__exit__ = lambda self, *error: None
            QuerySet.select_for_update = lambda self, *args, **kwargs: self
        place(lambda: os.kill(os.getpid(), signal.SIGKILL))
        send(address, form, Client(), score="2", page=SEEN)
        os._exit(0)
    _child, status = os.waitpid(child, 0)
    return int(os.WIFSIGNALED(status))
