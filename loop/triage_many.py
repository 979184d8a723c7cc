"""Which of many new answers need a case? Decided by `loop.triage`'s own rules, read and written for all at once.

What one answer needs that is not in the rows read beforehand (the outcome of an earlier case, somebody's turn, thanks)
is done for that answer alone, after the cases of those before it are stored: the order of the answers counts.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import transaction
from django.utils import translation

from feedback import inserting, responses
from feedback.models import Response, Survey
from loop import conflicts, outcomes, studies, thanks, timeline, triage
from loop.circumstances import Circumstances, owners_at
from loop.models import (
    AccountOwner,
    AssignmentRule,
    Case,
    CustomerPage,
    SlaPolicy,
    Team,
    ThanksPolicy,
    User,
    WordRule,
)
from loop.openings import Alike, Opening, its_case
from loop.routing import Facts

Alone = Callable[[Response], None]


class NeedsTurn(Exception):
    """Somebody's turn would be taken, which is written at once and counts the cases there are."""


@transaction.atomic
@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def triage_all(those: Sequence[Response], *, alone: Alone, thank: Alone, now: datetime) -> None:
    """Decide about answers that were stored in this very transaction, in their order, as one by one.

    Args:
        alone: decides about a single answer, thanks included; keeps its own errors.
        thank: decides about the thanks for a single answer; keeps its own errors.

    Raises:
        NoPolicy, NoOpenHours: due times cannot be computed; nothing is written.
    """
    around = Remembered(those, now)
    openings: list[Opening] = []
    decided: list[Response] = []

    def store() -> None:
        _store(openings, now)
        openings.clear()

    for response in those:
        if around.nothing_follows(response):
            decided.append(response)
            continue
        opening = None
        try:
            if response.contact_id in around.followed_up:
                raise NeedsTurn
            need = triage.need_of(response, around)
            if need is not None:
                opening = triage.opening_of(response, now=now, word=need.word, around=around)
        except NeedsTurn:
            store()
            alone(response)
            around.look_again()
            continue
        decided.append(response)
        if opening is not None:
            openings.append(opening)
            around.note(opening.case)
        if thanks.is_due(response, around.thanks_policy(response.survey)):
            store()
            thank(response)
    store()
    unmarked = [response for response in decided if response.triaged_at is None]
    if unmarked:
        responses.mark_all_triaged(unmarked, now=now)


def forget(response: Response) -> None:
    """Make an answer as it was before anything was decided about it: what was written is rolled back."""
    response.triaged_at = None
    field = its_case()
    if field.is_cached(response):
        field.delete_cached_value(response)


def _store(openings: Sequence[Opening], now: datetime) -> None:
    if not openings:
        return
    inserting.insert_all(Case, [opening.case for opening in openings])
    inserting.insert_all(CustomerPage, [opening.page for opening in openings if opening.page is not None])
    timeline.record_many([event for opening in openings for event in opening.events])
    studies.draw([opening.case for opening in openings], now=now)


