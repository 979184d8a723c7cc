"""How is it set up which file is fetched, from where, when and how it is read? The one door for that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from feedback import editing, sealing
from feedback.contacts import clean_line
from feedback.editing import Edit
from feedback.models import Survey
from loop import access
from loop.models import FilePull, ImportKind, PullOutcome, PullPlace, PullRhythm, PullSignIn, User
from loop.outside import asking
from loop.pulls import PullFailed, folder, rhythm

PURPOSE = "loop.pulls"
MOST = 50


class PullRefused(Exception):
    """Something about it cannot be; `field` names what, and is empty where nothing in a form is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Facts:
    """What is said about a file that is fetched regularly."""

    name: str
    kind: str
    place: str
    rhythm: str
    survey: Survey | None = None
    url: str = ""
    sign_in: str = ""
    username: str = ""
    secret: str = field(default="", repr=False)  # empty: as it is
    path: str = ""
    hour: int = 6
    weekday: int = 0
    choices: Mapping[str, Any] = field(default_factory=dict)  # how it is read; as of FileImport


def create(facts: Facts, *, actor: User, now: datetime) -> FilePull:
    """Have a file fetched regularly; for the first time when its time comes.

    Raises:
        NotAllowed: only administrators do.
        PullRefused: with what is wrong.
    """
    _require(actor)
    if FilePull.objects.count() >= MOST:
        raise PullRefused("name", _("There are %(most)d of them already.") % {"most": MOST})
    made = FilePull(kind=facts.kind, created_at=now, changed_by=actor.email, changed_at=now)
    _set(made, facts, actor, now)
    made.save(force_insert=True)
    return made


@transaction.atomic
def change(pull: FilePull, facts: Facts, *, actor: User, edit: Edit) -> FilePull:
    """Another place, time or way to read it. Whoever changes it is who its files come in by from now on.

    Raises:
        NotAllowed: only administrators do.
        PullRefused: with what is wrong; nothing is changed then.
        ChangedMeanwhile: it is not the version that was looked at.
    """
    _require(actor)
    locked = _locked(pull, edit)
    _set(locked, facts, actor, edit.at)
    locked.save()
    return locked


@transaction.atomic
def switch(pull: FilePull, *, on: bool, actor: User, edit: Edit) -> FilePull:
    """Fetch it no more, or again. Raises NotAllowed, ChangedMeanwhile."""
    _require(actor)
    locked = _locked(pull, edit)
    locked.is_active, locked.asked_by = on, None
    locked.due_at = _next(locked, edit.at)
    locked.save()
    return locked


@transaction.atomic
def ask_now(pull: FilePull, *, actor: User, now: datetime) -> None:
    """Have it fetched now, out of its turn, also where it is paused.

    Raises:
        NotAllowed: only administrators do.
        PullRefused: what came before is still being imported.
    """
    _require(actor)
    locked = FilePull.objects.select_for_update().get(pk=pull.pk)
    if locked.runs.filter(outcome=PullOutcome.UNDER_WAY).exists():
        raise PullRefused("", _("What was fetched before is still being imported."))
    if locked.claimed_until is None or locked.claimed_until < now:
        locked.due_at, locked.asked_by = now, actor
        locked.save(update_fields=["due_at", "asked_by"])


def delete(pull: FilePull, *, actor: User) -> None:
    """Forget it. What came in by it stays, and so does what is said about those imports. Raises NotAllowed."""
    _require(actor)
    FilePull.objects.filter(pk=pull.pk).delete()


def secret_of(pull: FilePull) -> str:
    """The token or password.

    Raises:
        PullFailed: no key of ours opens it, or it was left behind with another installation.
    """
    try:
        return sealing.unseal(pull.secret, purpose=PURPOSE)
    except sealing.SealBroken:
        raise PullFailed(_("The token or password cannot be read any more: enter it again.")) from None


def failing() -> int:
    """How many of those that are fetched brought nothing in the last time, because something is wrong."""
    return FilePull.objects.filter(Q(is_active=True), failures__gt=0).count()


