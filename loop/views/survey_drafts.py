"""Which words does a preview show: those being typed, or those that are stored?

What is being typed waits in the writer's session, one wording at a time; a preview with `?draft` in its address shows
it. Nobody else sees it and no mail has it.
"""

from collections.abc import Mapping

from django.http import HttpRequest

from feedback import surveys
from feedback.models import Survey, SurveyWording

KEPT, KEPT_TEXTS = "survey_draft", "fixed_texts_draft"  # in the session
LONGEST_TEXT = 2 * surveys.LONGEST_TEXT  # too long to be stored, and still shown


def keep(request: HttpRequest, survey: Survey, language: str, words: Mapping[str, str]) -> SurveyWording:
    """Keep what is being typed and return it, not stored; what was typed before is dropped."""
    texts = {name: words.get(name, "").replace("\x00", "")[:LONGEST_TEXT] for name in surveys.WORDS}
    request.session[KEPT] = {"survey": survey.pk, "language": language, "words": texts}
    return SurveyWording(survey=survey, language=language, **texts)


def keep_texts(request: HttpRequest, language: str, texts: Mapping[str, str]) -> None:
    """Keep what is being typed of Loop's own texts in an added language."""
    kept = {key: text.replace("\x00", "")[:LONGEST_TEXT] for key, text in texts.items()}
    request.session[KEPT_TEXTS] = {"language": language, "texts": kept}


def texts(request: HttpRequest, language: str) -> dict[str, str] | None:
    """Loop's own texts as they are being typed, where the address asks for them; None: the stored ones."""
    kept = request.session.get(KEPT_TEXTS, {}) if "texts" in request.GET else {}
    return kept["texts"] if kept.get("language") == language else None


def drop(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def wording(request: HttpRequest, survey: Survey, language: str) -> SurveyWording | None:
    """The wording to show: typed, where the address asks for it, else stored; None: there is none in this language."""
    kept = request.session.get(KEPT, {}) if "draft" in request.GET else {}
    if (kept.get("survey"), kept.get("language")) == (survey.pk, language):
        return SurveyWording(survey=survey, language=language, **kept["words"])
    return SurveyWording.objects.filter(survey=survey, language=language).first()
