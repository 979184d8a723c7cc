"""What are these accounts worth a year, and in which currency? As arrays, for figures over very many of them."""

from typing import Any, NamedTuple

import numpy as np
from django.db.models import BigIntegerField, F, FloatField, QuerySet, When
from django.db.models import Case as Choose
from django.db.models.functions import Cast, Round

from feedback.models import Account
from feedback.numbers import NONE, numbers

_CENTS = Cast(Round(F("annual_value") * 100, output_field=FloatField()), BigIntegerField())


class Worths(NamedTuple):
    """Accounts in order of their ids, as arrays of one length.

    Attributes:
        key: the ids, each once.
        cents: what an account is worth a year, in hundredths; 0 where nobody wrote it down.
        currency: the place of its currency in `currencies`, of which the first is "": none.
    """

    key: Any
    cents: Any
    currency: Any
    currencies: tuple[str, ...]


def worths_of(accounts: QuerySet[Account]) -> Worths:
    """What each of these is worth; one that is among them several times counts once."""
    in_use = Account.objects.exclude(currency="").order_by("currency").values_list("currency", flat=True).distinct()
    currencies = ("", *in_use)
    place = Choose(*(When(currency=name, then=number) for number, name in enumerate(currencies)), default=0)
    found = numbers(accounts, "pk", _CENTS, place)
    _keys, once = np.unique(found[:, 0], return_index=True)
    key, cents, currency = found[once].T
    return Worths(key, np.where(cents == NONE, 0, cents), currency, currencies)
