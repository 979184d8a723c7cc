"""How do companies, their people and whoever looks after them leave, so that `import_accounts` reads them back?"""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from feedback.importing import own_files
from feedback.models import Account, Contact
from loop.models import AccountOwner

HEAD = own_files.CUSTOMERS
AT_ONCE = 2_000
_PERSON = HEAD.index("contact_id")


def rows(accounts: QuerySet[Account], contacts: QuerySet[Contact]) -> Iterator[list[Any]]:
    """A row for each of these people with their company, then one for each of these companies that has nobody.

    Somebody whose data was erased is left out: there is nothing to give.
    """
    people = contacts.filter(erased_at=None).select_related("account").order_by("account_id", "pk")
    owners = dict(AccountOwner.objects.values_list("account", "user__email"))
    for person in people.iterator(chunk_size=AT_ONCE):
        yield [*_company(person.account, owners), *_person(person)]
    nobody = [""] * (len(HEAD) - _PERSON)
    somebody = Contact.objects.filter(erased_at=None, account__isnull=False)
    alone = accounts.exclude(pk__in=somebody.values("account"))
    for account in alone.order_by("pk").iterator(chunk_size=AT_ONCE):
        yield [*_company(account, owners), *nobody]


def _company(account: Account | None, owners: dict[int, str]) -> list[Any]:
    if account is None:
        return [""] * _PERSON
    return [
        account.external_id, account.name, owners.get(account.pk, ""), account.segment, account.country,
        account.annual_value, account.currency, account.size, _attributes(account.attributes),
    ]  # fmt: skip


def _person(person: Contact) -> list[Any]:
    seen_at = person.last_activity_at
    return [
        person.external_id or "", person.name, person.email, person.phone, person.title, int(person.is_decision_maker),
        person.language, person.time_zone, seen_at.isoformat() if seen_at else "",
        int(person.opted_out_at is not None), _attributes(person.attributes),
    ]  # fmt: skip


def _attributes(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True) if told else ""
