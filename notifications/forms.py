"""By what can the outbox be searched?"""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from notifications.models import Message, MessageState


class OutboxFilter(forms.Form):
    """State, kind and recipient; what is left empty narrows nothing."""

    state = forms.ChoiceField(required=False, label=_("State"), choices=[("", _("any")), *MessageState.choices])
    kind = forms.ChoiceField(
        required=False, label=_("Kind"), choices=[("", _("any")), *((k, k) for k in kinds.BY_NAME)]
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
        choices=[
            ("digest", _("In the morning: what is overdue, due today, and came in")),
            ("reminder_half_time", _("Half of the time for a case is gone")),
            ("reminder_due", _("A case is due today")),
            ("case_answer_changed", _("A customer has changed an answer")),
            ("case_outcome", _("A customer has answered again after follow-up")),
            ("wave_heads_up", _("Customers you look after will be asked")),
            ("customer_bounced", _("Our mail does not reach a customer you look after")),
        ],
    )
