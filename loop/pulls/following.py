"""What becomes of a file that was fetched? It is imported without a word where it can be, and waits for one where not.

The dry run says which: the same that a person sees before they press the button. A file that cannot be imported as it
is stays for an administrator to correct on the page of imports; a newer one of the same name takes its place.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from loop import access
from loop.imports import claims, steps, work
from loop.imports.steps import ImportRefused
from loop.models import FileImport, FilePull, FilePullRun, ImportState, PullOutcome
from loop.models.file_import import ENDED
from loop.pulls import fetching, folder, rhythm

logger = logging.getLogger(__name__)

_ENDS = {
    ImportState.DONE: PullOutcome.IMPORTED,
    ImportState.FAILED: PullOutcome.FAILED,
    ImportState.DISCARDED: PullOutcome.GIVEN_UP,
}


def follow(*, now: datetime) -> int:
    """Go on with every file that was fetched and is not imported yet. Returns how many came to their end."""
    runs = FilePullRun.objects.filter(outcome=PullOutcome.UNDER_WAY).order_by("pk")
    done = 0
    for run_id in list(runs.values_list("pk", flat=True)):
        try:
            done += go_on(run_id, now=now)
        except Exception:  # one file must not hold up the others; deleted meanwhile, it is not there the next time
            logger.exception("what pull run %s fetched could not be gone on with", run_id)
    return done + _hear_their_word(now)


def _hear_their_word(now: datetime) -> int:
    """End what waited for somebody's word and has had it."""
    said = {ImportState.DONE: PullOutcome.IMPORTED, ImportState.DISCARDED: PullOutcome.GIVEN_UP}
    waiting = FilePullRun.objects.filter(outcome=PullOutcome.WAITS, file_import__state__in=said)
    done = 0
    for run in waiting.select_related("file_import").order_by("pk"):
        one = run.file_import
        if one is None or one.events.of_loop().filter(state=ImportState.DISCARDED).exists():
            continue  # nobody said a word
        with transaction.atomic():
            pull = FilePull.objects.select_for_update().get(pk=run.pull_id)
            done += FilePullRun.objects.filter(pk=run.pk, outcome=PullOutcome.WAITS).update(
                outcome=said[ImportState(one.state)], problem="", ended_at=now
            )
            if not pull.runs.filter(pk__gt=run.pk).exclude(outcome=PullOutcome.UNCHANGED).exists():
                fetching.count(pull, went_wrong=False, is_over=True, now=now)
                pull.save(update_fields=["failures", "failing_since"])
    return done


def go_on(run_id: int, *, now: datetime) -> bool:
    """Look through, decide, import; each as far as nobody else is at it. Returns whether it is over."""
    one = _import_of(run_id)
    if one.state == ImportState.UPLOADED:
        work.go_on(one.pk, one.state, now=now)
        one = _import_of(run_id)
    if one.state == ImportState.CHECKED:
        _decide(run_id, now)
        one = _import_of(run_id)
    if one.state == ImportState.RUNNING:
        work.go_on(one.pk, one.state, now=now)
        one = _import_of(run_id)
    if one.state in ENDED:
        with transaction.atomic():
            if (run := _locked(run_id)) is not None:
                let_go = one.events.let_go().first()
                if let_go is not None:  # because somebody's data was erased: the file has to come again
                    _end(run, PullOutcome.FAILED, let_go.reason, now)
                else:
                    _end(run, _ENDS[ImportState(one.state)], one.problem, now)
    return FilePullRun.objects.filter(pk=run_id).exclude(outcome=PullOutcome.UNDER_WAY).exists()


def _import_of(run_id: int) -> FileImport:
    return FileImport.objects.get(pull_run=run_id)


def _locked(run_id: int) -> FilePullRun | None:
    """The row, locked with that of its pull; None where it is over by now."""
    if FilePull.objects.select_for_update().filter(runs=run_id).first() is None:
        return None
    runs = FilePullRun.objects.select_for_update(of=("self",)).filter(pk=run_id, outcome=PullOutcome.UNDER_WAY)
    return runs.select_related("pull__set_up_by", "file_import").first()


@transaction.atomic
def _decide(run_id: int, now: datetime) -> None:
    """Start the import, or say what keeps it from that."""
    run = _locked(run_id)
    one = run.file_import if run is not None else None
    if run is None or one is None or one.state != ImportState.CHECKED:
        return
    pull = run.pull
    with claims.words_for(pull.set_up_by):
        why = steps.cannot_start(one)
        if not why:
            try:
                steps.start(one, actor=pull.set_up_by, now=now)
            except ImportRefused:
                return  # somebody who looks at it was faster
            except access.NotAllowed:
                why = _("%(who)s set this up and is no administrator any more.") % {"who": pull.set_up_by.display_name}
        if why and _holds_nothing_new(one):
            steps.discard(one, actor=None, now=now)
            _end(run, PullOutcome.NOTHING_NEW, "", now)
        elif why:
            _end(run, PullOutcome.WAITS, why, now)


def _holds_nothing_new(one: FileImport) -> bool:
    """Whether all its good rows are here. What is wrong with others was told when the good ones came."""
    counts = one.found.get("counts", {})
    if one.found.get("problem") or counts.get("accepted"):
        return False
    return not counts.get("rejected") or bool(counts.get("duplicate") and not one.choices.get("all_or_nothing"))


def _end(run: FilePullRun, outcome: PullOutcome, problem: str, now: datetime) -> None:
    run.outcome, run.ended_at, run.problem = outcome, now, problem[:500]
    run.save(update_fields=["outcome", "ended_at", "problem"])
    pull = FilePull.objects.get(pk=run.pull_id)
    went_wrong = outcome in (PullOutcome.FAILED, PullOutcome.WAITS)
    fetching.count(pull, went_wrong=went_wrong, is_over=True, now=now)
    if outcome == PullOutcome.FAILED:
        pull.due_at = rhythm.again_at(pull.due_at, failures=pull.failures, now=now)
    pull.save(update_fields=["failures", "failing_since", "due_at"])
    if not folder.is_pattern(pull.path):
        _let_go_of_earlier(run, now)


def _let_go_of_earlier(run: FilePullRun, now: datetime) -> None:
    """What waits for a word and is older than this would bring back what was."""
    earlier = FilePullRun.objects.filter(pull=run.pull_id, outcome=PullOutcome.WAITS, pk__lt=run.pk)
    for each in earlier.filter(file_import__state=ImportState.CHECKED).select_related("file_import"):
        if each.file_import is not None:
            steps.discard(each.file_import, actor=None, now=now, reason=_("A newer file came in its place."))
