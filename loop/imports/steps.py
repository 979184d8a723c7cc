"""What can people do with an import, and when? Each step locks the row, and each change of the state leaves one."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from feedback.importing.encoding import UnclearEncoding
from feedback.importing.table import open_table
from feedback.models import Survey
from loop import access, rows_at_once
from loop.imports import files
from loop.imports.kinds import shown
from loop.models import FileImport, FileImportEvent, ImportKind, ImportState, User
from loop.models.file_import import ENDED, NEXT

LONGEST_NAME = 200  # characters of a file's name that are kept


class ImportRefused(ValueError):
    """This step is not possible now; says why."""


def upload(
    file: UploadedFile, *, kind: ImportKind, survey: Survey | None, actor: User, now: datetime, via: str = ""
) -> FileImport:
    """Store a file, to be looked through.

    Args:
        via: which key of another system does it, in the name of `actor`.

    Raises:
        NotAllowed: only administrators do.
        UnusableFile: it holds no table; it is not kept.
    """
    _require(actor)
    kept = files.keep(file.chunks())
    return take_in(kept, filename=file.name or "", kind=kind, survey=survey, actor=actor, now=now, via=via)


def take_in(
    kept: files.Kept,
    *,
    filename: str,
    kind: str,
    survey: Survey | None,
    actor: User,
    now: datetime,
    choices: dict[str, Any] | None = None,
    via: str = "",
    along: Callable[[FileImport], object] = lambda _one: None,
) -> FileImport:
    """Have a stored file looked through; it is deleted where that cannot be.

    Args:
        choices: how it is read, where that was decided beforehand.
        via: which key of another system does it, in the name of `actor`.
        along: writes what is committed with it.

    Raises:
        NotAllowed: only administrators do.
        UnusableFile: it holds no table.
    """
    try:
        _require(actor)
        with (files.folder() / kept.name).open("rb") as stored, suppress(UnclearEncoding):  # a person may say which
            open_table(stored)
        with transaction.atomic():
            one = FileImport.objects.create(
                kind=kind,
                survey=survey if kind == ImportKind.ANSWERS else None,
                filename=shown_name(filename),
                size=kept.size,
                digest=kept.digest,
                stored_as=kept.name,
                uploaded_by=actor,
                uploaded_at=now,
                choices=choices or {},
            )
            by = {"via": via[:100]} if via else {"actor": actor}
            FileImportEvent.objects.create(file_import=one, state=one.state, at=now, **by)
            along(one)
    except BaseException:
        files.discard(kept.name)
        raise
    return one


def shown_name(name: str) -> str:
    """A file's name as it is kept: no control characters, and not longer than a line; its end says what it is."""
    plain = shown(name, len(name)) or _("file")
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 21]}…{plain[-20:]}"


def imported_before(one: FileImport) -> FileImport | None:
    """The latest import of the very same file that came to its end."""
    same = FileImport.objects.filter(kind=one.kind, digest=one.digest, survey=one.survey, state=ImportState.DONE)
    return same.exclude(pk=one.pk).order_by("-finished_at").first()


@transaction.atomic
def choose(
    one: FileImport, *, survey: Survey | None, choices: dict[str, Any], actor: User | None, now: datetime, via: str = ""
) -> FileImport:
    """Correct what was recognised; the file is looked through again.

    Raises:
        NotAllowed: only administrators do.
        ImportRefused: it is being imported already, or somebody else was faster.
    """
    one = _locked(one, actor)
    if one.kind == ImportKind.ANSWERS and survey is not None:
        one.survey = survey
    one.choices, one.found, one.rows, one.position = choices, {}, None, 0
    move(one, ImportState.UPLOADED, actor=actor, now=now, via=via)
    return one


@transaction.atomic
def start(one: FileImport, *, actor: User | None, now: datetime, via: str = "") -> FileImport:
    """Have it imported in the background. Raises NotAllowed, ImportRefused."""
    one = _locked(one, actor)
    if why := cannot_start(one):
        raise ImportRefused(why)
    one.position, one.counts, one.result_size = 0, {}, 0
    move(one, ImportState.RUNNING, actor=actor, now=now, via=via)
    return one


