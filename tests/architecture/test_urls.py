"""Every address x every role: an address missing from the table fails, and so does an answer that is not in it."""

import re

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import factories, stories
from tests.architecture import urls
from tests.architecture.api_table import API, API_NOT_THIS_WAY, LEADS_STEPS, OWNERS_STEPS, PROMISE_STEPS, REPORTS

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# The columns of the table: nobody signed in; Anna; Otto of another team; Lars, her lead; Siv, his; Lena of leadership;
# Ada, who runs Loop. What they ask for is Anna's. What they send is empty, so nothing is changed: 400 means "you may,
# but say what". Where a page sends somebody who is not signed in to the sign-in, 302, a step is kept beside it: 401.
ROLES = ("anonymous", "agent", "other_agent", "lead", "other_lead", "leader", "admin")

EVERYBODY = "200 200 200 200 200 200 200"
NOT_THIS_WAY = "405 405 405 405 405 405 405"
NOT_BELIEVED = "401 401 401 401 401 401 401"  # a machine without its signature; who is signed in does not matter
A_SEAL_IS_MISSING = "403 403 403 403 403 403 403"

SIGNED_IN = "302 200 200 200 200 200 200"
WHO_SEES_THE_CASE = "302 200 404 200 404 200 200"
OWNER_OR_LEAD = "302 400 404 400 404 403 400"
OWNER_OR_LEAD_DOES_IT = "302 302 404 302 404 403 302"
LEAD_ALONE = "302 403 404 400 404 403 400"
WHO_DECIDES = "302 403 403 302 404 403 302"  # about answers a machine may have given
ADMIN_ALONE = "302 403 403 403 403 403 200"
ADMIN_SAYS_WHAT = "302 403 403 403 403 403 400"
ADMIN_DOES_IT = "302 403 403 403 403 403 302"
ADMIN_TOO_EARLY = "302 403 403 403 403 403 409"
ADMIN_FILLS_IN = {"get": ADMIN_ALONE, "post": ADMIN_SAYS_WHAT}
TO_THE_INBOX = "302 302 302 302 302 302 302"
LEADS_PAGE = "302 403 403 200 200 200 200"
TOP_SAYS_WHAT = "302 403 403 403 403 400 400"
PROGRAMME = "302 403 403 403 403 200 200"

CUSTOMER_FILES = ("accounts-export", "accounts-workbook", "customers-export", "customers-workbook")
FURTHER_REPORTS = ("planner", "file", "behind", "behind-file", "behind-workbook")
WAVE_PAGES = ("wave", "wave-members", "wave-members-workbook")

