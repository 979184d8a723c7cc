"""How will the mail of a survey look? As a preview, and as a test mail to whoever writes its words.

Both come from the templates of the real mail. Their links open the page that records nothing.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from feedback import fixed_texts, wording
from feedback.models import SurveyWording
from feedback.models.survey import SurveyKind
from loop.models import User
from notifications import facts, outbox, rendering
from notifications.models import Message

#: As long as the links customers get, so that the length is right.
EXAMPLE_TOKEN = "x" * 22


def as_text_message(of: SurveyWording, *, texts: Mapping[str, str] | None = None) -> str:
    """The text message in these words, stored or not, with links as long as a customer's.

    Args:
        texts: Loop's own in an added language, as they are being typed; None for the stored ones.
    """
    kind = "recovery_invitation" if of.survey.kind == SurveyKind.RECOVERY else "survey_invitation"
    link = settings.BASE_URL + reverse("respond", args=[EXAMPLE_TOKEN])
    way_out = settings.BASE_URL + reverse("unsubscribe", args=[f"1000-{EXAMPLE_TOKEN}"])
    with fixed_texts.speaking(of.language, texts):
        asked = facts.question(of.survey, wording.with_our_name(of), link)
        return rendering.as_text_message(kind, {**asked, "unsubscribe_url": way_out})


def written(
    of: SurveyWording, *, reader: User, kind: str = "", texts: Mapping[str, str] | None = None
) -> rendering.Shown:
    """The mail in these words, stored or not, as `reader` would get it if they were a customer.

    Args:
        texts: as for `as_text_message`.
    """
    survey, language = of.survey, of.language
    kind = kind or ("recovery_invitation" if survey.kind == SurveyKind.RECOVERY else "survey_invitation")
    link = settings.BASE_URL + reverse("survey-try", args=[survey.pk, language])
    with fixed_texts.speaking(language, texts):
        context = {
            **facts.question(survey, wording.with_our_name(of), link),
            "name": reader.display_name,
            "reader": reader,
            "unsubscribe_url": link,
        }
        return rendering.put_into_words(kind, context, language)


def send_test(of: SurveyWording, *, to: User, now: datetime) -> None:
    """Put a test mail into the outbox, with the words as they are now. Its subject says that it is one."""
    said = written(of, reader=to, kind=Message.SURVEY_TEST)
    outbox.enqueue(
        key=f"survey-test:{of.survey_id}:{of.language}:{to.pk}:{now.isoformat()}",
        kind=Message.SURVEY_TEST,
        to=to.email,
        user=to,
        send_after=now,
        now=now,
        language=of.language,
        subject=said.subject,
        body=said.text,
        body_html=said.html,
    )
