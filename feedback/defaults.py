"""Which surveys does a fresh database hold? One of each kind, with the words of the library."""

from django.db import transaction

from feedback import library
from feedback.models import Survey, SurveyWording

SURVEYS = {
    "relational": "Relationship",
    "transactional": "After an event",
    "product": "In the product",
    "recovery": "After follow-up",
}


@transaction.atomic
def install(*, using: str = "default") -> None:
    """Add the surveys and wordings that are missing; what an administrator has changed stays changed."""
    for key, name in SURVEYS.items():
        survey, created = Survey.objects.using(using).get_or_create(key=key, defaults={"name": name, "kind": key})
        if created:
            SurveyWording.objects.using(using).bulk_create(
                SurveyWording(survey=survey, language=language, **words)
                for language, words in library.TEMPLATES[key].words.items()
            )
