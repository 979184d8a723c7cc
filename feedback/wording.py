"""In which words, and in which language, is this contact asked?"""

from dataclasses import dataclass, fields
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from feedback import fixed_texts
from feedback.models import AddedLanguage, Contact, Survey, SurveyWording

NORWEGIAN = {"no": "nb", "nn": "nb"}  # what CRMs write, and the catalog that serves it best


@dataclass(frozen=True)
class Words:
    """The words of a survey in one language, with our name put in."""

    language: str
    subject: str
    introduction: str
    question: str
    low_label: str
    high_label: str
    follow_up_promoter: str
    follow_up_other: str
    thanks: str
    who_reads: str  # empty in wordings older than this field: the pages then say it in words of their own
    reminder_subject: str


def company() -> str:
    """The name customers know us by: COMPANY_NAME, else the name in DEFAULT_FROM_EMAIL, else its address's domain."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return settings.COMPANY_NAME or name or address.rpartition("@")[2]


def language_of(contact: Contact | None, survey: Survey | None = None) -> str:
    """The language this contact is addressed in; empty when we do not speak it.

    It is one of LANGUAGES, or one that `survey` has words in besides: what stands around them is `around`.
    """
    known = dict(settings.LANGUAGES)
    candidates = _candidates(contact)
    found = next((candidate for candidate in candidates if candidate in known), "")
    if found or survey is None or not candidates:
        return found
    added = set(survey.wordings.values_list("language", flat=True))
    return next((candidate for candidate in candidates if candidate in added), "")


def added_language_of(contact: Contact | None) -> str:
    """The added language this contact is spoken to in where no survey is about; empty for one of ours, or for none."""
    candidates = _candidates(contact)
    if not candidates or language_of(contact):
        return ""
    added = set(AddedLanguage.objects.filter(language__in=candidates).values_list("language", flat=True))
    return next((candidate for candidate in candidates if candidate in added), "")


def _candidates(contact: Contact | None) -> tuple[str, ...]:
    """What a contact's language may be called, the most exact first."""
    code = contact.language.strip().lower().replace("_", "-") if contact is not None else ""
    base = code.partition("-")[0]
    return (code, base, NORWEGIAN.get(base, "")) if code else ()


def words(survey: Survey, language: str) -> Words:
    """The survey's words in `language`, else in the project's, else in English, else in any it has.

    Raises:
        LookupError: the survey has no words at all.
    """
    by_language = {wording.language: wording for wording in survey.wordings.order_by("pk")}
    for candidate in (language, language.partition("-")[0], settings.LANGUAGE_CODE, "en", *by_language):
        if candidate in by_language:
            return with_our_name(by_language[candidate])
    raise LookupError(f"The survey “{survey.key}” has no wording in any language.")


def active_language() -> str:
    """The language of the request being answered, one of LANGUAGES."""
    return translation.get_language() or settings.LANGUAGE_CODE


def around(language: str) -> str:
    """The language of what stands around the survey's own words when it is asked in `language`.

    We speak LANGUAGES, and an added one while it is spoken and an administrator has given all our texts in it. Of one
    that is given in part some is in the project's, and that is what the page says it is in.
    """
    is_spoken = language in dict(settings.LANGUAGES) or (fixed_texts.is_whole() and active_language() == language)
    return language if is_spoken else settings.LANGUAGE_CODE


def marked(words: Words | None, language: str) -> SafeString:
    """What tells screen readers that the survey's words are in another language than the page they stand on."""
    return format_html(' lang="{}"', words.language) if words and words.language != language else SafeString()


def with_our_name(wording: SurveyWording) -> Words:
    """The words as customers read them; the wording need not be stored."""
    name = company()
    told = {field.name: getattr(wording, field.name).replace("{company}", name) for field in fields(Words)}
    return Words(**told | {"reminder_subject": told["reminder_subject"] or told["subject"]})
