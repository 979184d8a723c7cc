"""When do the files of imports go?

The upload as soon as its import has ended, since the result holds the same rows; the result, and whatever nobody went
on with, after 30 days. When somebody's data is erased every file goes at once, as it may name them.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from loop.imports import claims, files, steps
from loop.models import FileImport, ImportState
from loop.models.file_import import WAITING

KEPT = timedelta(days=30)
STRAY = timedelta(days=1)  # a file without a row is an upload that is under way, or was cut off


def forget(*, now: datetime) -> int:
    """Delete what was kept long enough, and files no row knows of. Returns for how many imports."""
    done = 0
    old = FileImport.objects.filter(files_gone_at=None).filter(
        Q(finished_at__lt=now - KEPT) | Q(state__in=WAITING, uploaded_at__lt=now - KEPT)
    )
    for one in old.select_related("uploaded_by").order_by("pk"):
        with transaction.atomic(), claims.words_for(one.uploaded_by):
            held = FileImport.objects.select_for_update(of=("self",)).get(pk=one.pk)
            done += _let_go(held, _("Nobody went on with it for 30 days."), now)
    _delete_strays(now)
    return done


@transaction.atomic
def forget_all(*, now: datetime) -> None:
    """Let every file go: somebody's data was erased. One that is being imported goes when it has ended."""
    for one in FileImport.objects.select_for_update(of=("self",)).filter(files_gone_at=None).order_by("pk"):
        if one.state == ImportState.RUNNING:
            one.leaves_nothing = True
            one.save(update_fields=["leaves_nothing"])
        else:
            with claims.words_for(one.uploaded_by):
                _let_go(one, _("A customer's data was erased, and with it every uploaded file. Upload it again."), now)


def _let_go(one: FileImport, reason: str, now: datetime) -> bool:
    if one.files_gone_at is not None or one.state == ImportState.RUNNING:
        return False
    if one.state in WAITING:
        steps.move(one, ImportState.DISCARDED, actor=None, now=now, reason=reason)
    one.files_gone_at = now
    one.save(update_fields=["files_gone_at"])
    name = one.stored_as
    transaction.on_commit(lambda: files.discard(name))
    return True


def _delete_strays(now: datetime) -> None:
    """Files whose rows say that they are gone, or that have none: the process died before it deleted them."""
    kept = set(FileImport.objects.filter(files_gone_at=None).values_list("stored_as", flat=True))
    for path in files.folder().iterdir():
        with suppress(FileNotFoundError):  # another sweep, or whoever put it there, was faster
            is_old = path.stat().st_mtime < (now - STRAY).timestamp()
            if is_old and path.name.partition(".")[0] not in kept:
                path.unlink()
