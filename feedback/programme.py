"""How often may anybody be asked at all? The rules of the programme, and the one door to change them."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.editing import Edit, stamp
from feedback.models import ProgrammeRules

LONGEST_QUIET_DAYS = 3650


class RulesRefused(ValueError):
    """The rules cannot be like this; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@transaction.atomic
def change_rules(
    *,
    after_answer_days: int,
    after_silence_days: int,
    between_mails_days: int,
    closed_months: Collection[int],
    edit: Edit | None = None,
) -> ProgrammeRules:
    """Change how long contacts are left in peace, over all surveys.

    Args:
        after_answer_days: no survey so long after an answer.
        after_silence_days: no survey so long after one that was left unanswered.
        between_mails_days: between any two survey mails.
        closed_months: months, 1 to 12, in which no wave leaves.

    Raises:
        RulesRefused: naming the field.
        ChangedMeanwhile: somebody was faster.
    """
    days = {
        "after_answer_days": after_answer_days,
        "after_silence_days": after_silence_days,
        "between_mails_days": between_mails_days,
    }
    for field, value in days.items():
        if not 0 <= value <= LONGEST_QUIET_DAYS:
            raise RulesRefused(field, _("A number of days from 0 to %(n)d, please.") % {"n": LONGEST_QUIET_DAYS})
    months = sorted(set(closed_months))
    if any(not 1 <= month <= 12 for month in months):
        raise RulesRefused("closed_months", _("Months are numbered 1 to 12."))
    if len(months) == 12:
        raise RulesRefused("closed_months", _("With every month closed no wave could ever leave."))
    rules, _created = ProgrammeRules.objects.select_for_update().get_or_create(pk=1)
    stamp(rules, edit)
    for field, value in days.items():
        setattr(rules, field, value)
    rules.closed_months = months
    rules.save()
    return rules
