"""Which lists does somebody keep under a name? Saving, changing, starting with one, and taking it away."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from loop.models import SavedView, User

MOST = 20
NAME_LIMIT = 60
QUERY_LIMIT = 1000


class ViewRefused(ValueError):
    """The view cannot be kept like this; says why."""


def of(user: User) -> list[SavedView]:
    """A person's views in the order they were saved."""
    return list(SavedView.objects.filter(user=user).order_by("pk"))


def save(*, user: User, name: str, query: str, is_start: bool = False, now: datetime) -> SavedView:
    """Keep what `query` shows under a name.

    Raises:
        ViewRefused: no name, one that is taken, or there are too many views.
    """
    if SavedView.objects.filter(user=user).count() >= MOST:
        raise ViewRefused(_("There are %(most)d views already; take one away first.") % {"most": MOST})
    return _stored(SavedView(user=user, created_at=now), name, query, is_start=is_start)


def change(view: SavedView, *, name: str, query: str, is_start: bool) -> SavedView:
    """Rename a view, let it show something else, or start with it. Raises ViewRefused as `save` does."""
    return _stored(view, name, query, is_start=is_start)


def _stored(view: SavedView, name: str, query: str, *, is_start: bool) -> SavedView:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise ViewRefused(_("Give the view a name."))
    if len(name) > NAME_LIMIT:
        raise ViewRefused(_("A name has at most %(limit)d characters.") % {"limit": NAME_LIMIT})
    if len(query) > QUERY_LIMIT:
        raise ViewRefused(_("These filters are too long to be kept."))
    others = SavedView.objects.filter(user=view.user).exclude(pk=view.pk)
    view.name, view.query, view.is_start = name, query, is_start
    try:
        with transaction.atomic():
            if is_start:
                others.filter(is_start=True).update(is_start=False)
            view.save()
    except IntegrityError:
        raise ViewRefused(_("There is already a view called “%(name)s”.") % {"name": name}) from None
    return view
