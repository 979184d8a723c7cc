"""How are surveys and their words made and changed, so that no answer ever loses its meaning?

A survey's kind and scale stand once it has been asked: answers on another scale would mix in one figure.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback import languages, library
from feedback.editing import STAMPED, ChangedMeanwhile, Edit, stamp
from feedback.models import Invitation, Response, Survey, SurveyWording, Wave
from feedback.models.survey import SurveyKind

#: A recovery survey is sent by a case; there is one, and none of the others becomes it.
KINDS = (SurveyKind.RELATIONAL, SurveyKind.TRANSACTIONAL, SurveyKind.PRODUCT)
LONGEST_REMINDER_DAYS = 60
LONGEST_OPEN_DAYS = 365
LONGEST_TEXT = 1000  # characters; a customer gives us twenty seconds
#: What every language of a survey must say; the others may be empty.
NEEDED = ("subject", "question", "low_label", "high_label", "follow_up_promoter", "follow_up_other", "thanks")
WORDS = (*NEEDED, "introduction", "who_reads", "reminder_subject")
PLACEHOLDERS = ("{company}",)


class SurveyRefused(ValueError):
    """The survey or its words cannot be stored; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def with_use(surveys: QuerySet[Survey]) -> QuerySet[Survey]:
    """Each survey with how many answers count, and how many waves there are of it."""

    def counted(rows: QuerySet[Any]) -> Coalesce:
        per_survey = rows.filter(survey=OuterRef("pk")).order_by().values("survey").annotate(n=Count("pk"))
        return Coalesce(Subquery(per_survey.values("n")), 0)

    return surveys.annotate(answers=counted(Response.objects.counted()), wave_count=counted(Wave.objects.all()))


@transaction.atomic
def create(*, name: str, kind: str, template: str, key: str = "", scale_min: int = 0, sender_name: str = "") -> Survey:
    """Make a survey with the words of a template in all its languages.

    Args:
        kind: relational, transactional or product; there is one recovery survey.
        template: a key of `feedback.library.TEMPLATES`.
        key: its short name for imports and the API; made from the name when empty.
        scale_min: 0 or 1; the scale ends at 10.

    Raises:
        SurveyRefused: naming the field.
    """
    name = name.strip()
    if kind not in KINDS:
        raise SurveyRefused("kind", _("The kind is relational, transactional or product."))
    if scale_min not in (0, 1):
        raise SurveyRefused("scale_min", _("The scale begins at 0 or at 1."))
    if template not in library.TEMPLATES:
        raise SurveyRefused("template", _("There is no template “%(key)s”.") % {"key": template})
    _check_name(name, sender_name)
    key = slugify(key or name)[:50]
    if not key or Survey.objects.filter(key=key).exists():
        taken = _("There is a survey with the key “%(key)s” already.") % {"key": key}
        raise SurveyRefused("key", taken if key else _("Give it a key."))
    survey = Survey.objects.create(key=key, name=name, kind=kind, scale_min=scale_min, sender_name=sender_name.strip())
    SurveyWording.objects.bulk_create(
        SurveyWording(survey=survey, language=language, **words)
        for language, words in library.TEMPLATES[template].words.items()
    )
    return survey


@transaction.atomic
def change(
    survey: Survey,
    *,
    name: str,
    kind: str,
    scale_min: int,
    sender_name: str,
    is_active: bool,
    closes_at: datetime | None,
    remind_after_days: int,
    open_days: int,
    edit: Edit | None = None,
) -> Survey:
    """Change what a survey is. Kind and scale only before anybody was asked.

    Args:
        sender_name: who the mails are from; empty for the company.
        is_active: whether anybody new is asked.
        closes_at: when answers are not changed any more, and new ones are late; None for never.
        remind_after_days: of those asked outside a wave; 0 for no reminder.
        open_days: of links that leave from now on, outside a wave; answers that come later are late.
        edit: who changes it, and what they saw.

    Raises:
        SurveyRefused: naming the field.
        ChangedMeanwhile: somebody was faster.
    """
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if (kind, scale_min) != (survey.kind, survey.scale_min) and was_asked(survey):
        field = "kind" if kind != survey.kind else "scale_min"
        raise SurveyRefused(field, _("It has been asked: kind and scale stand. Make a new survey instead."))
    if scale_min not in (0, 1):
        raise SurveyRefused("scale_min", _("The scale begins at 0 or at 1."))
    if kind != survey.kind and not {kind, survey.kind} <= set(KINDS):
        raise SurveyRefused("kind", _("The kind is relational, transactional or product."))
    if not 0 <= remind_after_days <= LONGEST_REMINDER_DAYS:
        raise SurveyRefused(
            "remind_after_days", _("A reminder leaves 1 to %(n)d days later, or never.") % {"n": LONGEST_REMINDER_DAYS}
        )
    if not 1 <= open_days <= LONGEST_OPEN_DAYS:
        raise SurveyRefused("open_days", _("A link is open for 1 to %(n)d days.") % {"n": LONGEST_OPEN_DAYS})
    _check_name(name, sender_name)
    survey.name, survey.kind, survey.scale_min = name.strip(), kind, scale_min
    survey.sender_name, survey.is_active, survey.closes_at = sender_name.strip(), is_active, closes_at
    survey.remind_after_days, survey.open_days = remind_after_days, open_days
    stamp(survey, edit)
    changed = ("name", "kind", "scale_min", "sender_name", "is_active", "closes_at", "remind_after_days", "open_days")
    survey.save(update_fields=[*changed, *STAMPED])
    return survey


