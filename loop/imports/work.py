"""Which imports must somebody go on with? The database says; a task or the sweep does it, and it ends the same."""

import logging
from datetime import datetime

from django.db import OperationalError
from django.db.models import Q
from django.utils.translation import gettext as _

from feedback.importing import UnusableFile
from loop.imports import checking, claims, running
from loop.models import FileImport, ImportState
from loop.models.file_import import WORKED_ON

logger = logging.getLogger(__name__)


def work(*, now: datetime) -> int:
    """Look through or import every file that waits for it and that no run is at work on. Returns how many."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    waiting = FileImport.objects.filter(free, state__in=WORKED_ON).order_by("pk").values_list("pk", "state")
    return sum(go_on(file_import_id, state, now=now) for file_import_id, state in list(waiting))


def go_on(file_import_id: int, state: str, *, now: datetime) -> bool:
    """Do what an import in this state waits for. What goes wrong is in the log, and is tried again a few times.

    Returns:
        Whether it was brought to an end.
    """
    one, clock = claims.claim(file_import_id, state, now=now), claims.clock_from(now)
    if one is None:
        return False
    step = checking.check if state == ImportState.UPLOADED else running.run
    try:
        return step(one, clock=clock)
    except FileNotFoundError:
        _give_up(one, _("The file is not there any more. Upload it again; what is in already is known then."), now)
    except UnusableFile as unusable:
        _give_up(one, str(unusable), now)
    except Exception as error:  # one file must not hold up the others
        logger.exception("import %s stumbled", one.pk)
        if one.tries >= claims.TRIES and not isinstance(error, OperationalError):
            _give_up(one, _("Something went wrong on our side; the log says what."), now)
        else:
            claims.release(one)
    return False


def _give_up(one: FileImport, reason: str, now: datetime) -> None:
    with claims.words_for(one.uploaded_by):
        running.fail(one, reason, now=now)
