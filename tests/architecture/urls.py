"""Which addresses does the product have, and how does a test get to each of them?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.tokens import default_token_generator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from feedback import complaints, contacts, invitations, survey_links, suspects, waves
from feedback.answer_sources import setting_up
from feedback.models import AnswerSource, ArrivedAnswer, SuspectAnswer, TriggerRule
from feedback.models.survey_link import LinkKind
from feedback.suspects import Sending
from loop import (
    benchmarks,
    calendar_feed,
    customer_pages,
    data_requests,
    goals,
    promises,
    saved_views,
    step_links,
    studies,
    sweeping,
    thanks,
)
from loop.benchmarks import BenchmarkFacts
from loop.goals import GoalFacts
from loop.imports import steps as import_steps
from loop.models import (
    Ask,
    AssignmentRule,
    Case,
    ConversationGuide,
    FilePull,
    ImportKind,
    MailTemplate,
    RootCause,
    SlaPolicy,
    ThanksPolicy,
    User,
    Wanted,
)
from loop.pulls import setting_up as pull_setup
from loop.reporting.filters import ReportFilters
from notifications import subscriptions
from notifications.models import Message, WebhookEndpoint
from notifications.webhooks import endpoints, event_types, outgoing
from tests import factories
from tests.architecture import api_world
from tests.people import People

CASE_STEPS = (
    "assign", "someone_else", "take", "attempt", "plan_next", "hold", "resume", "promise", "keep_promise",
    "move_promise", "withdraw_promise", "resolve", "close_unreached", "withdraw", "reopen", "escalate", "note",
    "snooze", "wake", "why",
)  # fmt: skip
SOURCE_PAGES = ("change", "secret", "switch", "replay", "try", "mapping")
WEBHOOK_STEPS = ("change", "secret", "test", "switch", "replay", "delete")
IMPORT_STEPS = ("-choose", "-start", "-stop", "-resume", "-discard", "-result")
PULL_STEPS = ("-change", "-now", "-switch", "-delete")
WAVE_STEPS = ("plan", "approve", "discard", "pause", "resume", "close")
WORDING_PAGES = ("wording", "preview", "wording-remove", "try", "mail", "sms", "test")


def addresses(resolver: URLResolver | None = None, names: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """Every pattern as (its name with its namespaces, its route); the route stands for a name that is missing."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = f"{before}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield f"{names}{entry.name or route}", route
        else:
            yield from addresses(entry, f"{names}{entry.namespace}:" if entry.namespace else names, route)


@dataclass(frozen=True)
class World:
    """One of everything an address can point at; the case is Anna's and new, its mails have left."""

    case: Case
    parameters: dict[str, dict[str, object]]

    def of(self, name: str) -> dict[str, object]:
        """What to put into the address of that name."""
        return self.parameters.get(name, {})


def webhook(admin: User) -> WebhookEndpoint:
    """A system that is told everything, and has been sent a test."""
    made, _secret = endpoints.create(
        url="https://hooks.example.com/loop", name="Data warehouse", types=event_types.TYPES, actor=admin,
        now=factories.NOW,
    )  # fmt: skip
    outgoing.tell_test(made, now=factories.NOW)
    return made


def answer_source() -> AnswerSource:
    """A survey tool of any kind, from which one answer has arrived."""
    facts = setting_up.Facts(name="Our form", survey=factories.survey())
    made, _secret = setting_up.create(kind="json", facts=facts, by="ada@loop.example", now=factories.NOW)
    ArrivedAnswer.objects.create(
        source=made, event="1", body=b'{"score": 9}', arrived_at=factories.NOW, try_after=factories.NOW
    )
    return made


def regular_file(admin: User) -> FilePull:
    """An export of a CRM that is fetched each day."""
    said = pull_setup.Facts(
        name="SuperOffice", kind="customers", place="folder", path="crm/customers.csv", rhythm="daily"
    )  # fmt: skip
    return pull_setup.create(said, actor=admin, now=factories.NOW)


