"""What is the same in every step on a case? Lock, check, act, save with the version raised: whole or not at all.

The steps themselves are in `loop.workflow`, `loop.calls` and `loop.promises`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from loop import access
from loop.models import Case, State, User

TEXT_LIMIT = 10_000  # characters of a note, reason or summary


class StepNotAllowed(Exception):
    """The state of the case forbids the step; `case` is as it is now."""

    def __init__(self, message: str, case: Case) -> None:
        super().__init__(message)
        self.message = message
        self.case = case


class StaleVersion(StepNotAllowed):
    """Somebody changed the case after the version the actor saw."""


class StepRefused(ValueError):
    """What the step was given is missing or wrong; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@contextmanager
def step(name: str, case_id: int, actor: User | None, version: int | None) -> Iterator[Case]:
    """The shape of every step: lock, check, let the body act, save what it changed with the version raised."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("response").get(pk=case_id)
        access.require(actor, name, case)
        if version is not None and version != case.version:
            raise StaleVersion(_("Somebody changed this case meanwhile."), case)
        state_before = State(case.state)
        try:
            yield case
        except TransitionNotAllowed:
            message = _("This step is not possible: the case is %(state)s.") % {"state": state_before.label}
            raise StepNotAllowed(message, Case.objects.get(pk=case_id)) from None
        case.version += 1
        case.save(update_fields=Case.STEP_FIELDS)


def cleaned(field: str, text: str, *, needed: str = "") -> str:
    """`text` cleaned; `needed` is what to say when it is empty but must not be."""
    text = text.replace("\x00", "").strip()
    if needed and not text:
        raise StepRefused(field, needed)
    if len(text) > TEXT_LIMIT:
        raise StepRefused(field, _("At most %(limit)d characters are allowed.") % {"limit": TEXT_LIMIT})
    return text


def told(data: dict[str, Any], via: str) -> dict[str, Any]:
    return {**data, "via": via} if via else data
