"""When should somebody other than the account's owner take the first look? Then it is their lead, told with tact.

Three signs: the customer asked for somebody else, the answer names the owner, or a second person at an account of the
same owner is unhappy within a short time. None of them says that the owner did anything wrong.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.models import Response
from feedback.models.response import Category
from loop import naming, ownership, routing, setup_history, setup_versions, workflow
from loop.models import AccountOwner, Case, ConflictPolicy, Resolution, Role, State, Team, User
from loop.presence import Presence
from loop.routing import Facts

A_DAY = timedelta(days=1)
_STANDARD = ConflictPolicy(pk=1)


def policy() -> ConflictPolicy:
    """The policy in force; where nobody wrote one down, the standard one."""
    return ConflictPolicy.objects.first() or ConflictPolicy(pk=1)


@transaction.atomic
def set_policy(
    *, owner_named: bool, second_within_days: int, actor: User | None, now: datetime, seen: int | None = None
) -> None:
    """Write down when a case goes to the lead. Raises ChangedMeanwhile where it is not the version that was `seen`."""
    found = ConflictPolicy.objects.select_for_update().first() or policy()
    setup_versions.require_seen(found, seen)
    found.owner_named, found.second_within_days = owner_named, second_within_days
    setup_history.changed_by(found, actor, now)
    found.save()


def with_what_happened(owners: QuerySet[AccountOwner], *, besides: int | None) -> QuerySet[AccountOwner]:
    """The account's owner, with the latest case they had of another unhappy person there, and the policy: one query.

    Args:
        besides: the id of the contact who is unhappy now; None for somebody without a name.
    """
    earlier = _of_unhappy().filter(account=OuterRef("account"), owner=OuterRef("user"))
    if besides is not None:
        earlier = earlier.exclude(contact=besides)
    latest = Subquery(earlier.order_by("-opened_at").values("opened_at")[:1])
    return with_policy(owners).annotate(latest_other=latest)


def with_policy(owners: QuerySet[AccountOwner]) -> QuerySet[AccountOwner]:
    """Owners of accounts, each with the policy in force."""
    one = ConflictPolicy.objects.filter(pk=1)
    return owners.annotate(
        owner_named=Subquery(one.values("owner_named")[:1]),
        second_within_days=Subquery(one.values("second_within_days")[:1]),
    )


def unhappy_people(accounts: Collection[int]) -> Iterator[tuple[int, int, int | None, datetime]]:
    """Of which contact of these accounts their owner of now has had a case, and when the latest was opened.

    What `with_what_happened` looks up for one, for many: account, owner and contact by id, and the time.
    """
    theirs = _of_unhappy().filter(account__among=accounts, owner=F("account__ownership__user")).order_by()
    found = theirs.values_list("account_id", "owner_id", "contact_id").annotate(latest=Max("opened_at"))
    for account, owner, contact, at in found:
        if account is not None and owner is not None:
            yield account, owner, contact, at


def _of_unhappy() -> QuerySet[Case]:
    """Without those of a machine's answer, or of one the customer took back."""
    return Case.objects.filter(response__category=Category.DETRACTOR).exclude(resolution=Resolution.WITHDRAWN)


def look(facts: Facts, looked_after: AccountOwner, *, now: datetime) -> str:
    """Why this answer goes to the owner's lead, in words anybody may read; empty when it does not.

    Args:
        looked_after: from `with_what_happened`.
    """
    owner, account = looked_after.user, facts.account
    named, days = looked_after.owner_named, looked_after.second_within_days  # type: ignore[attr-defined]
    if named is None:
        named, days = _STANDARD.owner_named, _STANDARD.second_within_days
    if facts.wants_someone_else:
        return _("The customer would like to talk to somebody other than their usual contact")
    besides = f"{facts.contact.name if facts.contact else ''} {account.name if account else ''}"
    if named and naming.is_named(owner, facts.comment, besides=besides):
        return _("The answer mentions %(name)s by name") % {"name": owner.display_name}
    latest = looked_after.latest_other  # type: ignore[attr-defined]
    if facts.is_detractor and days and latest is not None and latest > now - timedelta(days=days):
        shown = {"account": account.name if account else "", "days": days}
        return _("Second unhappy answer from %(account)s within %(days)d days") % shown
    return ""