def was_asked(survey: Survey) -> bool:
    return Invitation.objects.filter(survey=survey).exists() or Response.objects.filter(survey=survey).exists()


@transaction.atomic
def set_wording(survey: Survey, language: str, words: Mapping[str, str], edit: Edit | None = None) -> SurveyWording:
    """Store the words of a survey in one language, new or changed.

    Raises:
        ChangedMeanwhile: somebody was faster.
        SurveyRefused: a text is missing, too long, or has a placeholder nobody fills in; naming the field.
    """
    language = language.strip().lower()
    if not languages.is_known(language) and not survey.wordings.filter(language=language).exists():
        raise SurveyRefused("language", _("“%(code)s” is no language we know. Choose one.") % {"code": language})
    texts = {field: words.get(field, "").strip() for field in WORDS}
    for field, text in texts.items():
        if field in NEEDED and not text:
            raise SurveyRefused(field, _("This text is needed."))
        limit = getattr(SurveyWording._meta.get_field(field), "max_length", None) or LONGEST_TEXT
        if len(text) > limit:
            raise SurveyRefused(field, _too_long(limit))
        if unknown := unknown_placeholders(text):
            told = {"unknown": ", ".join(unknown), "known": ", ".join(PLACEHOLDERS)}
            raise SurveyRefused(field, _("Nobody fills in %(unknown)s; only %(known)s is known.") % told)
    for field in ("subject", "reminder_subject"):
        texts[field] = " ".join(texts[field].split())
    stored, created = SurveyWording.objects.select_for_update().get_or_create(
        survey=survey, language=language, defaults={**texts, "version": _next_version(survey)}
    )
    if created:
        if edit is not None and edit.version is not None:  # it was removed by somebody while they typed
            raise SurveyRefused("language", _("This language was removed meanwhile. Add it again to save your words."))
        return stored
    stamp(stored, edit)
    for field, text in texts.items():
        setattr(stored, field, text)
    stored.save(update_fields=[*texts, *STAMPED])
    return stored


def _next_version(survey: Survey) -> int:
    """Where the versions of new words begin: above all that were ever removed, so that no old page fits them."""
    return Survey.objects.values_list("removed_version", flat=True).get(pk=survey.pk) + 1


def unknown_placeholders(text: str) -> list[str]:
    """The words in braces that are not placeholders."""
    found = []
    rest = text
    while "{" in rest and "}" in rest.partition("{")[2]:
        inside, _, rest = rest.partition("{")[2].partition("}")
        if "{" + inside + "}" not in PLACEHOLDERS:
            found.append("{" + inside + "}")
    return found


@transaction.atomic
def remove_wording(survey: Survey, language: str, edit: Edit | None = None) -> None:
    """Stop asking in a language.

    Raises:
        ChangedMeanwhile: somebody changed its words after they had been looked at.
        SurveyRefused: it is the only one.
    """
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if not SurveyWording.objects.filter(survey=survey).exclude(language=language).exists():
        raise SurveyRefused("language", _("A survey needs words in at least one language."))
    stored = SurveyWording.objects.select_for_update().filter(survey=survey, language=language).first()
    if stored is None:
        return
    if edit is not None and edit.version is not None and edit.version != stored.version:
        raise ChangedMeanwhile(stored)
    survey.removed_version = max(survey.removed_version, stored.version)
    survey.save(update_fields=["removed_version"])
    stored.delete()


def _check_name(name: str, sender_name: str) -> None:
    if not name.strip():
        raise SurveyRefused("name", _("A survey needs a name."))
    for field, text in (("name", name), ("sender_name", sender_name)):
        limit: int = getattr(Survey._meta.get_field(field), "max_length", 0)
        if len(text.strip()) > limit:
            raise SurveyRefused(field, _too_long(limit))
        if not text.isprintable():  # the sender's name stands in a mail's header
            raise SurveyRefused(field, _("One line of text, please."))


def _too_long(limit: int) -> str:
    return ngettext("At most %(n)d character.", "At most %(n)d characters.", limit) % {"n": limit}
