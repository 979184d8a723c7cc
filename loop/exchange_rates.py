"""What was one currency worth in another, on which day? Entered by administrators; Loop makes up none.

A rate is added and never changed: figures of an earlier day can be told again. Of several the one of the latest day
holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from loop import access, setup_history
from loop.access import NotAllowed
from loop.changes import ChangeRefused
from loop.models import ExchangeRate, User

SOURCE_LIMIT = 300  # characters
LARGEST_RATE = Decimal(10**9)


@transaction.atomic
def add(
    *, currency: str, into: str, rate: Decimal, on: date, source: str, actor: User | None, now: datetime
) -> ExchangeRate:
    """Enter what one unit of `currency` was worth in `into`, both by ISO 4217; `actor` None: a machine whose key may.

    Raises:
        NotAllowed: it is not for this person to say.
        ChangeRefused: names the field.
    """
    if actor is not None and not access.may_manage(actor):
        raise NotAllowed(f"{actor} may not enter rates of exchange.")
    currency, into = currency.strip().upper(), into.strip().upper()
    for field, code in (("currency", currency), ("into", into)):
        if len(code) != 3 or not (code.isascii() and code.isalpha()):
            raise ChangeRefused(field, _("Three letters, such as SEK, please."))
    if currency == into:
        raise ChangeRefused("into", _("That is the same currency."))
    if not Decimal("0.00000001") <= rate <= LARGEST_RATE:
        raise ChangeRefused("rate", _("A number above 0, please."))
    if on > now.date():
        raise ChangeRefused("on", _("That day has not come yet."))
    if len(source) > SOURCE_LIMIT:
        raise ChangeRefused("source", _("At most %(limit)d characters are allowed.") % {"limit": SOURCE_LIMIT})
    if ExchangeRate.objects.filter(currency=currency, into=into, on=on).exists():
        raise ChangeRefused("on", _("There is a rate of that day already."))
    made = ExchangeRate(currency=currency, into=into, rate=rate, on=on, source=source.strip())
    setup_history.save(made, actor=actor, now=now)
    return made


@dataclass(frozen=True)
class Rates:
    """What currencies are worth in `into`, by the rates of these days."""

    into: str
    rates: Mapping[str, ExchangeRate]

    @property
    def oldest(self) -> date | None:
        """The earliest day a rate is of."""
        return min((rate.on for rate in self.rates.values()), default=None)

    def worth(self, amount: Decimal, currency: str) -> Decimal:
        """The amount in `into`. Raises KeyError for a currency without a rate."""
        return amount if currency == self.into else amount * self.rates[currency].rate


def rates_for(currencies: Iterable[str]) -> Rates | None:
    """The rates that bring all these currencies into one, where they were entered; None where no currency can be it.

    Of several it is the one of the latest rate.
    """
    wanted = set(currencies)
    latest: dict[str, dict[str, ExchangeRate]] = {}
    for rate in ExchangeRate.objects.order_by("on", "pk"):
        latest.setdefault(rate.into, {})[rate.currency] = rate
    fitting = {into: rates for into, rates in latest.items() if wanted - {into} <= rates.keys() and wanted - {into}}
    if not fitting:
        return None
    into = max(fitting, key=lambda into: (max(rate.on for rate in fitting[into].values()), into))
    return Rates(into, {currency: rate for currency, rate in fitting[into].items() if currency in wanted})