# A method that is not in a row is refused with 405.
TABLE = {
    "login": {"get": "200 302 302 302 302 302 302", "post": "200 302 302 302 302 302 302"},
    "logout": {"post": "302 302 302 302 302 302 302"},
    "set-password": {"get": "302 200 302 302 302 302 302", "post": "302 200 302 302 302 302 302"},  # Anna's own link
    "own-name": {"get": SIGNED_IN, "post": "302 302 302 302 302 302 302"},
    "home": {"get": SIGNED_IN},
    "my-messages": {"get": SIGNED_IN, "post": "302 302 302 302 302 302 302"},
    "cases": {"get": SIGNED_IN},
    **{f"cases-{page}": {"get": SIGNED_IN} for page in ("filter", "news", "export", "workbook")},
    **{
        f"cases-{step}": {"get": TO_THE_INBOX, "post": "302 400 400 400 400 403 400"}  # nothing is ticked
        for step in ("take", "hand-over")
    },
    "cases-done": {"get": TO_THE_INBOX},  # nothing has been done
    "view-save": {"post": "302 302 302 302 302 302 302"},  # a view without a name: back, with the reason
    **{f"view-{step}": {"post": "302 302 404 404 404 404 404"} for step in ("change", "delete")},  # it is Anna's
    "find": {"get": SIGNED_IN},
    "case": {"get": WHO_SEES_THE_CASE},
    **{f"case-{step}": {"post": OWNER_OR_LEAD} for step in OWNERS_STEPS},
    "case-resume": {"post": OWNER_OR_LEAD},
    "case-why": {"post": OWNER_OR_LEAD},
    **{f"case-{step}": {"post": LEAD_ALONE} for step in LEADS_STEPS},
    **{f"case-{step}": {"post": OWNER_OR_LEAD} for step in PROMISE_STEPS},
    "case-snooze": {"post": "302 400 404 403 404 403 403"},  # only who is reminded
    "case-wake": {"post": "302 302 404 302 404 302 302"},
    "case-call": {"post": OWNER_OR_LEAD},
    "case-call-cancel": {"post": OWNER_OR_LEAD_DOES_IT},
    "case-call-times": {"get": "302 200 404 200 404 403 200"},
    "customer": {"get": EVERYBODY, "post": A_SEAL_IS_MISSING},
    "customer-solved": {"get": EVERYBODY, "post": A_SEAL_IS_MISSING},
    "customer-data": {"get": EVERYBODY, "post": A_SEAL_IS_MISSING},
    "customer-copy": {"get": "404 404 404 404 404 404 404"},  # nobody has given one
    "data-requests": ADMIN_FILLS_IN,
    "data-request": ADMIN_FILLS_IN,
    "data-request-copy": {"get": ADMIN_ALONE},
    "customer-call": {"get": "404 404 404 404 404 404 404"},  # nobody has booked one
    "thanks": {"get": EVERYBODY, "post": A_SEAL_IS_MISSING},
    "case-take": {"post": LEAD_ALONE},  # it has an owner: only a lead might still take it
    "case-mail": {"get": "302 200 404 200 404 403 200", "post": OWNER_OR_LEAD},
    "step-link": {"get": "302 200 403 403 403 403 403", "post": "302 403 403 403 403 403 403"},  # Anna's; no seal
    "calendar": {"get": SIGNED_IN},
    "calendar-renew": {"post": "302 302 302 302 302 302 302"},
    "calendar-stop": {"post": "302 302 302 302 302 302 302"},
    "calendar-feed": {"get": EVERYBODY},  # who has the link reads it
    "added-languages": {"get": ADMIN_ALONE},
    "fixed-texts": {"get": ADMIN_ALONE, "post": ADMIN_DOES_IT},  # nothing need be filled in
    "fixed-texts-preview": {"post": ADMIN_ALONE},
    "mail-templates": {"get": ADMIN_ALONE},
    "mail-template-new": ADMIN_FILLS_IN,
    "mail-template": ADMIN_FILLS_IN,
    "team": {"get": LEADS_PAGE},
    "huddle": {"get": LEADS_PAGE},
    "team-give": {"post": "302 302 404 302 404 403 302"},  # to nobody: the page says so
    "absences": {"get": SIGNED_IN, "post": "302 400 400 400 400 400 400"},
    "absence": {"post": "302 400 404 400 404 404 400"},  # Anna's
    "absence-end": {"post": "302 302 404 302 404 404 302"},
    "working-hours": {"get": "302 200 404 200 404 404 200", "post": "302 400 404 400 404 404 400"},  # Anna's
    "my-settings": {"get": SIGNED_IN, "post": "302 302 302 302 302 302 302"},
    "setup-people": ADMIN_FILLS_IN,
    "setup-person": ADMIN_FILLS_IN,
    "setup-leaving": ADMIN_FILLS_IN,
    "setup-person-back": {"post": "302 403 403 403 403 403 404"},  # she has not left
    "setup-person-invite": {"post": ADMIN_DOES_IT},
    "setup-teams": ADMIN_FILLS_IN,
    "setup-team": ADMIN_FILLS_IN,
    "setup-rules": {"get": ADMIN_ALONE},
    "setup-rule-new": ADMIN_FILLS_IN,
    "setup-rule": ADMIN_FILLS_IN,
    "setup-rule-move": {"post": ADMIN_DOES_IT},
    "setup-rule-remove": {"post": ADMIN_DOES_IT},
    "setup-rules-order": {"post": ADMIN_DOES_IT},
    "setup-conflicts": {"post": ADMIN_SAYS_WHAT},
    "setup-rules-try": {"get": ADMIN_ALONE},
    **{what: {"get": SIGNED_IN} for what in ("accounts", *CUSTOMER_FILES)},
    "favours": {"get": SIGNED_IN},
    "account": {"get": WHO_SEES_THE_CASE},
    "personal-link": {"get": "302 200 404 200 404 403 200", "post": "302 400 404 400 404 403 400"},
    "reports": {"get": SIGNED_IN},
    **{f"report-{name}": {"get": SIGNED_IN} for name in (*REPORTS, *FURTHER_REPORTS)},
    "goals": {"get": SIGNED_IN, "post": TOP_SAYS_WHAT},
    "goal-change": {"post": TOP_SAYS_WHAT},
    "benchmarks": ADMIN_FILLS_IN,
    "benchmark": {"post": ADMIN_SAYS_WHAT},
    "exchange-rates": ADMIN_FILLS_IN,
    "setup": {"get": ADMIN_ALONE},
    "imports": ADMIN_FILLS_IN,
    "import": {"get": ADMIN_ALONE},
    "import-choose": {"post": ADMIN_SAYS_WHAT},
    **{f"import-{step}": {"post": ADMIN_DOES_IT} for step in ("start", "stop", "resume", "discard")},
    "import-result": {"get": "302 403 403 403 403 403 404"},  # it is not imported yet
    "pulls": {"get": ADMIN_ALONE},
    "pull": {"get": ADMIN_ALONE},
    "pull-new": ADMIN_FILLS_IN,
    "pull-change": ADMIN_FILLS_IN,
    **{f"pull-{step}": {"post": ADMIN_DOES_IT} for step in ("now", "switch", "delete")},
    "guides": {"get": ADMIN_ALONE, "post": "302 403 403 403 403 403 302"},  # for any survey and score
    "guide": ADMIN_FILLS_IN,
    "guide-question-add": {"post": ADMIN_SAYS_WHAT},
    "guide-question": {"post": ADMIN_SAYS_WHAT},
    "root-causes": ADMIN_FILLS_IN,
    "root-cause": {"post": ADMIN_SAYS_WHAT},
    "deadlines": {"get": ADMIN_ALONE},
    "policy": ADMIN_FILLS_IN,
    "policy-new": ADMIN_FILLS_IN,
    "policy-move": {"post": "302 403 403 403 403 403 404"},  # the default one stays last
    "work-calendar-new": ADMIN_FILLS_IN,
    "quiet-hours": {"get": ADMIN_ALONE},
    "studies": ADMIN_FILLS_IN,
    "study-stop": {"post": ADMIN_SAYS_WHAT},
    "running": {"get": ADMIN_ALONE},
    "quiet-hours-change": {"post": ADMIN_SAYS_WHAT},
    "work-calendar": ADMIN_FILLS_IN,
    "outbox": {"get": ADMIN_ALONE},
    "my-address": {"post": "302 400 400 400 400 400 400"},
    "team-chat": {"get": "302 403 403 200 404 403 200", "post": "302 403 403 400 404 403 400"},  # of Anna's team
    "my-reports": {"get": SIGNED_IN},
    "my-report-stop": {"post": "302 302 404 404 404 404 404"},  # it is Anna's
    "report-stop-link": {"get": EVERYBODY, "post": EVERYBODY},  # signed, for one mail alone
    "report-subscribe": {"get": SIGNED_IN, "post": "302 400 400 400 400 400 400"},
    "notices": {"get": SIGNED_IN},
    "notice": {"post": "302 302 404 404 404 404 404"},  # it is Anna's
    "notices-read": {"post": "302 302 302 302 302 302 302"},
    "webhooks": ADMIN_FILLS_IN,
    "webhook": {"get": ADMIN_ALONE},
    "webhook-change": ADMIN_FILLS_IN,
    **{f"webhook-{step}": {"post": ADMIN_DOES_IT} for step in ("secret", "test", "switch", "replay", "delete")},
    "answer-sources": {"get": ADMIN_ALONE},
    "answer-source": {"get": ADMIN_ALONE},
    "answer-source-new": ADMIN_FILLS_IN,
    "answer-source-change": ADMIN_FILLS_IN,
    "answer-source-mapping": ADMIN_FILLS_IN,
    "answer-source-try": ADMIN_FILLS_IN,
    "answer-source-arrival": {"get": ADMIN_ALONE},
    **{f"answer-source-{step}": {"post": ADMIN_DOES_IT} for step in ("secret", "switch", "replay")},
    "arrive": {"post": NOT_BELIEVED},
    "arrive-with-secret": {"post": NOT_BELIEVED},
    "stopped": {"get": ADMIN_ALONE},
    "stopped-lift": {"post": ADMIN_DOES_IT},  # there is none of that number: back to the list
    "message": {"get": ADMIN_ALONE},
    "message-mail": {"get": ADMIN_ALONE},
    "message-retry": {"post": ADMIN_DOES_IT},
    "message-discard": {"post": ADMIN_DOES_IT},
    "surveys": {"get": PROGRAMME},
    "survey": {"get": PROGRAMME},
    "survey-new": ADMIN_FILLS_IN,
    "survey-wording": ADMIN_FILLS_IN,
    "survey-change": {"post": ADMIN_SAYS_WHAT},
    "survey-thanks": ADMIN_FILLS_IN,
    "survey-words": {"get": ADMIN_ALONE, "post": ADMIN_ALONE},  # nothing is pressed: it is tried
    "survey-language-add": {"post": ADMIN_SAYS_WHAT},
    "survey-preview": {"post": ADMIN_ALONE},
    "survey-wording-remove": {"post": ADMIN_DOES_IT},
    "survey-try": {"get": PROGRAMME, "post": "302 403 403 403 403 403 403"},
    "survey-mail": {"get": PROGRAMME},
    "survey-sms": {"get": PROGRAMME},
    "survey-test": {"post": ADMIN_DOES_IT},
    "survey-ways": {"get": PROGRAMME},
    "survey-way-add": {"post": ADMIN_SAYS_WHAT},
    "survey-link": {"get": PROGRAMME},
    "survey-link-change": {"post": ADMIN_SAYS_WHAT},
    "survey-link-secret": {"post": ADMIN_ALONE},
    "survey-link-poster": {"get": PROGRAMME},
    "survey-link-try": {"get": PROGRAMME},
    "survey-link-contacts": {"get": ADMIN_ALONE},
    "received-events": {"get": PROGRAMME},
    "waves": {"get": SIGNED_IN},  # to agents and leads those that ask customers of theirs
    **{what: {"get": "302 404 404 404 404 200 200"} for what in WAVE_PAGES},  # a draft: nobody is asked
    "wave-new": ADMIN_FILLS_IN,
    "wave-plan": {"post": ADMIN_DOES_IT},
    "wave-discard": {"post": ADMIN_DOES_IT},
    **{f"wave-{step}": {"post": ADMIN_TOO_EARLY} for step in ("approve", "pause", "resume", "close")},
    "wave-repeat": {"post": ADMIN_SAYS_WHAT},
    "wave-repeat-stop": {"post": ADMIN_DOES_IT},
    "wave-complaint": {"post": "302 404 404 404 404 403 400"},
    "wave-complaint-end": {"post": "302 404 404 404 404 403 404"},  # of somebody who is not in this wave
    "programme": {"get": PROGRAMME},
    "programme-rules": {"post": ADMIN_SAYS_WHAT},
    "triggers": {"get": PROGRAMME},
    "trigger-add": {"post": ADMIN_SAYS_WHAT},
    "trigger-change": {"post": ADMIN_SAYS_WHAT},
    "suspects": {"get": "302 403 403 200 200 403 200"},
    "suspect-accept": {"post": WHO_DECIDES},
    "suspect-dismiss": {"post": WHO_DECIDES},
    "inbound-mail": {"post": A_SEAL_IS_MISSING},
    "inbound": {"post": A_SEAL_IS_MISSING},  # of a provider we are not set up for
    "after-answer": {"get": "302 302 302 302 302 302 302", "post": A_SEAL_IS_MISSING},
    "respond": {"get": EVERYBODY, "post": A_SEAL_IS_MISSING},
    "unsubscribe": {"get": EVERYBODY, "post": EVERYBODY},  # what is not sealed is asked again: no provider is told off
    "open-link": {"get": EVERYBODY, "post": A_SEAL_IS_MISSING},
    "kiosk": {"get": EVERYBODY, "post": A_SEAL_IS_MISSING},
    "embedded": {"get": EVERYBODY, "post": A_SEAL_IS_MISSING},
    "widget": {"get": A_SEAL_IS_MISSING, "post": A_SEAL_IS_MISSING},  # without the pass that opens it
    "widget-eligible": {"get": A_SEAL_IS_MISSING},  # without the signature of the host
    "widget-script": {"get": EVERYBODY},
    **API,
    "healthz": {"get": EVERYBODY},
    "metrics": {"get": EVERYBODY},
}
TABLE["login"]["put"] = TABLE["login"]["post"]  # Django's form views take PUT for POST
TABLE["set-password"]["put"] = TABLE["set-password"]["post"]