def lead_for(owner: User, presence: Presence) -> tuple[User | None, Team | None]:
    """Who looks at it instead of `owner`, and in which team: a lead of theirs, of the fallback team, any other."""
    leads = User.objects.filter(is_active=True, role=Role.LEAD).exclude(pk=owner.pk).order_by("pk")
    circles = (
        leads.filter(memberships__team__memberships__user=owner).distinct(),
        leads.filter(memberships__team__is_fallback=True),
        leads,
    )
    for circle in circles:
        for lead in circle:
            stand_in = presence.stand_in_for(lead) if lead.pk in presence.running else lead
            if stand_in is not None and stand_in.pk != owner.pk:
                theirs = ownership.team_of(owner)
                return stand_in, ownership.team_of(stand_in, preferred=theirs.pk if theirs else None)
    return None, None


def has_leads_besides(owner: User) -> bool:
    """Whether the company has any lead but `owner`, here or away."""
    return User.objects.filter(is_active=True, role=Role.LEAD).exclude(pk=owner.pk).exists()


@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def ask_for_someone_else(
    *, case_id: int, actor: User | None, version: int | None = None, now: datetime, via: str = ""
) -> Case:
    """The customer asks for somebody other than their usual contact: noted, and taken to the lead. Once.

    A case that is with somebody else already stays there.

    Raises: what every step raises; see `loop.workflow`.
    """
    case = Case.objects.select_related("owner", "account").get(pk=case_id)
    usual = AccountOwner.objects.select_related("user").filter(account=case.account_id).first()
    is_theirs = usual is None or usual.user_id == case.owner_id
    reason, receiver = _("The customer would like to talk to somebody other than their usual contact"), None
    if case.owner is not None and is_theirs:
        reason, receiver = _receiver(case.owner, reason, now)
    return workflow.ask_for_someone_else(
        case_id=case_id, receiver=receiver, reason=reason, actor=actor, version=version, now=now, via=via
    )


@translation.override(settings.LANGUAGE_CODE)
def look_again(case: Case, response: Response, *, now: datetime) -> None:
    """An answer was corrected: a case its usual contact has not begun goes to the lead if it says so now.

    While somebody stands in for the usual contact, what it says of the one they cover counts as well: the case would go
    back to them.
    """
    if not case.is_open:
        return
    if response.wants_someone_else and not case.wants_someone_else:
        ask_for_someone_else(case_id=case.pk, actor=None, now=now)
        return
    if case.state != State.NEW or case.owner is None or case.attempts.exists():
        return
    facts = routing.facts_of(response)
    covered = case.covers.user if case.covers is not None else None
    concerned = [person.pk for person in (case.owner, covered) if person is not None]
    owners = AccountOwner.objects.select_related("user").filter(account=case.account_id, user__in=concerned)
    looked_after = with_what_happened(owners, besides=response.contact_id).first()
    sign = look(facts, looked_after, now=now) if looked_after is not None else ""
    if not sign or looked_after is None:
        return
    usual = looked_after.user
    reason, receiver = _receiver(usual, sign, now)
    if receiver.owner is not None or has_leads_besides(usual):
        workflow.hand_to_lead(case_id=case.pk, receiver=receiver, reason=reason, now=now)


def _receiver(owner: User, sign: str, now: datetime) -> tuple[str, "workflow.Receiver"]:
    """Who takes the first look instead of `owner`, and the reason as it is stored."""
    lead, team = lead_for(owner, Presence.at(now))
    words = _("%(because)s: %(name)s takes the first look") if lead is not None else _("%(because)s: waits for a lead")
    reason = words % {"because": sign, "name": lead.display_name if lead else ""}
    return reason, workflow.Receiver(lead, team, instead_of=owner)
