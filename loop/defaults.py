"""What does a fresh database hold besides surveys?

Root causes, guides for calls, templates of mails, a working calendar and an SLA policy.
"""

from django.conf import settings
from django.db import transaction

from loop import guide_words, mail_defaults, setup_history
from loop.config.countries import COUNTRY_OF_ZONE
from loop.models import ConversationGuide, RootCause, SlaPolicy, WorkCalendar

ROOT_CAUSES = {
    "billing": ("Billing", {"sv": "Fakturering", "nb": "Fakturering", "da": "Fakturering", "fi": "Laskutus"}),
    "product": ("Product", {"sv": "Produkt", "nb": "Produkt", "da": "Produkt", "fi": "Tuote"}),
    "service": ("Service", {"sv": "Service", "nb": "Service", "da": "Service", "fi": "Palvelu"}),
    "delivery": ("Delivery", {"sv": "Leverans", "nb": "Levering", "da": "Levering", "fi": "Toimitus"}),
    "price": ("Price", {"sv": "Pris", "nb": "Pris", "da": "Pris", "fi": "Hinta"}),
    "communication": (
        "Communication",
        {"sv": "Kommunikation", "nb": "Kommunikasjon", "da": "Kommunikation", "fi": "Viestintä"},
    ),
    "other": ("Other", {"sv": "Annat", "nb": "Annet", "da": "Andet", "fi": "Muu"}),
}


@setup_history.on_behalf_of(setup_history.SET_UP)
@transaction.atomic
def install(*, using: str = "default") -> None:
    """Add what is missing; what an administrator has changed stays changed."""
    mail_defaults.install(using=using)
    for key, (name, names) in ROOT_CAUSES.items():
        RootCause.objects.using(using).get_or_create(key=key, defaults={"name": name, "names": names})
    if not ConversationGuide.objects.using(using).exists():
        for category, texts in guide_words.TEXTS.items():
            ConversationGuide.objects.using(using).create(
                category=category, texts=texts, questions=guide_words.QUESTIONS.get(category, [])
            )
    if not SlaPolicy.objects.using(using).exists():
        calendar, _ = WorkCalendar.objects.using(using).get_or_create(
            name="Office hours",
            defaults={
                "is_default": True,
                "time_zone": settings.TIME_ZONE,
                "country": COUNTRY_OF_ZONE.get(settings.TIME_ZONE, ""),
            },
        )
        SlaPolicy.objects.using(using).create(name="Standard", is_default=True, calendar=calendar)
