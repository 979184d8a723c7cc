"""Which files are due, and is what lies there new? Then it is handed to the imports, as if somebody had uploaded it.

One run at a time fetches a file: it says so in the row, and what it found is committed only while the row still names
it, together with the import that begins and the time it is due next. So a run that is killed leaves everything as it
was, and the next one does the same again.
"""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from feedback.importing import UnusableFile
from loop import access
from loop.imports import claims, files, steps
from loop.imports.claims import Clock
from loop.models import FileImport, FilePull, FilePullRun, ImportState, PullOutcome, PullPlace
from loop.pulls import NotYet, PullFailed, folder, rhythm, web
from loop.pulls.web import Fetched

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a fetch may take
TRIES = 5  # runs in a row that stumbled, before it counts as a failure
WRITTEN_FOR = 30  # minutes a file may be written to before that counts as one
KEPT = timedelta(days=90)  # what became of each time

_TAKEN = (PullOutcome.UNDER_WAY, PullOutcome.IMPORTED, PullOutcome.NOTHING_NEW, PullOutcome.GIVEN_UP)


class _Overtaken(Exception):
    """Somebody changed or deleted it meanwhile, or another run took over."""


def work(*, now: datetime) -> int:
    """Fetch every file that is due. Returns how many were looked for."""
    due = FilePull.objects.filter(_due(now)).exclude(runs__outcome=PullOutcome.UNDER_WAY)
    return sum(go_on(pull_id, now=now) for pull_id in list(due.order_by("due_at", "pk").values_list("pk", flat=True)))


def go_on(pull_id: int, *, now: datetime) -> bool:
    """Fetch this one if it is due and nobody else does. Returns whether something was found out."""
    pull, clock = _claim(pull_id, now), claims.clock_from(now)
    if pull is None:
        return False
    try:
        with claims.words_for(pull.set_up_by):
            _fetch(pull, clock)
    except _Overtaken:
        return False
    except NotYet:
        return _wait(pull, clock)
    except Exception as error:  # one file must not hold up the others
        logger.exception("pull %s stumbled", pull.pk)
        if pull.tries < TRIES or isinstance(error, OperationalError):
            FilePull.objects.filter(pk=pull.pk, runner=pull.runner).update(claimed_until=None)
            return False
        return _failed(pull, _("Something went wrong on our side; the log says what."), clock)
    return True


def _due(now: datetime) -> Q:
    wanted = Q(is_active=True) | Q(asked_by__isnull=False)
    return wanted & Q(due_at__lte=now) & (Q(claimed_until=None) | Q(claimed_until__lt=now))


def _claim(pull_id: int, now: datetime) -> FilePull | None:
    runner = secrets.token_hex(16)
    free = FilePull.objects.filter(_due(now), pk=pull_id).exclude(runs__outcome=PullOutcome.UNDER_WAY)
    taken = free.update(runner=runner, claimed_until=now + LEASE, tries=F("tries") + 1)
    if not taken:
        return None
    return FilePull.objects.select_related("survey", "set_up_by").filter(pk=pull_id, runner=runner).first()


def _fetch(pull: FilePull, clock: Clock) -> None:
    """Find out what is there, and note what became of it."""
    try:
        if not access.may_manage(pull.set_up_by):
            raise PullFailed(nobodys(pull))
        fetched, more = _from_web(pull) if pull.place == PullPlace.ADDRESS else _from_folder(pull, clock())
        if fetched is None:
            _close(pull, PullOutcome.UNCHANGED, clock)
        else:
            _hand_over(pull, fetched, more, clock)
    except (PullFailed, UnusableFile) as error:
        _failed(pull, str(error), clock)


def nobodys(pull: FilePull) -> str:
    """Why nothing is fetched in the name of somebody who is no administrator any more."""
    told = {"who": pull.set_up_by.display_name}
    return _("%(who)s set this up and is no administrator any more. Whoever saves it anew takes it over.") % told


def _from_web(pull: FilePull) -> tuple[Fetched | None, bool]:
    last = _taken(pull).last()
    is_known = last is not None and _is_settled(last)
    fetched = web.fetch(pull, if_changed=is_known)
    if fetched is not None and is_known and last is not None and fetched.kept.digest == last.digest:
        files.discard(fetched.kept.name)
        return None, False
    return fetched, False


def _from_folder(pull: FilePull, now: datetime) -> tuple[Fetched | None, bool]:
    """The first file that is new: of one name when it changed, of several the oldest that never came.

    What was tried in vain comes after the others, so that it does not keep them from coming in.
    """
    found = folder.found(pull.path, now=now)
    taken = _taken(pull)
    tried = {run.digest for run in taken}
    settled = {run.digest for run in (taken if folder.is_pattern(pull.path) else list(taken)[-1:]) if _is_settled(run)}
    listed, unusable = [], None
    for one in found:
        try:
            web.require_small(one.size)
            listed.append((one, folder.digest_of(pull.path, one.name)))
        except PullFailed as failed:  # told when nothing else is left to come in
            unusable = unusable or failed
    new = [(one, digest) for one, digest in listed if digest not in settled]
    new.sort(key=lambda each: each[1] in tried)
    if not new and unusable is not None:
        raise unusable
    if not new:
        return None, False
    one, _digest = new[0]
    kept = files.keep(web.limited(folder.read(pull.path, one.name)))
    return Fetched(kept, one.name), any(digest not in tried for _one, digest in new[1:])