def cannot_start(one: FileImport) -> str:
    """Why a file that was looked through cannot be imported; empty where it can."""
    if one.found.get("problem"):
        return str(one.found["problem"])
    counts = one.found.get("counts", {})
    if one.choices.get("all_or_nothing") and counts.get("rejected"):
        return _("All or nothing: there are rows that are not usable. Correct them, or import the others without them.")
    if one.choices.get("all_or_nothing") and (one.rows or 0) > whole_at_most():
        told = {"limit": whole_at_most()}
        return _("All or nothing takes at most %(limit)d rows here. Use manage.py import_responses for it.") % told
    if not counts.get("accepted"):
        known = counts.get("duplicate")
        return _("All of it is here already.") if known else _("There is nothing in it to import.")
    return ""


def whole_at_most() -> int:
    """How many rows are written in one go: nobody else can write to SQLite meanwhile."""
    return 10 * rows_at_once.CHUNK[connection.vendor]


@transaction.atomic
def stop(one: FileImport, *, actor: User | None, now: datetime, via: str = "") -> FileImport:
    """Let it end after the rows that are being written now; what is in stays. Raises NotAllowed, ImportRefused."""
    one = _locked(one, actor)
    move(one, ImportState.STOPPED, actor=actor, now=now, via=via)
    return one


@transaction.atomic
def resume(one: FileImport, *, actor: User | None, now: datetime, via: str = "") -> FileImport:
    """Go on where it was stopped. Raises NotAllowed, ImportRefused."""
    one = _locked(one, actor)
    if one.state != ImportState.STOPPED:
        raise ImportRefused(refusal(one))
    move(one, ImportState.RUNNING, actor=actor, now=now, via=via)
    return one


@transaction.atomic
def discard(one: FileImport, *, actor: User | None, now: datetime, reason: str = "", via: str = "") -> FileImport:
    """Give it up; its files are deleted. What a stopped one has brought in stays. Raises NotAllowed, ImportRefused."""
    one = _locked(one, actor)
    move(one, ImportState.DISCARDED, actor=actor, now=now, reason=reason, via=via)
    one.files_gone_at = now
    one.save(update_fields=["files_gone_at"])
    transaction.on_commit(lambda: files.discard(one.stored_as))
    return one


def move(
    one: FileImport, state: ImportState, *, actor: User | None, now: datetime, reason: str = "", via: str = ""
) -> None:
    """Bring a locked import into another state, with the row that says so.

    Args:
        via: which key of another system does it, where no person does.

    Raises:
        ImportRefused: that state does not follow the one it is in.
    """
    if state not in NEXT[one.state]:
        raise ImportRefused(refusal(one))
    one.state, one.claimed_until, one.runner, one.tries = state, None, "", 0
    one.version += actor is not None or via != ""
    if state in ENDED:
        one.finished_at = now
    if state == ImportState.FAILED:
        one.problem = reason[:500]
    one.save()
    told = {"actor": actor, "via": via[:100], "reason": reason[:500]}
    FileImportEvent.objects.create(file_import=one, state=state, at=now, **told)


def refusal(one: FileImport) -> str:
    """Why a step of another state is not taken."""
    return _("That is not possible any more: the file is “%(state)s”.") % {"state": one.get_state_display()}


def _locked(one: FileImport, actor: User | None) -> FileImport:
    """The row, locked, if nobody has changed it since it was read."""
    if actor is not None:
        _require(actor)
    found = FileImport.objects.select_for_update(of=("self",)).get(pk=one.pk)
    if found.version != one.version:
        raise ImportRefused(_("Somebody else was faster; look at it again."))
    return found


def _require(actor: User) -> None:
    if not access.may_manage(actor):
        raise access.NotAllowed(f"{actor} may not import files.")