class Remembered(Circumstances):
    """What is around many answers: each thing is read once, most of it for all of them together."""

    def __init__(self, those: Sequence[Response], now: datetime) -> None:
        super().__init__(now)
        self._those = those
        self.followed_up = outcomes.followed_up_before({*filter(None, (one.contact_id for one in those))})
        self._alike: dict[Hashable, Alike] = {}
        self._word_rules: dict[int, WordRule | None] = {}
        self._thanks: dict[int, ThanksPolicy] = {}
        self._quiet: dict[tuple[int, str], bool] = {}  # by survey and category
        self._teams: dict[int, Team | None] = {}
        self._leads: dict[int, tuple[User | None, Team | None]] = {}
        self._has_leads: dict[int, bool] = {}
        self._unhappy: dict[tuple[int, int], dict[int | None, datetime]] | None = None

    @cached_property
    def _accounts(self) -> set[int]:
        """Of those whose answers need a look; it may be asked for at the first of them."""
        contacts = (one.contact for one in self._those if one.id in self._noteworthy)
        return {one.account_id for one in contacts if one is not None and one.account_id is not None}

    @cached_property
    def _noteworthy(self) -> set[int]:
        """The answers from which something may follow, by id; looked at once, since they are many."""
        return {one.id for one in self._those if self._may_follow(one)}

    @cached_property
    def _rules(self) -> list[AssignmentRule]:
        return super().rules()

    @cached_property
    def _policies(self) -> list[SlaPolicy]:
        return super().policies()

    @cached_property
    def _last_queue(self) -> Team | None:
        return super().last_queue()

    @cached_property
    def _owners(self) -> dict[int, AccountOwner]:
        owners = conflicts.with_policy(owners_at(self.now)).filter(account__among=self._accounts)
        few = owners.select_related(None).prefetch_related("user")  # people look after many accounts each
        return {one.account_id: one for one in few}

    def rules(self) -> list[AssignmentRule]:
        return self._rules

    def policies(self) -> list[SlaPolicy]:
        return self._policies

    def last_queue(self) -> Team | None:
        return self._last_queue

    def word_rule(self, survey_id: int) -> WordRule | None:
        if survey_id not in self._word_rules:
            self._word_rules[survey_id] = super().word_rule(survey_id)
        return self._word_rules[survey_id]

    def thanks_policy(self, survey: Survey) -> ThanksPolicy:
        if survey.pk not in self._thanks:
            self._thanks[survey.pk] = thanks.policy_of(survey)
        return self._thanks[survey.pk]

    def nothing_follows(self, response: Response) -> bool:
        """Whether there is nothing to be decided about an answer: no case, no outcome, no thanks. So it is of most."""
        return response.id not in self._noteworthy

    def _may_follow(self, response: Response) -> bool:
        kind = response.survey_id, response.category
        if kind not in self._quiet:
            self._quiet[kind] = self._is_quiet(response)
        return not self._quiet[kind] or response.wants_callback or response.contact_id in self.followed_up

    def _is_quiet(self, response: Response) -> bool:
        """Whether no answer of this category to this survey needs a look, unless its contact says or is more."""
        if response.is_detractor or self.word_rule(response.survey_id) is not None:
            return False
        return not thanks.may_be_due(response.survey, response.category, self.thanks_policy(response.survey))

    def ownership(self, facts: Facts) -> AccountOwner | None:
        found = self._owners.get(facts.account.pk) if facts.account is not None else None
        if found is not None:
            found.latest_other = self._latest_other(found, facts)  # type: ignore[attr-defined]
        return found

    def team_of(self, user: User) -> Team | None:
        if user.pk not in self._teams:
            self._teams[user.pk] = super().team_of(user)
        return self._teams[user.pk]

    def lead_for(self, owner: User) -> tuple[User | None, Team | None]:
        if owner.pk not in self._leads:
            self._leads[owner.pk] = super().lead_for(owner)
        return self._leads[owner.pk]

    def has_leads_besides(self, owner: User) -> bool:
        if owner.pk not in self._has_leads:
            self._has_leads[owner.pk] = super().has_leads_besides(owner)
        return self._has_leads[owner.pk]

    def next_in(self, team: Team, sharing: str, *, peek: bool) -> User | None:
        raise NeedsTurn

    def alike(self, kind: Hashable, make: Callable[[], Alike]) -> Alike:
        if kind not in self._alike:
            self._alike[kind] = super().alike(kind, make)
        return self._alike[kind]

    def note(self, case: Case) -> None:
        """A case is about to be stored: the next answer from its account is a second one."""
        if self._unhappy is None or case.account_id is None or case.owner_id is None:
            return
        if case.response.is_detractor:
            people = self._unhappy.setdefault((case.account_id, case.owner_id), {})
            people[case.contact_id] = max(case.opened_at, people.get(case.contact_id, case.opened_at))

    def look_again(self) -> None:
        """Something else was written: cases may have come, gone or changed hands."""
        self._unhappy = None

    def _latest_other(self, looked_after: AccountOwner, facts: Facts) -> datetime | None:
        if self._unhappy is None:
            self._unhappy = {}
            for account, owner, contact, at in conflicts.unhappy_people(self._accounts):
                self._unhappy.setdefault((account, owner), {})[contact] = at
        own = facts.contact.pk if facts.contact is not None else None
        others = self._unhappy.get((looked_after.account_id, looked_after.user_id), {})
        return max((at for person, at in others.items() if own is None or person != own), default=None)
