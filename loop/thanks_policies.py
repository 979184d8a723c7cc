"""How is it set up whom a survey thanks, how, and what it asks? Checked, compared, shown before it is saved, stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from feedback import surveys
from feedback.editing import Edit
from feedback.models import Response, Survey
from feedback.models.response import Category
from feedback.models.survey import SurveyKind
from loop import survey_rules, thanks, thanks_words
from loop.changes import ChangeRefused
from loop.models import Ask, Thank, Thanks, ThanksPolicy, User

FIELDS = (
    "promoter_thanks", "promoter_ask", "passive_thanks", "passive_ask", "review_url", "referral_url", "quiet_days",
    "own_words",
)  # fmt: skip
LONGEST_TEXT = 500  # characters of an ask; a customer gives us twenty seconds
SHORTEST_QUIET, LONGEST_QUIET = 30, 3650  # days
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Seen:
    """What somebody of one category would see: on the page, and in the mail where there is one."""

    category: str
    how: str
    ask: str
    asking: str
    button: str
    leads_to: str
    mail: thanks_words.Said | None


def changed(survey: Survey, facts: Mapping[str, Any]) -> ThanksPolicy:
    """The policy with these facts, checked and not stored. Raises ChangeRefused, which names the field."""
    if survey.kind == SurveyKind.RECOVERY:
        raise ChangeRefused("", _("Who was unhappy a month ago is asked for no favours: a recovery survey has none."))
    policy = thanks.policy_of(survey)
    for name in FIELDS:
        setattr(policy, name, facts[name])
    for category in ("promoter", "passive"):
        if getattr(policy, f"{category}_thanks") == Thank.NONE and getattr(policy, f"{category}_ask"):
            raise ChangeRefused(f"{category}_ask", _("Who is not thanked is not asked for a favour either."))
    asks = {policy.promoter_ask, policy.passive_ask}
    for field, is_needed in (("review_url", Ask.REVIEW in asks), ("referral_url", False)):
        _check_address(field, getattr(policy, field), is_needed=is_needed)
    if not SHORTEST_QUIET <= policy.quiet_days <= LONGEST_QUIET:
        told = {"low": SHORTEST_QUIET, "high": LONGEST_QUIET}
        raise ChangeRefused("quiet_days", _("A number of days from %(low)d to %(high)d, please.") % told)
    policy.own_words = _own_words(facts["own_words"])
    return policy


def _check_address(field: str, address: str, *, is_needed: bool) -> None:
    """Customers are led there: a whole https address, with nothing of a log-in in it."""
    if not address:
        if is_needed:
            raise ChangeRefused(field, _("Say where the review is to be written."))
        return
    try:
        URLValidator(schemes=["https"])(address)
        parts = urlsplit(address)
        is_plain = parts.username is None and parts.password is None and "." in (parts.hostname or "")
    except (ValidationError, ValueError):
        is_plain = False
    if not is_plain:
        raise ChangeRefused(field, _("A whole address that begins with https://, please."))


def _own_words(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The words that differ from Loop's own, so that the others go on being those of the newest Loop."""
    own: dict[str, dict[str, str]] = {}
    for ask, by_language in texts.items():
        for language, typed in by_language.items():
            text = " ".join(typed.replace("\x00", "").split())
            field = text_field(ask, language)
            if len(text) > LONGEST_TEXT:
                raise ChangeRefused(field, _("At most %(limit)d characters are allowed.") % {"limit": LONGEST_TEXT})
            if unknown := surveys.unknown_placeholders(text):
                told = {"unknown": ", ".join(unknown), "known": thanks_words.COMPANY}
                message = _("Nobody fills in %(unknown)s; only %(known)s is known.") % told
                raise ChangeRefused(field, message)
            if text and text != thanks_words.default(ask, language):
                own.setdefault(ask, {})[language] = text
    return own


def text_field(ask: str, language: str) -> str:
    """What the field of these words is called in forms and refusals."""
    return f"{ask}-{language}"


def change(survey: Survey, facts: Mapping[str, Any], *, actor: User | None, edit: Edit, now: datetime) -> ThanksPolicy:
    """Store how a survey thanks, for answers from now on; what is asked already is asked no more where it ends.

    Raises:
        ChangeRefused: naming the field.
        ChangedMeanwhile: somebody was faster.
    """
    wanted = changed(survey, facts)
    fresh = {name: getattr(wanted, name) for name in FIELDS}
    return survey_rules.store(ThanksPolicy, survey, fresh, actor=actor, edit=edit, now=now)


