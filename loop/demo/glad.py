"""Who of the demo company's customers is glad, and what have they agreed to?"""

from datetime import datetime, timedelta

from feedback.editing import Edit
from feedback.models import Response, Survey
from feedback.models.response import Category
from loop import favours, thanks, thanks_policies
from loop.demo.company import Company
from loop.demo.programme import ADA
from loop.models import Ask, Favour, Thank

LATELY = timedelta(days=30)
LOOKED_AT, AGREE = 12, 3


def agree(company: Company, *, now: datetime) -> None:
    """Ask promoters, on the page, to be a reference; a few have said yes, and one has taken it back."""
    survey = Survey.objects.get(key="relational")
    facts = {
        "promoter_thanks": Thank.PAGE,
        "promoter_ask": Ask.REFERENCE,
        "passive_thanks": Thank.PAGE,
        "passive_ask": "",
        "review_url": "",
        "referral_url": "",
        "quiet_days": 180,
        "own_words": {},
    }
    thanks_policies.change(survey, facts, actor=company.staff[ADA], edit=Edit(ADA, now), now=now)
    glad = Response.objects.counted().filter(
        survey=survey, category=Category.PROMOTER, contact__isnull=False, responded_at__gt=now - LATELY
    )
    said = 0
    for response in glad.select_related("survey", "contact__account").order_by("-responded_at", "-pk")[:LOOKED_AT]:
        found = thanks.decide(response, now=now)
        if found is None or not found.ask or said == AGREE:
            continue
        said += 1
        favours.say_yes(found, may_name=True, may_call=said == 1, text="", now=now - timedelta(hours=said))
    first = Favour.objects.order_by("pk").first()
    if first is not None and said == AGREE:
        favours.take_back(first.thanks, now=now)
