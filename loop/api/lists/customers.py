"""accounts/ and contacts/: who are our customers, as far as the caller may know of them, and how does each stand?"""

from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from rest_framework import serializers

from feedback.contacts import address_hash
from feedback.models import Account, Contact, Response
from feedback.models.response import Category
from loop import access, account_figures, search
from loop.api.caller import Caller
from loop.api.fields import Choice, Email, ExternalId, Instant, Text
from loop.api.filters import QueryFlag
from loop.api.listing import Listing, ListQuery, Rows
from loop.api.serializers.cases import CaseAccount
from loop.api.serializers.customers import AccountAnswer, ContactAnswer
from loop.models import Promise

SCORES_SHOWN = 8


def seen_accounts(caller: Caller) -> QuerySet[Account]:
    """The accounts this caller may know of: a key all, a person those `loop.access` shows them."""
    return access.visible_accounts(caller.person) if caller.person else Account.objects.all()


def seen_contacts(caller: Caller) -> QuerySet[Contact]:
    """The same of contacts."""
    return access.visible_contacts(caller.person) if caller.person else Contact.objects.all()


class AccountQuery(ListQuery):
    q = Text(max_length=200, required=False, help_text="Part of a name, of the external id, or of the owner's name.")
    owner = Text(max_length=254, required=False, help_text="The owner's address; `none` for accounts nobody has.")
    segment = Text(max_length=100, required=False)
    country = Text(max_length=2, required=False, help_text="ISO 3166-1, such as SE.")
    open_cases = QueryFlag(required=False, help_text="With open cases in the caller's sight, or without.")


class AccountLine(AccountAnswer):
    """An account in a list."""

    id = serializers.IntegerField()
    owner = serializers.CharField(source="ownership.user.email", allow_null=True, default=None)  # type: ignore[assignment]
    open_cases = serializers.IntegerField(help_text="Of those in the caller's sight.")
    latest_score = serializers.IntegerField(allow_null=True)
    latest_category = serializers.ChoiceField(Category.choices, allow_null=True)
    latest_at = Instant(allow_null=True)
    created_at = Instant()


class AccountWhole(AccountLine):
    """An account by itself."""

    contacts = serializers.SerializerMethodField()
    promises = serializers.SerializerMethodField()
    next_try_at = serializers.SerializerMethodField()

    def get_contacts(self, account: Account) -> int:
        return account.contacts.count()

    def get_promises(self, account: Account) -> int:
        """How many are unkept, of cases in the caller's sight."""
        cases = self.context["caller"].cases().filter(account=account)
        return Promise.objects.unkept().filter(case__in=cases.values("pk")).count()

    def get_next_try_at(self, account: Account) -> str | None:
        cases = self.context["caller"].cases().filter(account=account)
        first = cases.aggregate(first=Min("next_try_at"))["first"]
        return Instant().to_representation(first) if first else None


def _accounts(caller: Caller) -> QuerySet[Account]:
    return account_figures.with_figures(seen_accounts(caller), caller.cases())


def _of_owner(rows: Rows, owner: str) -> Rows:
    return rows.filter(ownership=None) if owner == "none" else rows.filter(ownership__user__email__iexact=owner)


ACCOUNTS = Listing(
    address="accounts",
    one="account",
    many="accounts",
    summary="List accounts",
    description="The newest first. Whose cases, answers and favours: ask those lists with `account`.",
    rows=_accounts,
    line=AccountLine,
    whole=AccountWhole,
    whole_description="What its page tells of it; its people, answers, cases, promises and favours are lists that take "
    "`account` as a filter.",
    place="<any:external_id>",
    key="external_id",
    query=AccountQuery,
    narrows={
        "q": lambda rows, q: rows.filter(
            search.containing(q, "name", "external_id", "ownership__user__name", "ownership__user__email")
        ),
        "owner": _of_owner,
        "segment": "segment",
        "country": lambda rows, code: rows.filter(country=code.upper()),
        "open_cases": lambda rows, some: rows.filter(Q(open_cases__gt=0) if some else Q(open_cases=0)),
    },
    example={
        "id": 41,
        "external_id": "A-1001",
        "name": "Nordlys AS",
        "owner": "anna@example.com",
        "segment": "enterprise",
        "country": "NO",
        "annual_value": "125000.00",
        "currency": "NOK",
        "size": "large",
        "attributes": {"tier": "gold"},
        "open_cases": 1,
        "latest_score": 3,
        "latest_category": "detractor",
        "latest_at": "2026-11-19T08:12:00Z",
        "created_at": "2026-03-02T10:00:00Z",
    },
    besides={"contacts": 4, "promises": 1, "next_try_at": "2026-11-23T08:00:00Z"},
)


