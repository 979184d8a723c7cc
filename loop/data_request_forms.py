"""What may be filled in about a request that came by mail or telephone? The door decides."""

from django import forms
from django.utils.translation import gettext_lazy as _

from loop.models import Wanted


class NoteForm(forms.Form):
    who = forms.CharField(
        label=_("Contact"), max_length=254, help_text=_("E-mail, name or customer number of somebody at a customer.")
    )
    wanted = forms.ChoiceField(label=_("Asks for"), choices=Wanted.choices, widget=forms.RadioSelect)
