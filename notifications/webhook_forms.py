"""What may be filled in about a webhook? Plain forms; `webhooks.endpoints` decides."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.webhooks import event_types


class EndpointForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Which system it is, for your colleagues."))
    url = forms.CharField(
        label=_("Address"),
        max_length=1000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Begins with https:// and is on the public internet."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("What it is told"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, words) for name, words in event_types.TYPES.items()],
    )


class ReplayForm(forms.Form):
    since = forms.DateTimeField(
        label=_("Since"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
