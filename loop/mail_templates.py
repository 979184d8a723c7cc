"""Which templates are there for a mail to this customer, and who may change their words, to what?"""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from feedback import wording
from loop import mail_variables, setup_history, setup_versions
from loop.models import Case, MailTemplate, User

TEXT_LIMIT = 10_000  # characters


class TemplateRefused(ValueError):
    """A template cannot be like this; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def language_of(case: Case) -> str:
    """The language this customer is written to: theirs, that of their answer, else the project's."""
    return wording.language_of(case.contact) or settings.LANGUAGE_CODE


def offered(case: Case) -> list[MailTemplate]:
    """The templates in use in the customer's language; where there are none, in the project's, then in English."""
    for language in (language_of(case), settings.LANGUAGE_CODE, "en"):
        found = list(MailTemplate.objects.filter(language=language, is_active=True).order_by("position", "pk"))
        if found:
            return found
    return []


def named(case: Case, key: str) -> MailTemplate:
    """The template of this key as it is offered for this case.

    Raises:
        TemplateRefused: there is none.
    """
    templates = {template.key: template for template in offered(case)}
    if key not in templates:
        known = ", ".join(templates) or "-"
        raise TemplateRefused("template", _("“%(key)s” is not one of %(known)s.") % {"key": key, "known": known})
    return templates[key]


@transaction.atomic
def create(
    *, name: str, language: str, subject: str, text: str, key: str = "", by: User | None, now: datetime
) -> MailTemplate:
    """Add a template, or the words of one in another language.

    Raises:
        TemplateRefused: naming the field.
    """
    if language not in dict(settings.LANGUAGES):
        raise TemplateRefused("language", _("“%(language)s” is not a language of Loop.") % {"language": language})
    name, subject, text = checked(name=name, subject=subject, text=text)
    key = slugify(key or name)[:50]
    if not key:
        raise TemplateRefused("name", _("The name needs letters."))
    made = MailTemplate(key=key, language=language, name=name, subject=subject, text=text)
    try:
        with transaction.atomic():
            setup_history.changed_by(made, by, now)
            made.save()
    except IntegrityError:
        message = _("There is a template “%(key)s” in this language already.") % {"key": key}
        raise TemplateRefused("name", message) from None
    return made


@transaction.atomic
def change(
    template: MailTemplate,
    *,
    name: str,
    subject: str,
    text: str,
    is_active: bool,
    by: User | None,
    now: datetime,
    seen: int | None = None,
) -> bool:
    """Change the words of a template, or take it out of use. Mails that were written stay as they are.

    Returns whether anything changed.

    Raises:
        TemplateRefused: naming the field.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    name, subject, text = checked(name=name, subject=subject, text=text)
    row = MailTemplate.objects.select_for_update().get(pk=template.pk)
    setup_versions.require_seen(row, seen)
    wanted = {"name": name, "subject": subject, "text": text, "is_active": is_active}
    if all(getattr(row, field) == value for field, value in wanted.items()):
        return False
    setup_history.begin(row, now)
    for field, value in wanted.items():
        setattr(row, field, value)
    setup_history.changed_by(row, by, now)
    row.save()
    return True


def checked(*, name: str, subject: str, text: str) -> tuple[str, str, str]:
    """What was typed, cleaned.

    Raises:
        TemplateRefused: something is missing, too long, or names a variable there is not.
    """
    name, subject = " ".join(name.split()), " ".join(subject.split())
    text = "\n".join(line.rstrip() for line in text.replace("\x00", "").strip().splitlines())
    limits = {"name": (name, 100), "subject": (subject, 200), "text": (text, TEXT_LIMIT)}
    for field, (value, limit) in limits.items():
        if not value:
            raise TemplateRefused(field, _("This must not be empty."))
        if len(value) > limit:
            raise TemplateRefused(field, _("At most %(limit)d characters are allowed.") % {"limit": limit})
    for field, value in (("subject", subject), ("text", text)):
        if wrong := mail_variables.unknown(value):
            known = ", ".join(f"{{{known}}}" for known in mail_variables.VARIABLES)
            raise TemplateRefused(
                field,
                _("{%(name)s} is not a variable. There are: %(known)s.") % {"name": wrong[0], "known": known},
            )
    return name, subject, text
