"""Which assignment rule fits an answer, and why do the others not? Pure: facts and rules in, words out."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feedback.models import Account, Contact, Response, Survey
from loop.models import AssignmentRule, SlaPolicy


class Facts(NamedTuple):
    """What an assignment looks at."""

    score: int
    account: Account | None
    contact: Contact | None
    survey: Survey | None
    comment: str = ""
    language: str = ""
    touchpoint: str = ""
    is_detractor: bool = True
    wants_someone_else: bool = False

    @property
    def annual_value(self) -> Decimal | None:
        return self.account.annual_value if self.account is not None else None


def facts_of(response: Response, *, touchpoint: str = "") -> Facts:
    """What an answer tells an assignment."""
    contact = response.contact
    return Facts(
        score=response.score,
        account=contact.account if contact else None,
        contact=contact,
        survey=response.survey,
        comment=response.comment,
        language=(response.language or (contact.language if contact else "")).partition("-")[0],
        touchpoint=touchpoint,
        is_detractor=response.is_detractor,
        wants_someone_else=response.wants_someone_else,
    )


def misfits(rule: AssignmentRule, facts: Facts) -> list[str]:
    """Why a rule does not fit these facts, in words; empty when it does."""
    account = facts.account
    texts = (
        _segment(rule, facts),
        (rule.country, account.country if account else "", gettext_noop("the country is %(is)s, not %(wanted)s")),
        (rule.touchpoint, facts.touchpoint, gettext_noop("the touchpoint is %(is)s, not %(wanted)s")),
        (rule.language, facts.language, gettext_noop("the language is %(is)s, not %(wanted)s")),
    )
    reasons = _text_misfits(texts)
    if rule.survey_id is not None and rule.survey_id != (facts.survey.pk if facts.survey else None):
        has = facts.survey.name if facts.survey else _("not known")
        wanted = rule.survey.name if rule.survey else ""
        reasons.append(_("the survey is %(is)s, not %(wanted)s") % {"is": has, "wanted": wanted})
    return [*reasons, *_score_misfits(rule, facts.score), *_value_misfits(rule, facts.annual_value)]


def policy_misfits(policy: SlaPolicy, facts: Facts) -> list[str]:
    """Why an SLA policy does not fit these facts, in words; empty when it does."""
    return [
        *_text_misfits([_segment(policy, facts)]),
        *_score_misfits(policy, facts.score),
        *_value_misfits(policy, facts.annual_value),
    ]


def _segment(wanted: AssignmentRule | SlaPolicy, facts: Facts) -> tuple[str, str, str]:
    has = facts.account.segment if facts.account else ""
    return wanted.segment, has, gettext_noop("the segment is %(is)s, not %(wanted)s")


def _text_misfits(texts: Iterable[tuple[str, str, str]]) -> list[str]:
    return [
        _(words) % {"is": has or _("not known"), "wanted": wanted}
        for wanted, has, words in texts
        if wanted and wanted.casefold() != has.casefold()
    ]


def _score_misfits(rule: AssignmentRule | SlaPolicy, score: int) -> list[str]:
    if rule.min_score is not None and score < rule.min_score:
        return [_("the score %(is)d is below %(wanted)d") % {"is": score, "wanted": rule.min_score}]
    if rule.max_score is not None and score > rule.max_score:
        return [_("the score %(is)d is above %(wanted)d") % {"is": score, "wanted": rule.max_score}]
    return []


def _value_misfits(rule: AssignmentRule | SlaPolicy, value: Decimal | None) -> list[str]:
    if rule.min_value is None and rule.max_value is None:
        return []
    if value is None:
        return [_("the account's value is not known")]
    if rule.min_value is not None and value < rule.min_value:
        return [_("the account's value %(is)s is below %(wanted)s") % {"is": value, "wanted": rule.min_value}]
    if rule.max_value is not None and value > rule.max_value:
        return [_("the account's value %(is)s is above %(wanted)s") % {"is": value, "wanted": rule.max_value}]
    return []