def world(people: People) -> World:
    case = factories.case(3, owner=people.agent)
    file = SimpleUploadedFile("answers.csv", b"score\n9\n")
    uploaded = import_steps.upload(
        file, kind=ImportKind.ANSWERS, survey=factories.survey(), actor=people.admin, now=factories.NOW
    )
    one_import = {"import_id": uploaded.pk}
    pull = regular_file(people.admin)
    assert case.contact
    assert case.account
    sweeping.run_all(now=factories.NOW)
    invitation = invitations.invite(
        survey=factories.survey(), contact=case.contact, due_at=factories.NOW, now=factories.NOW
    )
    suspects.take(invitation, Sending(3, is_hidden=True), now=factories.NOW)
    one_suspect = {"suspect_id": SuspectAnswer.objects.get(invitation=invitation).pk}
    survey_of = {"survey_id": invitation.survey_id}
    wording_of = {**survey_of, "language": "en"}
    study = studies.start(
        survey=factories.survey("recovery"), decides_at=factories.later(days=90), expected_share=0.45,
        smallest_effect=0.15, exempt_up_to=None, exempt_value=None, actor=people.admin, now=factories.NOW,
    )  # fmt: skip
    wave = waves.draft(
        survey=invitation.survey, count=1, seed=1, starts_on=factories.NOW.date(), created_by="", now=factories.NOW
    )
    one_wave = {"wave_id": wave.pk}
    later = waves.draft(survey=wave.survey, share="1/2", seed=2, starts_on=wave.starts_on, now=factories.NOW)
    series = waves.repeat(later, every="monthly", by="ada@loop.example", now=factories.NOW)
    complaint = complaints.report(factories.contact("Bo"), reason="Will not be asked.", by="", now=factories.NOW)
    rule = TriggerRule.objects.create(touchpoint="renewed", survey=factories.survey("transactional"))
    links = {
        kind: survey_links.create(survey=invitation.survey, kind=kind, name="Malmö", now=factories.NOW)
        for kind in LinkKind.values
    }
    in_mail = survey_links.address_for(links["mail"], "relational", case.contact.external_id).rstrip("/")
    message = Message.objects.get(case=case)
    feed = calendar_feed.renew(people.agent, now=factories.NOW)
    absence = factories.away(people.agent, starts_on=factories.later(days=30).date())
    routing_rule = AssignmentRule.objects.create(position=9, name="Sweden", country="SE", team=people.north)
    anna, one_rule = {"user_id": people.agent.pk}, {"rule_id": routing_rule.pk}
    view = saved_views.save(user=people.agent, name="Late", query="tab=mine&due=overdue", now=factories.NOW)
    promises.promise(
        case_id=case.pk, what="A new invoice", due_at=factories.later(days=1), actor=None, now=factories.NOW
    )
    goal = goals.save(
        GoalFacts(5, date(2027, 6, 30), date(2026, 7, 1), date(2026, 9, 30)), actor=people.leader, now=factories.NOW
    )
    value = benchmarks.save(
        BenchmarkFacts("Nordic software", Decimal(38), "A report", 2025), actor=people.admin, now=factories.NOW
    )
    one_goal: dict[str, object] = {"goal_id": goal.pk}
    one_benchmark: dict[str, object] = {"benchmark_id": value.pk}
    one_guide: dict[str, object] = {"guide_id": ConversationGuide.objects.get(category="detractor").pk}
    one_promise: dict[str, object] = {"promise_id": case.promises.get().pk}
    one_case: dict[str, object] = {"case_id": case.pk}
    own_page = {"token": customer_pages.token_of(case.customer_page)}
    tool = answer_source()
    one_source: dict[str, object] = {"source_id": tool.pk}
    one_webhook = {"endpoint_id": webhook(people.admin).pk}
    noted = data_requests.note(case.contact, Wanted.COPY, actor=people.admin, now=factories.NOW)
    one_request: dict[str, object] = {"request_id": noted.pk}
    one_message: dict[str, object] = {"message_id": message.pk}
    ThanksPolicy.objects.update_or_create(survey=invitation.survey, defaults={"promoter_ask": Ask.REFERENCE})
    thanked = factories.response(9, contact=factories.contact("Tove")).thanks
    covered = ReportFilters(date(2026, 1, 1), date(2026, 10, 31))
    subscribed = subscriptions.subscribe(people.agent, "nps", covered, "week", now=factories.NOW)
    return World(
        case=case,
        parameters={
            **api_world.parts(case, people.agent),
            "case": one_case,
            **{f"import{step}": one_import for step in ("", *IMPORT_STEPS)},
            "pull-new": {"kind": "customers"},
            **{f"pull{step}": {"pull_id": pull.pk} for step in ("", *PULL_STEPS)},
            **{name: {"study_id": study.pk} for name in ("study-stop", "api-study-stop")},
            "api-case": one_case,
            **{f"case-{step}": one_case for step in CASE_STEPS},
            **{f"api-case-{step}": one_case for step in CASE_STEPS},
            **{f"view-{step}": {"view_id": view.pk} for step in ("change", "delete")},
            **{f"api-promise-{step}": one_promise for step in ("keep", "move", "withdraw")},
            "goal-change": one_goal,
            "api-goal": one_goal,
            "benchmark": one_benchmark,
            "api-benchmark": one_benchmark,
            "guide": one_guide,
            "guide-question-add": one_guide,
            "guide-question": {**one_guide, "key": "leaving"},
            "root-cause": {"cause_id": RootCause.objects.get(key="billing").pk},
            "policy": {"policy_id": SlaPolicy.objects.get().pk},
            "quiet-hours-change": {"role": "lead"},
            "policy-move": {"policy_id": SlaPolicy.objects.get().pk},
            "work-calendar": {"calendar_id": SlaPolicy.objects.get().calendar_id},
            "case-call": one_case,
            "case-call-cancel": one_case,
            "case-call-times": one_case,
            **dict.fromkeys(
                ("customer", "customer-solved", "customer-data", "customer-copy", "customer-call"), own_page
            ),
            "data-request": one_request,
            "data-request-copy": one_request,
            "thanks": {"token": thanks.token_of(thanked)},
            "account": {"account_id": case.account_id},
            "report-behind": {"figure": "cases"},
            "api-report-behind": {"figure": "cases"},
            **{f"report-behind-{kind}": {"figure": "cases"} for kind in ("file", "workbook")},
            "report-file": {"name": "nps", "kind": "csv"},
            "api-account": {"external_id": case.account.external_id},
            "api-contact": {"external_id": case.contact.external_id},
            "case-mail": one_case,
            "api-case-mail": one_case,
            "api-case-call": one_case,
            "api-case-call-cancel": one_case,
            "step-link": {"token": step_links.url(people.agent, case, "attempt").rstrip("/").rpartition("/")[2]},
            "calendar-feed": {"token": calendar_feed.path(feed).rpartition("/")[2].removesuffix(".ics")},
            "fixed-texts": {"language": "de"},
            "fixed-texts-preview": {"language": "de"},
            "mail-template": {"template_id": MailTemplate.objects.get(key="no_answer", language="en").pk},
            "stopped-lift": {"suppression_id": 0},
            "inbound-mail": {"provider": "postmark"},
            **dict.fromkeys(("webhook", "api-webhook"), one_webhook),
            **{f"webhook-{step}": one_webhook for step in WEBHOOK_STEPS},
            **{f"api-webhook-{step}": one_webhook for step in ("secret", "test", "switch", "deliveries", "replay")},
            "arrive": {"key": tool.key},
            "arrive-with-secret": {"key": tool.key, "secret": "made-up"},
            "answer-source-new": {"kind": "typeform"},
            "answer-source": one_source,
            **{f"answer-source-{page}": one_source for page in SOURCE_PAGES},
            "answer-source-arrival": {**one_source, "arrival_id": tool.arrivals.get().pk},
            **{name: {"subscription_id": subscribed.pk} for name in ("my-report-stop", "api-report-subscription")},
            "report-stop-link": {"token": subscriptions.stop_url(subscribed).rstrip("/").rpartition("/")[2]},
            "report-subscribe": {"name": "nps"},
            "notice": {"notice_id": Message.notices.get(case=case, user=people.agent, kind="case_assigned").pk},
            "my-address": {"channel": "chat"},
            "team-chat": {"team_id": people.north.pk},
            "message": one_message,
            "message-mail": one_message,
            "message-retry": one_message,
            "message-discard": one_message,
            "survey": survey_of,
            "survey-change": survey_of,
            "survey-thanks": survey_of,
            "survey-words": survey_of,
            "survey-language-add": survey_of,
            **{f"survey-{page}": wording_of for page in WORDING_PAGES},
            "wave": one_wave,
            "wave-members": one_wave,
            "wave-members-workbook": one_wave,
            **{f"wave-{step}": one_wave for step in WAVE_STEPS},
            "wave-complaint": one_wave,
            "wave-complaint-end": {**one_wave, "complaint_id": complaint.pk},
            "wave-repeat": one_wave,
            "wave-repeat-stop": {"series_id": series.pk},
            "trigger-change": {"rule_id": rule.pk},
            "suspect-accept": one_suspect,
            "suspect-dismiss": one_suspect,
            "team-give": one_case,
            "working-hours": anna,
            "absence": {"absence_id": absence.pk},
            "absence-end": {"absence_id": absence.pk},
            "api-absence-end": {"absence_id": absence.pk},
            "api-working-hours": {"email": people.agent.email},
            **{f"api-survey-{page}": {"key": invitation.survey.key} for page in ("thanks", "words", "words-try")},
            **{f"setup-{page}": anna for page in ("person", "leaving", "person-back", "person-invite")},
            "setup-team": {"team_id": people.north.pk},
            **{f"setup-{page}": one_rule for page in ("rule", "rule-move", "rule-remove")},
            "inbound": {"provider": "postmark"},
            "after-answer": {"token": invitations.link_token(invitation)},
            "respond": {"token": invitations.link_token(invitation)},
            "unsubscribe": {"token": contacts.unsubscribe_token(case.contact)},
            "open-link": {"token": survey_links.token(links["open"])},
            "kiosk": {"token": survey_links.token(links["kiosk"])},
            "widget": {"token": survey_links.token(links["widget"])},
            "widget-eligible": {"token": survey_links.token(links["widget"])},
            "embedded": {
                "key": "relational",
                "external_id": case.contact.external_id,
                "signature": in_mail.rpartition("/")[2],
            },
            "personal-link": {"contact_id": case.contact_id},
            "survey-ways": survey_of,
            "survey-way-add": {**survey_of, "kind": "open"},
            "survey-link": {"link_id": links["open"].pk},
            "survey-link-change": {"link_id": links["open"].pk},
            "survey-link-secret": {"link_id": links["widget"].pk},
            "survey-link-poster": {"link_id": links["kiosk"].pk},
            "survey-link-try": {"link_id": links["widget"].pk},
            "survey-link-contacts": {"link_id": links["mail"].pk},
            "api-contact-survey-link": {"external_id": case.contact.external_id},
            "set-password": {
                "uidb64": urlsafe_base64_encode(force_bytes(people.agent.pk)),
                "token": default_token_generator.make_token(people.agent),
            },
        },
    )