def _taken(pull: FilePull) -> Any:
    """The times a file came since it is read as it is now, in their order."""
    runs = FilePullRun.objects.filter(pull=pull, at__gte=pull.since).exclude(digest="")
    return runs.select_related("file_import").order_by("at", "pk")


def _is_settled(run: FilePullRun) -> bool:
    """Whether the same file again would be of no use: it is in, or somebody is to say or has said what is done."""
    if run.outcome in _TAKEN:
        return True
    one: FileImport | None = run.file_import
    if run.outcome != PullOutcome.WAITS or one is None:
        return False
    return not one.events.let_go().exists()  # what was, because somebody's data was erased, has to come again


def _hand_over(pull: FilePull, fetched: Fetched, more: bool, clock: Clock) -> None:
    name = steps.shown_name(fetched.filename)

    def along(one: FileImport) -> None:
        _close(pull, PullOutcome.UNDER_WAY, clock, fetched=fetched, file_import=one, is_next_at_once=more)

    try:
        steps.take_in(
            fetched.kept,
            filename=name,
            kind=pull.kind,
            survey=pull.survey,
            actor=pull.set_up_by,
            now=clock(),
            choices=pull.choices,
            along=along,
        )
    except UnusableFile as unusable:
        _close(pull, PullOutcome.FAILED, clock, fetched=fetched, problem=str(unusable))


def _failed(pull: FilePull, why: str, clock: Clock) -> bool:
    try:
        _close(pull, PullOutcome.FAILED, clock, problem=why)
    except _Overtaken:
        return False
    return True


def _wait(pull: FilePull, clock: Clock) -> bool:
    """The file is being written to: look again in a minute, but not for ever."""
    if pull.tries > WRITTEN_FOR:
        with claims.words_for(pull.set_up_by):
            return _failed(pull, _("The file has been written to for half an hour."), clock)
    mine = FilePull.objects.filter(pk=pull.pk, runner=pull.runner)
    mine.update(claimed_until=None, due_at=clock() + timedelta(minutes=1))
    return False


@transaction.atomic
def _close(
    pull: FilePull,
    outcome: PullOutcome,
    clock: Clock,
    *,
    fetched: Fetched | None = None,
    file_import: FileImport | None = None,
    problem: str = "",
    is_next_at_once: bool = False,
) -> None:
    """Note what became of this time, and when the next one is."""
    now = clock()
    held = FilePull.objects.select_for_update(of=("self",)).filter(pk=pull.pk, runner=pull.runner).first()
    if held is None or held.claimed_until is None:
        raise _Overtaken
    FilePullRun.objects.create(
        pull=held,
        at=now,
        asked_by=held.asked_by,
        outcome=outcome,
        filename=steps.shown_name(fetched.filename) if fetched else "",
        size=fetched.kept.size if fetched else 0,
        digest=fetched.kept.digest if fetched else "",
        file_import=file_import,
        problem=problem[:500],
        ended_at=None if outcome == PullOutcome.UNDER_WAY else now,
    )
    if file_import is not None and fetched is not None:
        held.etag, held.modified = fetched.etag, fetched.modified
    held.due_at = rhythm.next_due(rhythm=held.rhythm, hour=held.hour, weekday=held.weekday, after=now)
    held.claimed_until, held.asked_by, held.tries = None, None, 0
    waits = outcome == PullOutcome.UNCHANGED and _last_waits(held)
    count(held, went_wrong=outcome == PullOutcome.FAILED or waits, is_over=outcome != PullOutcome.UNDER_WAY, now=now)
    if outcome == PullOutcome.FAILED:
        held.due_at = rhythm.again_at(held.due_at, failures=held.failures, now=now)
    if is_next_at_once:
        held.due_at = now
    held.save()
    held.runs.filter(at__lt=now - KEPT, file_import=None).delete()


def count(pull: FilePull, *, went_wrong: bool, is_over: bool, now: datetime) -> None:
    """Count what went wrong in a row, in a locked row that the caller saves."""
    if went_wrong:
        pull.failures = min(pull.failures + 1, 30_000)
        pull.failing_since = pull.failing_since or now
    elif is_over:
        pull.failures, pull.failing_since = 0, None


def _last_waits(pull: FilePull) -> bool:
    """Whether the file that is there is one somebody is to say a word about."""
    last = _taken(pull).last()
    if last is None or last.outcome != PullOutcome.WAITS or last.file_import is None:
        return False
    return bool(last.file_import.state == ImportState.CHECKED)