@pytest.fixture
def world(people):
    """A minute after Anna's case was opened, so that nothing has waited for long."""
    with time_machine.travel(factories.later(minutes=1), tick=False):
        yield urls.world(people)


def ask(browser, name, method, world):
    path = reverse(name, kwargs=world.of(name))
    body = {"data": "{}", "content_type": "application/json"} if name.startswith("api-") and method != "get" else {}
    answer = getattr(browser, method)(path, **body)
    if answer.streaming:
        list(answer.streaming_content)  # a download is fetched to its end, which closes its file
    return answer


def answers(people, name, method, world, roles):
    """The status each of these roles gets, in their order."""
    statuses = []
    for role in roles:
        browser = Client()
        with transaction.atomic():
            if role != "anonymous":
                browser.force_login(getattr(people, role))
            statuses.append(str(ask(browser, name, method, world).status_code))
            transaction.set_rollback(True)
    return " ".join(statuses)


def otherwise(name):
    """What a method that has no row gets."""
    is_rest = name.startswith("api-") and name not in {"api-schema", "api-docs"}
    return API_NOT_THIS_WAY if is_rest else NOT_THIS_WAY


def expected(name, method):
    told = TABLE[name].get(method, otherwise(name))
    is_kept = method == "post" and told.startswith("302") and name not in ("logout", "set-password", "step-link")
    return f"401{told.removeprefix('302')}" if is_kept else told


