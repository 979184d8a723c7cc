"""What may a customer send us from our own pages, and what do we say when something is wrong with it?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from feedback.models import Survey
from feedback.responses import COMMENT_LIMIT


class ScoreField(forms.TypedChoiceField):
    """One of the numbers of a scale, also where a mail program or a system of yours wrote it 7.0."""

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value)).strip()[:20]
        number, point, zeros = text.partition(".")
        return number if point and zeros and not zeros.strip("0") else text


class AnswerForm(forms.Form):
    """A score on the survey's scale, a comment, and whether we may call.

    `subject` is a field no person sees, and `page` what the page's script saw of a person: see `feedback.suspects`.
    """

    subject = forms.CharField(required=False)
    page = forms.CharField(required=False)

    comment = forms.CharField(
        required=False,
        max_length=COMMENT_LIMIT,
        error_messages={"max_length": _("Please keep it under %(limit_value)d characters.")},
    )
    wants_callback = forms.BooleanField(required=False)
    phone = forms.CharField(
        required=False,
        max_length=50,
        error_messages={"max_length": _("This telephone number is too long.")},
    )

    def __init__(self, *args: Any, survey: Survey, phone_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phone_known = phone_known
        low, high = survey.scale
        self.scale = [str(score) for score in range(low, high + 1)]
        self.fields["score"] = ScoreField(
            coerce=int,
            choices=[(text, text) for text in self.scale],
            error_messages={
                "required": _("Please choose a number."),
                "invalid_choice": _("“%(value)s” is not one of the numbers shown. Please choose one."),
            },
        )

    def clean(self) -> dict[str, Any]:
        """Somebody who wants to be called must be reachable."""
        answer = super().clean() or {}
        if answer.get("wants_callback") and not self.is_reachable(answer):
            self.add_error("phone", self.how_to_reach)
        return answer

    how_to_reach: StrOrPromise = _("Please tell us the number to call.")

    def is_reachable(self, answer: dict[str, Any]) -> bool:
        """Whether we know by what to reach whoever gave this answer."""
        return bool(answer.get("phone")) or self.phone_known


class OpenAnswerForm(AnswerForm):
    """An answer by a link anybody may use: whoever wants to hear from us says by what.

    `again` is what a feedback station adds to the name of its page, for each person anew.
    """

    name = forms.CharField(required=False, max_length=100, error_messages={"max_length": _("This name is too long.")})
    email = forms.EmailField(
        required=False,
        max_length=254,
        error_messages={
            "invalid": _("This is not an e-mail address we could write to."),
            "max_length": _("This e-mail address is too long."),
        },
    )
    again = forms.RegexField(r"^[A-Za-z0-9]{1,32}\Z", required=False)

    how_to_reach = _("Please tell us a number or an e-mail address.")

    def is_reachable(self, answer: dict[str, Any]) -> bool:
        """By telephone or by mail; of an address that is none there is an error already."""
        return bool(answer.get("phone") or answer.get("email") or "email" in self.errors)