def differences(before: ThanksPolicy, after: ThanksPolicy) -> list[str]:
    """What a change would do, a sentence each, in the active language."""
    return list(_differences(before, after))


def _differences(before: ThanksPolicy, after: ThanksPolicy) -> Iterator[str]:
    nothing = _("nothing")
    for category, who in ((Category.PROMOTER, _("Promoters")), (Category.PASSIVE, _("Passives"))):
        (how, ask), (new_how, new_ask) = thanks.wanted(before, category), thanks.wanted(after, category)
        if how != new_how:
            told = {"who": who, "before": Thank(how).label, "after": Thank(new_how).label}
            yield _("%(who)s are thanked: %(before)s → %(after)s") % told
        if ask != new_ask:
            told = {
                "who": who,
                "before": Ask(ask).label if ask else nothing,
                "after": Ask(new_ask).label if new_ask else nothing,
            }
            yield _("%(who)s are asked: %(before)s → %(after)s") % told
    for field, what in (("review_url", _("Reviews are written at")), ("referral_url", _("Referrals lead to"))):
        if getattr(before, field) != getattr(after, field):
            yield f"{what}: {getattr(before, field) or nothing} → {getattr(after, field) or nothing}"
    if before.quiet_days != after.quiet_days:
        days = {"before": before.quiet_days, "after": after.quiet_days}
        yield _("Nobody is asked again within: %(before)d → %(after)d days") % days
    names = dict(settings.LANGUAGES)
    for ask in Ask.values:
        mine, new = before.own_words.get(ask, {}), after.own_words.get(ask, {})
        others = [names.get(one, one) for one in dict.fromkeys([*mine, *new]) if mine.get(one) != new.get(one)]
        if others:
            told = {"ask": Ask(ask).label, "languages": ", ".join(others)}
            yield _("Other words for “%(ask)s”: %(languages)s") % told


def preview(policy: ThanksPolicy, *, language: str, who: str) -> list[Seen]:
    """What promoters and passives would see in a language; `who` reads the answers in this example."""
    with translation.override(language):
        return [_seen(policy, category, language, who) for category in (Category.PROMOTER, Category.PASSIVE)]


def _seen(policy: ThanksPolicy, category: str, language: str, who: str) -> Seen:
    how, ask = thanks.wanted(policy, category)
    return Seen(
        category=category,
        how=how,
        ask=ask,
        asking=thanks_words.asking(policy, ask, language) if ask else "",
        button=str(thanks_words.BUTTONS[ask]) if ask else "",
        leads_to=policy.review_url if ask == Ask.REVIEW else "",
        mail=thanks_words.said(is_promoter=category == Category.PROMOTER, who=who) if how == Thank.MAIL else None,
    )


def lately(survey: Survey, *, now: datetime) -> dict[str, int]:
    """How many answers of a known customer came in the last 30 days, and what became of thanking them."""
    answers = Response.objects.counted().filter(survey=survey, contact__isnull=False, received_at__lte=now)
    by_category = answers.filter(responded_at__gt=now - LOOK_BACK).aggregate(
        promoters=Count("pk", filter=Q(category=Category.PROMOTER)),
        passives=Count("pk", filter=Q(category=Category.PASSIVE)),
    )
    decided = Thanks.objects.filter(response__survey=survey, decided_at__gt=now - LOOK_BACK).aggregate(
        mailed=Count("pk", filter=Q(mailed_at__isnull=False)),
        asked=Count("pk", filter=~Q(ask="")),
        waiting=Count("pk", filter=Q(mailed_at=None, withheld="", send_after__isnull=False)),
    )
    return {**by_category, **decided}


def reasons(survey: Survey, *, now: datetime) -> list[tuple[str, int]]:
    """Why some were not thanked or asked in the last 30 days, the commonest first, in the active language."""
    counted: dict[str, int] = {}
    since = now - LOOK_BACK
    for field in ("withheld", "not_asked"):
        found = Thanks.objects.filter(response__survey=survey, decided_at__gt=since).exclude(**{field: ""})
        for why, n in found.values_list(field).annotate(n=Count("pk")).order_by():
            counted[why] = counted.get(why, 0) + n
    return sorted(((str(thanks.WORDS.get(why, why)), n) for why, n in counted.items()), key=lambda one: -one[1])
