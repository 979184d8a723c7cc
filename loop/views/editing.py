"""How does a page that changes something say which version its reader saw, and what if somebody else was faster?"""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.editing import ChangedMeanwhile, Edit
from loop import setup_versions
from loop.models import User
from loop.templatetags.display import exact
from loop.views.session import reader

Form = TypeVar("Form", bound=forms.Form)


def edit_of(request: HttpRequest) -> Edit:
    """Who sends this form, and the version that stood on their page."""
    said = request.POST.get("version", "")
    version = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
    return Edit(by=reader(request).email, at=timezone.now(), version=version)


def seen(form: Form, version: int | None) -> Form:
    """The form, which tells the page what version it is about."""
    form.version = version  # type: ignore[attr-defined]
    return form


def opened(form: Form, thing: Model) -> Form:
    """A form that changes something of the setup, as it is opened."""
    return seen(form, setup_versions.standing(thing).version)


def sent(form: Form, request: HttpRequest) -> Form:
    """The same form as it comes back, about the version that stood on the page."""
    return seen(form, edit_of(request).version)


def was_faster(form: forms.Form, error: ChangedMeanwhile, initial: Callable[[], forms.Form]) -> None:
    """Say in a refused form who was faster, and what stands now; sent again, it holds.

    Args:
        initial: makes the form as it would be opened now.
    """
    row = error.row
    seen(form, row.version)
    user = User.objects.filter(email=row.changed_by).first()
    who = user.display_name if user else row.changed_by or _("Somebody")
    when = exact(row.changed_at) if row.changed_at else ""
    form.add_error(
        None,
        _(
            "%(who)s saved this (%(when)s) after you had opened it. What you typed is kept here and not saved. "
            "Look at what differs; save again to put yours in its place."
        )
        % {"who": who, "when": when},
    )
    now_stands = initial()
    form.stands = [  # type: ignore[attr-defined]
        (field.label, _shown(now_stands[field.name]))
        for field in form
        if _shown(now_stands[field.name]) != _shown(field)
    ]


def say_late(request: HttpRequest, error: ChangedMeanwhile) -> None:
    """Say beside a button that has no form of fields who was faster; pressed again, it holds."""
    row = error.row
    user = User.objects.filter(email=row.changed_by).first()
    who = user.display_name if user else row.changed_by or _("Somebody")
    told = _("%(who)s changed this after you had opened it. Nothing is done: look at what stands now, and press again.")
    messages.error(request, told % {"who": who})


def _shown(field: forms.BoundField) -> str:
    """What a person reads in a field."""
    value = field.value()
    choices = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    if isinstance(field.field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(choices.get(str(one), str(one)) for one in value)
    text = "" if value is None else str(value)
    return choices.get(text, text.replace("\r\n", "\n").strip())