def test_every_address_is_in_the_table_and_has_a_name():
    found = {name for name, _route in urls.addresses() if not name.startswith("admin:")}
    assert found == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_every_role_gets_what_the_table_says(people, world, name):
    for method in ("get", "post", "put"):
        # A method without a row is refused before anybody is looked at: nobody, an agent and an administrator tell.
        roles = ROLES if method in TABLE[name] else ("anonymous", "agent", "admin")
        by_role = dict(zip(ROLES, expected(name, method).split(), strict=True))
        assert answers(people, name, method, world, roles) == " ".join(by_role[role] for role in roles), method


def test_nothing_was_changed_by_asking(people, world):
    before = stories.kinds(world.case)
    for name, row in TABLE.items():
        # Nothing more need be said to keep a promise.
        if "post" in row and name not in ("logout", "api-promise-keep"):
            browser = Client()
            browser.force_login(people.lead)
            ask(browser, name, "post", world)
    assert stories.kinds(world.case) == before


def test_no_form_from_elsewhere_is_taken(people, world):
    """A signed-in person's browser, sent here by another site, is refused wherever something could be changed."""
    taken = {}
    for name, row in TABLE.items():
        if "post" in row and name != "api-not-found":
            browser = Client(enforce_csrf_checks=True)
            browser.force_login(people.admin)
            status = ask(browser, name, "post", world).status_code
            if status != 403:
                taken[name] = status
    # Mail providers want no other status; it asks again by a form, as tests of that page see to. Survey tools have no
    # session: they prove themselves by each call.
    assert taken == {"unsubscribe": 200, "arrive": 401, "arrive-with-secret": 401}


class TestDjangosOwnAdmin:
    """Kept for support; its addresses are Django's, so they are checked as one."""

    def paths(self):
        for name, route in urls.addresses():
            if name.startswith("admin:"):
                path = re.sub(r"<\w+:\w+>|\(\?P<app_label>[^)]*\)|\(\?P<url>[^)]*\)", "1", route)
                yield "/" + re.sub(r"[\^$\\]", "", path)

    @pytest.mark.parametrize("role", ROLES[:-1])
    def test_sends_everybody_but_administrators_to_its_sign_in(self, people, world, role):
        browser = Client()
        if role != "anonymous":
            browser.force_login(getattr(people, role))
        paths = [path for path in self.paths() if path not in {"/admin/login/", "/admin/logout/"}]
        assert len(paths) > 10
        for path in paths:
            answer = browser.get(path)
            assert (answer.status_code, answer.get("Location", "").partition("?")[0]) == (302, "/admin/login/"), path

    def test_opens_for_an_administrator(self, people, world):
        browser = Client()
        browser.force_login(people.admin)
        assert browser.get("/admin/").status_code == 200
