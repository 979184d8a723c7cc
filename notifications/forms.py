"""By what can the outbox be searched?"""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from notifications import kinds, preferences
from notifications.kind_words import KIND_WORDS
from notifications.models import Message, MessageState


class OutboxFilter(forms.Form):
    """State, kind and recipient; what is left empty narrows nothing."""

    state = forms.ChoiceField(required=False, label=_("State"), choices=[("", _("any")), *MessageState.choices])
    kind = forms.ChoiceField(
        required=False, label=_("Kind"), choices=[("", _("any")), *((kind, KIND_WORDS[kind]) for kind in kinds.BY_NAME)]
    )
    to = forms.CharField(required=False, label=_("Recipient"), max_length=254)

    def narrow(self, found: QuerySet[Message]) -> QuerySet[Message]:
        """The messages the filled-in fields ask for. Call after `is_valid`."""
        wanted = self.cleaned_data
        if wanted["state"]:
            found = found.filter(state=wanted["state"])
        if wanted["kind"]:
            found = found.filter(kind=wanted["kind"])
        if wanted["to"]:
            found = found.filter(to__icontains=wanted["to"].strip())
        return found


class PreferenceForm(forms.Form):
    """The kinds of mail that may be switched off; what is ticked is sent."""

    wanted = forms.MultipleChoiceField(
        label=_("Mails you get"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind, KIND_WORDS[kind]) for kind in preferences.OPTIONAL],
    )
