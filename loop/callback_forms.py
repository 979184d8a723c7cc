"""What may somebody fill in about a call that is agreed with a customer?"""

from django import forms
from django.utils.translation import gettext_lazy as _

HOW = _("Please give a day and a time, such as 2026-11-19 10:00.")


class CallForm(forms.Form):
    """A time on the reader's own clock."""

    at = forms.DateTimeField(
        label=_("Day and time on your clock, at a whole or half hour"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1800"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": HOW, "invalid": HOW},
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="call-%s")  # type: ignore[arg-type]
