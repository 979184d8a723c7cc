"""Two administrators have the same form open: the second to save is told of the first, and loses nothing."""

import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from feedback import survey_links, trigger_rules
from feedback.models import ProgrammeRules, Survey, SurveyLink, SurveyWording, TriggerRule
from loop import conflicts
from loop.models import (
    AssignmentRule,
    ConversationGuide,
    MailTemplate,
    Role,
    RootCause,
    SlaPolicy,
    Team,
    User,
    WorkCalendar,
)
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@dataclass
class Form:
    """One page with a form: where it is opened and sent, which field is changed, and where that is stored."""

    opened: str
    sent: str
    field: str
    stored: object  # a function without arguments
    button: str = ""  # the one that saves, where another only shows what would change

    def fill(self, page: str) -> dict[str, str]:
        """What a browser would send of the form as it stands on the page."""
        form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'name="{self.field}"' in one)
        sent = dict(re.findall(r'<input type="(?:text|number|hidden|date|email)" name="([^"]+)" value="([^"]*)"', form))
        for box in re.findall(r'<input type="checkbox"[^>]* checked[^>]*>', form):
            ticked = re.search(r'value="([^"]*)"', box)
            sent[re.search(r'name="([^"]*)"', box).group(1)] = ticked.group(1) if ticked else "on"
        for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
            sent[name] = re.search(r'value="([^"]*)" selected', options).group(1)
        areas = re.findall(r'<textarea name="([^"]+)".*?>(.*?)</textarea>', form, re.DOTALL)
        pressed = {self.button: "1"} if self.button else {}
        return sent | {name: text.strip() for name, text in areas} | pressed


def words():
    survey = factories.survey()
    address = reverse("survey-wording", args=[survey.pk, "en"])
    return Form(address, address, "question", lambda: SurveyWording.objects.get(survey=survey, language="en").question)


def settings():
    pk = factories.survey().pk
    stored = lambda: Survey.objects.get(pk=pk).sender_name  # noqa: E731
    return Form(reverse("survey", args=[pk]), reverse("survey-change", args=[pk]), "sender_name", stored)


def rules():
    stored = lambda: str(ProgrammeRules.objects.get().after_silence_days)  # noqa: E731
    return Form(reverse("programme"), reverse("programme-rules"), "after_silence_days", stored)


def trigger():
    rule = trigger_rules.create(
        touchpoint="ticket_closed", survey=factories.survey("transactional"), delay_minutes=60, weekday=None,
        quiet_days=90, is_active=True,
    )  # fmt: skip
    stored = lambda: str(TriggerRule.objects.get(pk=rule.pk).quiet_days)  # noqa: E731
    return Form(reverse("triggers"), reverse("trigger-change", args=[rule.pk]), "quiet_days", stored)


def link():
    made = survey_links.create(survey=factories.survey(), kind="open", name="Malmö", now=NOW)
    stored = lambda: SurveyLink.objects.get(pk=made.pk).name  # noqa: E731
    return Form(reverse("survey-link", args=[made.pk]), reverse("survey-link-change", args=[made.pk]), "name", stored)


def thing(model, address, field="name", *, button="", opened="", stored=None):
    """A part of the setup, by the name of its page."""
    pk = model.objects.order_by("pk").first().pk
    at = reverse(address, args=[pk])
    kept = lambda: str(getattr(model.objects.get(pk=pk), stored or field))  # noqa: E731
    return Form(opened or at, at, field, kept, button)


def policy():
    return thing(SlaPolicy, "policy")


def calendar():
    return thing(WorkCalendar, "work-calendar")


def guide():
    made = thing(ConversationGuide, "guide", "en")
    made.stored = lambda: ConversationGuide.objects.order_by("pk").first().texts["en"]
    return made


def template():
    return thing(MailTemplate, "mail-template", "subject", button="save")


def cause():
    return thing(RootCause, "root-cause", opened=reverse("root-causes"))


def team():
    return thing(Team, "setup-team", button="save")


def person():
    return thing(User, "setup-person", button="save")


def assignment_rule():
    AssignmentRule.objects.create(position=1, name="Big ones", user=User.objects.order_by("pk").first(), min_value=9)
    return thing(AssignmentRule, "setup-rule", button="save")


def lead_first():
    stored = lambda: str(conflicts.policy().second_within_days)  # noqa: E731
    return Form(reverse("setup-rules"), reverse("setup-conflicts"), "second_within_days", stored, "save")


PROGRAMME = (words, settings, rules, trigger, link)
SETUP = (policy, calendar, guide, template, cause, team, person, assignment_rule, lead_first)


@pytest.fixture(params=[*PROGRAMME, *SETUP], ids=lambda make: make.__name__)
def form(request, people):
    return request.param()


@pytest.fixture
def ada(people):
    browser = Client()
    browser.force_login(people.admin)
    return browser


@pytest.fixture
def bo(people):
    browser = Client()
    browser.force_login(factories.user("Bo", role=Role.ADMIN))
    return browser


def values(form):
    return ("31", "32") if form.field.endswith("_days") else ("What Ada wrote", "What Bo wrote")


def test_the_second_is_told_who_was_faster_and_nothing_is_overwritten(form, ada, bo):
    adas, bos = values(form)
    hers, his = (form.fill(browser.get(form.opened).content.decode()) for browser in (ada, bo))
    assert ada.post(form.sent, {**hers, form.field: adas}).status_code == 302
    refused = bo.post(form.sent, {**his, form.field: bos})
    assert refused.status_code == 409
    assert form.stored() == adas
    page = refused.content.decode()
    assert "Ada saved this" in page
    assert adas in page  # what stands
    assert form.fill(page)[form.field] == bos  # what he typed


def test_who_has_read_that_and_saves_again_is_heard(form, ada, bo):
    adas, bos = values(form)
    hers, his = (form.fill(browser.get(form.opened).content.decode()) for browser in (ada, bo))
    ada.post(form.sent, {**hers, form.field: adas})
    page = bo.post(form.sent, {**his, form.field: bos}).content.decode()
    assert bo.post(form.sent, form.fill(page)).status_code == 302
    assert form.stored() == bos


def test_one_after_the_other_is_no_conflict(form, ada, bo):
    for browser, value in zip((ada, bo), values(form), strict=True):
        sent = form.fill(browser.get(form.opened).content.decode())
        assert browser.post(form.sent, {**sent, form.field: value}).status_code == 302
        assert form.stored() == value


def test_a_form_refused_for_something_else_still_says_what_it_saw(form, ada, bo):
    adas, bos = values(form)
    hers, his = (form.fill(browser.get(form.opened).content.decode()) for browser in (ada, bo))
    ada.post(form.sent, {**hers, form.field: adas})
    page = bo.post(form.sent, {**his, form.field: "-1" if bos.isdigit() else "x" * 30000}).content.decode()
    assert bo.post(form.sent, {**form.fill(page), form.field: bos}).status_code == 409


def test_who_joined_a_team_meanwhile_is_not_put_out_again(people, ada, bo):
    form = thing(Team, "setup-team", button="save")
    his = form.fill(bo.get(form.opened).content.decode())
    joins = Team.objects.get(name="North")
    sent = {"name": "Otto", "email": people.other_agent.email, "role": "agent", "teams": [people.south.pk, joins.pk]}
    assert ada.post(reverse("setup-person", args=[people.other_agent.pk]), {**sent, "save": "1"}).status_code == 302
    assert bo.post(form.sent, his).status_code == 409
    assert people.other_agent in joins.members.all()
