"""What may be filled in about where somebody is told besides by e-mail?"""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from notifications import staff_addresses
from notifications.kind_words import KIND_WORDS
from notifications.models import StaffAddress, StaffChannel


class FurtherAddressForm(forms.Form):
    """An address, which is never shown again, and of what it is told."""

    address = forms.CharField(max_length=1000, required=False)
    wanted = forms.MultipleChoiceField(
        label=_("What is told there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind, KIND_WORDS[kind]) for kind in staff_addresses.CHOICES],
    )

    def __init__(
        self, data: QueryDict | None = None, *, channel: str, stands: StaffAddress | None, usual: tuple[str, ...]
    ) -> None:
        initial: dict[str, Any] = {"wanted": stands.kinds if stands else usual}
        super().__init__(data, initial=initial, auto_id=f"id_{channel}_%s")
        field, is_number = self.fields["address"], channel == StaffChannel.SMS
        field.label = _("Mobile number") if is_number else _("Address of the chat")
        field.widget.attrs |= {"autocomplete": "tel" if is_number else "off", "spellcheck": "false"}
        if is_number:
            field.widget.input_type = "tel"
        field.help_text = (
            _("Such as +46 70 123 45 67.")
            if is_number
            else _("The incoming webhook of Slack, Teams (Workflows), Mattermost or Google Chat, as the chat shows it.")
        )
        self.channel, self.stands = channel, stands
