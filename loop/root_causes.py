"""Which causes can a case be resolved with? Added, renamed, retired; never deleted, for the cases that have them."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from loop import setup_history, setup_versions
from loop.changes import ChangeRefused
from loop.models import RootCause, User

NAME_LIMIT = 100  # characters


@transaction.atomic
def add(*, name: str, names: Mapping[str, str], actor: User | None, now: datetime) -> RootCause:
    """Add a cause. Its key, by which the API and reports know it, is made from its name and never changes.

    Raises:
        ChangeRefused: names the field.
    """
    name = _checked(name, None)
    key = slugify(name)[:40] or "cause"
    if RootCause.objects.filter(key=key).exists():
        last = RootCause.objects.aggregate(last=Max("pk"))["last"] or 0
        key = f"{key}-{last + 1}"
    cause = RootCause(key=key, name=name, names=_languages(names))
    setup_history.save(cause, actor=actor, now=now)
    return cause


@transaction.atomic
def change(
    *,
    cause_id: int,
    name: str,
    names: Mapping[str, str],
    is_active: bool,
    actor: User | None,
    now: datetime,
    seen: int | None = None,
) -> RootCause:
    """Rename a cause, retire it, or bring it back.

    Raises:
        ChangeRefused: names the field.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    cause = RootCause.objects.select_for_update().get(pk=cause_id)
    setup_versions.require_seen(cause, seen)
    cause.name, cause.names, cause.is_active = _checked(name, cause), _languages(names), is_active
    if not is_active and not RootCause.objects.filter(is_active=True).exclude(pk=cause.pk).exists():
        raise ChangeRefused(
            "is_active", _("One root cause at least stays in use: without one nothing can be resolved.")
        )
    setup_history.save(cause, actor=actor, now=now)
    return cause


def _checked(name: str, own: RootCause | None) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise ChangeRefused("name", _("Name it."))
    if len(name) > NAME_LIMIT:
        raise ChangeRefused("name", _("At most %(limit)d characters are allowed.") % {"limit": NAME_LIMIT})
    if RootCause.objects.filter(name__iexact=name).exclude(pk=own.pk if own else 0).exists():
        raise ChangeRefused("name", _("There is a root cause of this name already."))
    return name


def _languages(names: Mapping[str, str]) -> dict[str, str]:
    known = dict(settings.LANGUAGES)
    cleaned = {language: " ".join(name.split())[:NAME_LIMIT] for language, name in names.items() if language in known}
    return {language: name for language, name in cleaned.items() if name}
