"""In which words is somebody thanked, and asked for a favour? Loop's own, unless the survey's policy has others."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import wording
from loop.models import Ask, ThanksPolicy

COMPANY = "{company}"

ASKS: dict[str, Promise] = {
    Ask.REFERENCE.value: gettext_lazy(
        "May we mention you as a customer, or may somebody who considers {company} give you a call? Only if you like."
    ),
    Ask.REVIEW.value: gettext_lazy("Would you tell others as well? A few lines in public help those who are choosing."),
    Ask.REFERRAL.value: gettext_lazy("Do you know somebody we could help as well? Only if somebody comes to mind."),
}
BUTTONS: dict[str, Promise] = {
    Ask.REFERENCE.value: gettext_lazy("Say what you agree to"),
    Ask.REVIEW.value: gettext_lazy("Write a review"),
    Ask.REFERRAL.value: gettext_lazy("Tell us whom"),
}


@dataclass(frozen=True)
class Said:
    """What a mail of thanks says, apart from what is asked."""

    subject: str
    lines: tuple[str, ...]


def default(ask: str, language: str) -> str:
    """Loop's own words for an ask in a language, with `{company}` in them."""
    with translation.override(language):
        return str(ASKS[ask])


def asking(policy: ThanksPolicy, ask: str, language: str) -> str:
    """The words in which this is asked, with our name put in."""
    own = policy.own_words.get(ask, {}).get(language, "")
    return (own or default(ask, language)).replace(COMPANY, wording.company())


def said(*, is_promoter: bool, who: str) -> Said:
    """A mail of thanks in the language that is active: short, warm, and about the answer alone."""
    company = wording.company()
    subject = _("Thank you for your answer")
    first = (
        _("Thank you for what you told us. We are glad that you are happy with %(company)s.") % {"company": company}
        if is_promoter
        else _("Thank you for what you told us. It helps us to get better.")
    )
    second = _("%(name)s reads it.") % {"name": who} if who else _("We read every answer.")
    return Said(subject, (first, second))
