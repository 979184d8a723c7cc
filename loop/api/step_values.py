"""How does what a step's body says become what the workflow takes?

Each function takes the checked values and the caller, and returns the values of the step; it raises StepRefused, naming
the field, for what is not there.
"""

from typing import Any

from django.utils.translation import gettext as _

from loop import together
from loop.api.caller import Caller
from loop.models import Case, RootCause, Team, User
from loop.together import Seen
from loop.workflow import StepRefused

Values = dict[str, Any]


def assignment(values: Values, caller: Caller) -> Values:
    email, team_name = values["owner"], values.pop("team", None)
    owner = User.objects.filter(email__iexact=email).first() if email else None
    if email and owner is None:
        raise StepRefused("owner", _("Nobody has the address “%(email)s”.") % {"email": email})
    team = Team.objects.filter(name=team_name).first() if team_name else None
    if team_name and team is None:
        raise StepRefused("team", _("There is no team “%(team)s”.") % {"team": team_name})
    by = caller.person.display_name if caller.person else caller.via
    reason = values.get("reason") or _("Assigned by %(name)s.") % {"name": by}
    return {**values, "owner": owner, "team": team, "reason": reason}


def taken(values: Values, caller: Caller) -> Values:
    if caller.person is None:
        raise StepRefused("body", _("A key is nobody who could have a case: assign it to somebody instead."))
    return values


def resolution(values: Values, _caller: Caller) -> Values:
    root_cause = RootCause.objects.filter(key=values["root_cause"]).first()
    if root_cause is None:
        known = ", ".join(RootCause.objects.filter(is_active=True).order_by("key").values_list("key", flat=True))
        message = _("“%(key)s” is not one of %(known)s.") % {"key": values["root_cause"], "known": known}
        raise StepRefused("root_cause", message)
    return {**values, "root_cause": root_cause}


def promise(values: Values, _caller: Caller) -> Values:
    email = values.pop("promised_by", None)
    by = User.objects.filter(email__iexact=email).first() if email else None
    if email and by is None:
        raise StepRefused("promised_by", _("Nobody has the address “%(email)s”.") % {"email": email})
    return {**values, "promised_by": by}


def words(values: Values, _caller: Caller) -> Values:
    return {"text": values.pop("note"), **values}


def seen_as_well(values: Values, caller: Caller) -> Values:
    """The other cases of the account, each among those the caller sees."""
    others = [Seen(each["case"], each.get("version")) for each in values.pop("also", ())]
    known = set(caller.cases().filter(pk__in=[each.case_id for each in others]).values_list("pk", flat=True))
    if unknown := [each.case_id for each in others if each.case_id not in known]:
        raise StepRefused("also", _("There is no case %(number)d.") % {"number": unknown[0]})
    return {**values, "also": others}


def attempt(*, case_id: int, version: int | None = None, **facts: Any) -> Case:
    done = together.log_call(first=Seen(case_id, version), **facts)
    return next(case for case in done if case.pk == case_id)


def resolve(*, case_id: int, version: int | None = None, **facts: Any) -> Case:
    return together.resolve(first=Seen(case_id, version), **facts)[0]


def solution(values: Values, caller: Caller) -> Values:
    return seen_as_well(resolution(values, caller), caller)