def _locked(pull: FilePull, edit: Edit) -> FilePull:
    """The row, locked and stamped. A fetch that is under way by what stood there before is not taken."""
    locked = FilePull.objects.select_for_update().get(pk=pull.pk)
    editing.stamp(locked, edit)
    locked.runner, locked.claimed_until, locked.tries = "", None, 0
    return locked


def _set(pull: FilePull, facts: Facts, actor: User, now: datetime) -> None:
    name, url, path = clean_line(facts.name), facts.url.strip(), facts.path.strip()
    if not name or len(name) > 100:
        raise PullRefused("name", _("Give it a name of at most 100 characters."))
    if facts.kind == ImportKind.ANSWERS and facts.survey is None:
        raise PullRefused("survey", _("Say which survey the answers are to."))
    if facts.rhythm not in PullRhythm.values or not (0 <= facts.hour < 24 and 0 <= facts.weekday < 7):
        raise PullRefused("rhythm", _("There is no such time."))
    if facts.place == PullPlace.ADDRESS:
        _check_address(url)
        pull.url, pull.path, pull.secret = url, "", _secret(pull, facts, url)
        pull.sign_in = facts.sign_in
        pull.username = facts.username.strip()[:200] if facts.sign_in == PullSignIn.BASIC else ""
    elif facts.place == PullPlace.FOLDER:
        _check_path(path)
        pull.path, pull.url, pull.sign_in, pull.username, pull.secret = path, "", "", "", ""
    else:
        raise PullRefused("place", _("Say where the file is."))
    pull.name, pull.place, pull.choices = name, facts.place, dict(facts.choices)
    pull.survey = facts.survey if pull.kind == ImportKind.ANSWERS else None
    pull.rhythm, pull.hour, pull.weekday = facts.rhythm, facts.hour, facts.weekday
    # It may be read otherwise now, so the same file is another one.
    pull.set_up_by, pull.since, pull.etag, pull.modified = actor, now, "", ""
    pull.failures, pull.failing_since, pull.asked_by = 0, None, None
    pull.due_at = _next(pull, now)


def _secret(pull: FilePull, facts: Facts, url: str) -> str:
    """The secret as it is kept. One that is there goes to no other host than the one it was given for."""
    if facts.sign_in not in PullSignIn.values:
        raise PullRefused("sign_in", _("Say what the server asks for."))
    if facts.sign_in == PullSignIn.NONE:
        return ""
    if facts.sign_in == PullSignIn.BASIC and not facts.username.strip():
        raise PullRefused("username", _("Enter the name to sign in with."))
    if facts.secret:
        sent_as_it_is = facts.sign_in == PullSignIn.TOKEN
        if not facts.secret.isprintable() or (sent_as_it_is and not facts.secret.isascii()):
            raise PullRefused("secret", _("It holds characters that are never sent."))
        return sealing.seal(facts.secret, purpose=PURPOSE)
    if not pull.secret or pull.sign_in != facts.sign_in:
        raise PullRefused("secret", _("Enter the token or password."))
    if urlsplit(pull.url)[:2] != urlsplit(url)[:2]:
        raise PullRefused("secret", _("It is another server now: enter its token or password."))
    return pull.secret


def _check_address(url: str) -> None:
    if len(url) > 1000:
        raise PullRefused("url", _("The address is longer than 1,000 characters."))
    if why := asking.why_unusable(url):
        words = _("Enter name and password in their own fields.") if why == "password" else str(asking.WHY[why])
        raise PullRefused("url", words)


def _check_path(path: str) -> None:
    """A path below PULL_FOLDER; whether something is there is seen when it is fetched."""
    parts = path.split("/")
    if not path or len(path) > 300 or "\\" in path or any(letter < " " for letter in path):
        raise PullRefused("path", _("This is no path such as crm/customers.csv."))
    if path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise PullRefused("path", _("Enter the path below the folder files are fetched from, without “..”."))
    if any(folder.is_pattern(part) for part in parts[:-1]):
        raise PullRefused("path", _("Only the last part may be a pattern."))


def _next(pull: FilePull, now: datetime) -> datetime:
    return rhythm.next_due(rhythm=pull.rhythm, hour=pull.hour, weekday=pull.weekday, after=now)


def _require(actor: User) -> None:
    if not access.may_manage(actor):
        raise access.NotAllowed(f"{actor} may not have files fetched.")
