"""After which touchpoint is which survey asked, and who may change that? The doors for the rules of triggers."""

from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.editing import Edit, stamp
from feedback.models import AskBy, Survey, TriggerRule
from feedback.models.survey import SurveyKind

LONGEST_DELAY_MINUTES = 90 * 24 * 60
LONGEST_QUIET_DAYS = 3650


class Rule(TypedDict):
    """What a rule says: its touchpoint, the survey, when to ask, whom not again.

    `weekday` is 0-6 to ask once a week, on that day, those in contact in the seven days before; None to ask
    `delay_minutes` after each event.
    """

    touchpoint: str
    survey: Survey
    delay_minutes: int
    weekday: int | None
    quiet_days: int
    is_active: bool
    asks_sooner: NotRequired[bool]  # by `quiet_days` alone, although the programme's periods are longer
    channel: NotRequired[str]  # one of AskBy; by e-mail where it is left out


class RuleRefused(ValueError):
    """The rule cannot be like this; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def create(**facts: Unpack[Rule]) -> TriggerRule:
    """Write down a rule; takes what `Rule` names. Raises RuleRefused."""
    return _write(TriggerRule(), facts)


@transaction.atomic
def change(rule: TriggerRule, edit: Edit | None = None, **facts: Unpack[Rule]) -> TriggerRule:
    """Change a rule; events that came before keep what was planned for them.

    Raises:
        RuleRefused: naming the field.
        ChangedMeanwhile: somebody was faster.
    """
    rule = TriggerRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    stamp(rule, edit)
    return _write(rule, facts)


@transaction.atomic
def _write(rule: TriggerRule, facts: Rule) -> TriggerRule:
    touchpoint = facts["touchpoint"].strip()
    if not touchpoint:
        raise RuleRefused("touchpoint", _("A rule needs a touchpoint."))
    if facts["survey"].kind == SurveyKind.RECOVERY:
        raise RuleRefused("survey", _("A recovery survey is sent by a case."))
    if not 0 <= facts["delay_minutes"] <= LONGEST_DELAY_MINUTES:
        raise RuleRefused("delay", _("At most 90 days after the event."))
    if facts["weekday"] is not None and not 0 <= facts["weekday"] <= 6:
        raise RuleRefused("weekday", _("There is no such weekday."))
    if not 0 <= facts["quiet_days"] <= LONGEST_QUIET_DAYS:
        raise RuleRefused("quiet_days", _("A number of days from 0 to %(n)d, please.") % {"n": LONGEST_QUIET_DAYS})
    if facts.get("channel", AskBy.EMAIL) not in AskBy.values:
        raise RuleRefused("channel", _("There is no such way to ask."))
    others = TriggerRule.objects.select_for_update().filter(touchpoint=touchpoint, is_active=True)
    if facts["is_active"] and others.exclude(pk=rule.pk).exists():
        raise RuleRefused("touchpoint", _("Another rule in use is for this touchpoint: change that one."))
    for name, value in {**facts, "touchpoint": touchpoint}.items():
        setattr(rule, name, value)
    rule.save()
    return rule