class ContactQuery(ListQuery):
    q = Text(max_length=200, required=False, help_text="Part of a name, an address or the external id.")
    account = ExternalId(required=False, help_text="The external id of an account.")
    email = Email(required=False)
    language = Text(max_length=10, required=False)
    opted_out = QueryFlag(required=False, help_text="Whether they asked for no more mail.")
    category = Choice(Category.choices, required=False, help_text="Of their latest answer.")


class ContactLine(ContactAnswer):
    """A contact in a list."""

    id = serializers.IntegerField()
    account = CaseAccount(allow_null=True)  # type: ignore[assignment]
    opted_out_at = Instant(allow_null=True, help_text="When they asked for no more mail.")
    erased_at = Instant(allow_null=True, help_text="When all that was personal was taken out.")
    created_at = Instant()
    answers = serializers.IntegerField()
    latest_score = serializers.IntegerField(allow_null=True)
    latest_category = serializers.ChoiceField(Category.choices, allow_null=True)
    latest_at = Instant(allow_null=True)


class EarlierScore(serializers.Serializer[Any]):
    score = serializers.IntegerField()
    category = serializers.ChoiceField(Category.choices)
    responded_at = Instant()
    survey = serializers.CharField(source="survey.key")


class ContactWhole(ContactLine):
    """A contact by themselves."""

    scores = serializers.SerializerMethodField(help_text="The latest, newest first.")

    def get_scores(self, contact: Contact) -> list[dict[str, Any]]:
        found = Response.objects.counted().filter(contact=contact).select_related("survey")
        latest = found.order_by("-responded_at", "-pk")[:SCORES_SHOWN]
        lines: Any = EarlierScore(latest, many=True)
        return list(lines.data)


def _contacts(caller: Caller) -> QuerySet[Contact]:
    answers = Response.objects.counted().filter(contact=OuterRef("pk")).order_by("-responded_at", "-pk")
    number = answers.order_by().values("contact").annotate(n=Count("pk")).values("n")
    return (
        seen_contacts(caller)
        .select_related("account")
        .annotate(
            answers=Coalesce(Subquery(number), 0),
            latest_score=Subquery(answers.values("score")[:1]),
            latest_category=Subquery(answers.values("category")[:1]),
            latest_at=Subquery(answers.values("responded_at")[:1]),
        )
    )


CONTACTS = Listing(
    address="contacts",
    one="contact",
    many="contacts",
    summary="List contacts",
    description="The newest first. One without an external id is found here alone.",
    rows=_contacts,
    line=ContactLine,
    whole=ContactWhole,
    place="<any:external_id>",
    key="external_id",
    query=ContactQuery,
    narrows={
        "q": lambda rows, q: rows.filter(search.containing(q, "name", "email", "external_id")),
        "account": "account__external_id",
        "email": lambda rows, email: rows.filter(address_hash=address_hash(email)),
        "language": "language",
        "opted_out": lambda rows, out: rows.filter(opted_out_at__isnull=not out),
        "category": "latest_category",
    },
    example={
        "id": 77,
        "external_id": "C-2001",
        "account": {"external_id": "A-1001", "name": "Nordlys AS", "segment": "enterprise"},
        "name": "Ingrid Moe",
        "email": "ingrid@nordlys.example",
        "phone": "",
        "language": "nb",
        "time_zone": "Europe/Oslo",
        "title": "Head of purchasing",
        "is_decision_maker": True,
        "last_activity_at": "2026-11-18T14:00:00Z",
        "attributes": {},
        "opted_out_at": None,
        "erased_at": None,
        "created_at": "2026-03-02T10:00:00Z",
        "answers": 3,
        "latest_score": 3,
        "latest_category": "detractor",
        "latest_at": "2026-11-19T08:12:00Z",
    },
    besides={
        "scores": [
            {"score": 3, "category": "detractor", "responded_at": "2026-11-19T08:12:00Z", "survey": "relational"}
        ]
    },
)
