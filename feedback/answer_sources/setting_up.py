"""How is an address for a survey tool made, changed, given a new secret, switched off and on? The one door for them."""

import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from feedback import editing, sealing
from feedback.answer_sources import any_json, standard
from feedback.answer_sources.tools import TOOLS, Tool
from feedback.contacts import clean_line
from feedback.editing import Edit
from feedback.models import AnswerSource, SourceKind, Survey
from feedback.models.survey import SurveyKind

PURPOSE = "feedback.answer_sources"
OVERLAP = timedelta(days=7)  # the secret before counts as well, that long
MOST = 50


class SourceRefused(Exception):
    """Something about a source cannot be; `field` names what."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Facts:
    """What is set up about a source besides its secret."""

    name: str
    survey: Survey
    only_survey: str = ""
    score_question: str = ""
    comment_question: str = ""
    api_base: str = ""
    token: str = field(default="", repr=False)  # empty: as it is


def create(*, kind: str, facts: Facts, secret: str = "", by: str, now: datetime) -> tuple[AnswerSource, str]:
    """A new source.

    Args:
        secret: of a tool that makes its own; we make one for the others.
        by: who does it; kept as who changed it last.

    Returns:
        The source, and the secret we made, shown this once; empty where the tool made it.

    Raises:
        SourceRefused: with what is wrong.
    """
    if kind not in TOOLS:
        raise SourceRefused("kind", _("There is no such tool."))
    if AnswerSource.objects.count() >= MOST:
        raise SourceRefused("name", _("There are %(most)d addresses already.") % {"most": MOST})
    tool = TOOLS[kind]
    fields = _checked(tool, facts)
    if tool.by_id and not facts.token:
        raise SourceRefused("token", _("Answers are fetched with a token: give one."))
    kept, shown = _secret(kind, secret)
    made = AnswerSource(kind=kind, key=random.token_urlsafe(18), secret=_seal(kept), created_at=now, **fields)
    made.changed_by, made.changed_at = by, now
    made.save(force_insert=True)
    return made, shown


@transaction.atomic
def change(source: AnswerSource, facts: Facts, *, edit: Edit) -> AnswerSource:
    """Another name, survey, question or token.

    Raises:
        SourceRefused: with what is wrong; nothing is changed then.
        ChangedMeanwhile: it is not the version that was looked at.
    """
    fields = _checked(TOOLS[source.kind], facts)
    return _save(source, fields, edit)


@transaction.atomic
def map_fields(source: AnswerSource, mapping: Mapping[str, str], *, edit: Edit) -> AnswerSource:
    """Say which place of a body holds which field.

    Raises:
        SourceRefused: with what is wrong.
        ChangedMeanwhile: it is not the version that was looked at.
    """
    if not mapping.get("score"):
        raise SourceRefused("score", _("Say where the score stands."))
    kept = {field: mapping[field][:500] for field in any_json.FIELDS if mapping.get(field)}
    return _save(source, {"mapping": kept}, edit)


@transaction.atomic
def renew_secret(source: AnswerSource, secret: str = "", *, now: datetime) -> str:
    """A new secret; for a week the one before counts as well. Returns what we made, as `create` does.

    Raises:
        SourceRefused: it is no secret.
    """
    kept, shown = _secret(source.kind, secret)
    locked = AnswerSource.objects.select_for_update().get(pk=source.pk)
    locked.secret_before, locked.secret_before_until = locked.secret, now + OVERLAP
    locked.secret = _seal(kept)
    locked.save(update_fields=["secret", "secret_before", "secret_before_until"])
    return shown


def drop_secret_before(source: AnswerSource) -> None:
    """Let only the newest secret count from now on."""
    AnswerSource.objects.filter(pk=source.pk).update(secret_before="", secret_before_until=None)


def switch(source: AnswerSource, *, on: bool) -> None:
    """Off, or on again: while it is off nobody is listened to there."""
    AnswerSource.objects.filter(pk=source.pk).update(is_active=on)


def secrets_of(source: AnswerSource, *, now: datetime) -> list[str]:
    """The secrets that count now, the newest first; without those that no key of ours opens any more."""
    sealed = [source.secret]
    if source.secret_before and source.secret_before_until and now < source.secret_before_until:
        sealed.append(source.secret_before)
    found = []
    for each in sealed:
        try:
            found.append(sealing.unseal(each, purpose=PURPOSE))
        except sealing.SealBroken:
            continue
    return found


def token_of(source: AnswerSource) -> str:
    """What answers are fetched with.

    Raises:
        SealBroken: no key of ours opens it.
    """
    return sealing.unseal(source.api_token, purpose=PURPOSE)


def address_of(source: AnswerSource, secret: str = "") -> str:
    """Where the tool calls; with the secret in it, where it belongs there."""
    behind = f"{secret}/" if secret and TOOLS[source.kind].secret_in_address else ""
    return f"{settings.BASE_URL}/in/{source.key}/{behind}"


def _save(source: AnswerSource, fields: Mapping[str, object], edit: Edit) -> AnswerSource:
    locked = AnswerSource.objects.select_for_update(of=("self",)).select_related("survey").get(pk=source.pk)
    editing.stamp(locked, edit)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*fields, *editing.STAMPED])
    return locked


def _checked(tool: Tool, facts: Facts) -> dict[str, object]:
    name = clean_line(facts.name)
    if not name or len(name) > 100:
        raise SourceRefused("name", _("Give it a name of at most 100 characters."))
    if not facts.survey.is_active or facts.survey.kind == SurveyKind.RECOVERY:
        raise SourceRefused("survey", _("Choose a survey in use that is not asked after a case."))
    if tool.by_id and facts.api_base not in tool.hosts:
        raise SourceRefused("api_base", _("Choose where your account is."))
    fields: dict[str, object] = {
        "name": name,
        "survey": facts.survey,
        "api_base": facts.api_base if tool.by_id else "",
        "only_survey": clean_line(facts.only_survey)[:100] if tool.has_surveys else "",
        "score_question": clean_line(facts.score_question)[:100] if tool.has_questions else "",
        "comment_question": clean_line(facts.comment_question)[:100] if tool.has_questions else "",
    }
    return {**fields, "api_token": _seal(facts.token)} if tool.by_id and facts.token else fields


def _secret(kind: str, given: str) -> tuple[str, str]:
    """The secret to keep, and what of it is shown once."""
    if not TOOLS[kind].makes_secret:
        made = random.token_urlsafe(32)
        return made, made
    given = given.strip()
    if kind == SourceKind.STANDARD and len(standard.key_of(given)) < 16:
        raise SourceRefused("secret", _("This is no secret of Standard Webhooks: it begins with whsec_."))
    if not 8 <= len(given) <= 500:
        raise SourceRefused("secret", _("A secret has 8 to 500 characters."))
    return given, ""


def _seal(text: str) -> str:
    return sealing.seal(text, purpose=PURPOSE)
