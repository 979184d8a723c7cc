"""PUT accounts/{external_id}/ and contacts/{external_id}/: other systems tell who our customers are, and read it."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.contacts import ContactRefused, upsert_account
from loop import access
from loop.access import may_own
from loop.api.contacts import account_named, put_contact
from loop.api.fields import ExternalId
from loop.api.listing import handler_of_one
from loop.api.lists.customers import ACCOUNTS, CONTACTS
from loop.api.operation import LoopView, operation
from loop.api.serializers.customers import AccountAnswer, AccountBody, ContactAnswer, ContactBody
from loop.assignment import set_account_owner
from loop.models import User


class AccountView(LoopView):
    get = handler_of_one(ACCOUNTS)

    @operation(
        scope="ingest",
        people=access.may_manage,
        name="put_account",
        summary="Create or update an account",
        description="What is left out stays as it is. A new account without a name is called by its external id.",
        request=AccountBody,
        answers={200: AccountAnswer, 201: AccountAnswer},
        examples=[
            OpenApiExample(
                "An account",
                request_only=True,
                value={
                    "name": "Nordlys AS",
                    "owner": "anna@example.com",
                    "segment": "enterprise",
                    "country": "NO",
                    "annual_value": "125000.00",
                    "currency": "NOK",
                },
            )
        ],
    )
    def put(self, request: Request, external_id: str) -> Response:
        fields = _checked(AccountBody, request)
        now = timezone.now()
        owner = _owner(fields.pop("owner", None))
        with transaction.atomic():
            account, created = upsert_account(external_id=_id_from_path(external_id), now=now, **fields)
            if owner is not None:
                set_account_owner(account, owner, now=now)
        return Response(AccountAnswer(account).data, status=_status(created))


class ContactView(LoopView):
    get = handler_of_one(CONTACTS)

    @operation(
        scope="ingest",
        people=access.may_manage,
        name="put_contact",
        summary="Create or update a contact",
        description="What is left out stays as it is. A contact Loop knows by the same address at the same account, "
        "and without an external id, gets this one.",
        request=ContactBody,
        answers={200: ContactAnswer, 201: ContactAnswer},
        examples=[
            OpenApiExample(
                "A contact",
                request_only=True,
                value={"account": "A-1001", "name": "Ingrid Moe", "email": "ingrid@nordlys.example", "language": "nb"},
            )
        ],
    )
    def put(self, request: Request, external_id: str) -> Response:
        fields = _checked(ContactBody, request)
        account = account_named(fields.pop("account", None))
        contact, created = put_contact(
            external_id=_id_from_path(external_id), account=account, now=timezone.now(), **fields
        )
        return Response(ContactAnswer(contact).data, status=_status(created))


def _checked(body: type[AccountBody] | type[ContactBody], request: Request) -> dict[str, Any]:
    serializer = body(data=request.data)
    serializer.is_valid(raise_exception=True)
    fields: dict[str, Any] = serializer.validated_data
    return fields


def _id_from_path(external_id: str) -> str:
    try:
        return str(ExternalId().run_validation(external_id))
    except ValidationError as error:
        raise ValidationError({"external_id": error.detail}) from None


def _owner(email: str | None) -> User | None:
    if email is None:
        return None
    owner = User.objects.filter(email__iexact=email, is_active=True).first()
    if owner is None:
        raise ContactRefused("owner", f"Nobody with the address “{email}” can sign in to Loop.")
    if not may_own(owner):
        raise ContactRefused("owner", f"{owner.display_name} only reads cases, so no account can be theirs.")
    return owner


def _status(created: bool) -> HTTPStatus:
    return HTTPStatus.CREATED if created else HTTPStatus.OK
