"""What may an administrator fill in about thanks, and about words that open cases? Plain forms; the doors decide."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from loop import thanks_words
from loop.forms import words
from loop.models import Ask, Thank, ThanksPolicy, WordRule
from loop.thanks_policies import FIELDS, LONGEST_QUIET, SHORTEST_QUIET, text_field

ASKS = [("", _("nothing")), *Ask.choices]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


class ThanksForm(forms.Form):
    """How promoters and passives are thanked, and what they are asked, in which words."""

    promoter_thanks = forms.ChoiceField(label=_("Promoters are thanked"), choices=Thank.choices)
    promoter_ask = forms.ChoiceField(label=_("Promoters are asked"), choices=ASKS, required=False)
    passive_thanks = forms.ChoiceField(label=_("Passives are thanked"), choices=Thank.choices)
    passive_ask = forms.ChoiceField(label=_("Passives are asked"), choices=ASKS, required=False)
    review_url = forms.CharField(
        label=_("Where reviews are written"),
        max_length=500,
        required=False,
        help_text=_("An address that begins with https://. The button leads straight there; nothing is counted."),
    )
    referral_url = forms.CharField(
        label=_("What customers may pass on"),
        max_length=500,
        required=False,
        help_text=_("An address that begins with https://, shown beside the question whom we could help."),
    )
    quiet_days = forms.IntegerField(
        label=_("Nobody is asked again within, days"),
        min_value=SHORTEST_QUIET,
        max_value=LONGEST_QUIET,
        help_text=_("Counts over all surveys. Whoever has said yes is not asked for the same again."),
    )

    def __init__(self, data: QueryDict | None = None, *, policy: ThanksPolicy) -> None:
        super().__init__(data, auto_id="thanks-%s")
        self.initial = {name: getattr(policy, name) for name in FIELDS if name != "own_words"}
        for ask in Ask.values:
            for language, name in settings.LANGUAGES:
                field = text_field(ask, language)
                self.fields[field] = words(name, rows=3, required=False)
                self.fields[field].widget.attrs["lang"] = language
                own = policy.own_words.get(ask, {}).get(language, "")
                self.initial[field] = own or thanks_words.default(ask, language)

    def texts(self) -> list[dict[str, Any]]:
        """The fields of the words of each ask, and whether something in them was refused."""
        found = []
        for ask in Ask.values:
            fields = [self[text_field(ask, language)] for language in LANGUAGES]
            found.append({"label": Ask(ask).label, "fields": fields, "open": any(field.errors for field in fields)})
        return found

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the door takes it. Only for a valid form."""
        data = self.cleaned_data
        texts = {ask: {code: data[text_field(ask, code)] for code in LANGUAGES} for ask in Ask.values}
        return {**{name: data[name] for name in FIELDS if name != "own_words"}, "own_words": texts}


class WordRuleForm(forms.Form):
    """Which words open a case for an answer that is no low score."""

    for_promoters = forms.BooleanField(label=_("For promoters (9–10)"), required=False)
    for_passives = forms.BooleanField(label=_("For passives (7–8)"), required=False)

    def __init__(self, data: QueryDict | None = None, *, rule: WordRule) -> None:
        super().__init__(data, auto_id="words-%s")
        self.initial = {"for_promoters": rule.for_promoters, "for_passives": rule.for_passives}
        for language, name in settings.LANGUAGES:
            field = f"words-{language}"
            self.fields[field] = words(name, rows=6, required=False)
            self.fields[field].widget.attrs["lang"] = language
            self.initial[field] = "\n".join(rule.words.get(language, []))

    def lists(self) -> list[forms.BoundField]:
        return [self[f"words-{language}"] for language in LANGUAGES]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the door takes it. Only for a valid form."""
        data = self.cleaned_data
        return {
            "for_promoters": data["for_promoters"],
            "for_passives": data["for_passives"],
            "words": {code: data[f"words-{code}"].splitlines() for code in LANGUAGES},
        }
