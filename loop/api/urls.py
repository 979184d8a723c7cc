"""Which call stands at which address under /api/v1/?"""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from loop.api import listing, single
from loop.api.lists import ACCOUNTS, CONTACTS, LISTS, RESPONSES, SINGLES
from loop.api.views import imports, promises, reports, steps
from loop.api.views.absences import AbsencesView, EndAbsenceView, TryAssignmentView
from loop.api.views.behind import BehindView
from loop.api.views.calls import CallView, CancelCallView
from loop.api.views.case_mail import CaseMailView
from loop.api.views.cases import CasesView, CaseView
from loop.api.views.customers import AccountView, ContactView
from loop.api.views.events import EventsView
from loop.api.views.exchange_rates import ExchangeRatesView
from loop.api.views.favours import FavoursView
from loop.api.views.goals import BenchmarksView, BenchmarkView, GoalsView, GoalView
from loop.api.views.import_files import ImportResultView, ImportsView, ImportView
from loop.api.views.imports import IMPORT_STEPS
from loop.api.views.me import MeView
from loop.api.views.not_found import NotFoundView
from loop.api.views.planner import PlannerView
from loop.api.views.promises import PROMISE_STEPS
from loop.api.views.pulls import FetchView
from loop.api.views.reports import REPORTS
from loop.api.views.responses import BulkResponsesView, ResponsesView
from loop.api.views.snooze import SnoozeView, WakeView
from loop.api.views.steps import STEPS
from loop.api.views.studies import StopStudyView, StudiesView
from loop.api.views.survey_links import ContactSurveyLinkView
from loop.api.views.team import BoardView, HuddleView
from loop.api.views.thanks_policies import ThanksPolicyView
from loop.api.views.word_rules import TryWordRuleView, WordRuleView
from loop.api.views.working_hours import WorkingHoursView


class AnyText(StringConverter):
    """Whatever another system calls a thing, slashes and line ends included: the call itself says what is wrong."""

    regex = r"[\s\S]+"


class OneLine(StringConverter):
    """A name of ours, which has no slash and no control characters: PostgreSQL takes no NUL."""

    regex = r"[^/\x00-\x1f]+"


register_converter(AnyText, "any")
register_converter(OneLine, "line")

ingest_urls = [
    path("accounts/", listing.list_view(ACCOUNTS).as_view(), name="api-accounts"),
    path("contacts/", listing.list_view(CONTACTS).as_view(), name="api-contacts"),
    path("accounts/<any:external_id>/", AccountView.as_view(), name="api-account"),
    path("contacts/<any:external_id>/survey-link/", ContactSurveyLinkView.as_view(), name="api-contact-survey-link"),
    path("contacts/<any:external_id>/", ContactView.as_view(), name="api-contact"),
    path("responses/", ResponsesView.as_view(), name="api-responses"),
    path("responses/<int:response_id>/", listing.one_view(RESPONSES).as_view(), name="api-response"),
    path("responses/bulk/", BulkResponsesView.as_view(), name="api-responses-bulk"),
    path("events/", EventsView.as_view(), name="api-events"),
]

case_urls = [
    path("cases/", CasesView.as_view(), name="api-cases"),
    path("cases/<int:case_id>/mail/", CaseMailView.as_view(), name="api-case-mail"),
    path("cases/<int:case_id>/snooze/", SnoozeView.as_view(), name="api-case-snooze"),
    path("cases/<int:case_id>/wake/", WakeView.as_view(), name="api-case-wake"),
    path("cases/<int:case_id>/call/", CallView.as_view(), name="api-case-call"),
    path("cases/<int:case_id>/call/cancel/", CancelCallView.as_view(), name="api-case-call-cancel"),
    path("cases/<int:case_id>/", CaseView.as_view(), name="api-case"),
    *(
        path(f"cases/<int:case_id>/{step.name}/", steps.view_of(step).as_view(), name=f"api-case-{step.name}")
        for step in STEPS
    ),
]

people_urls = [
    path("absences/", AbsencesView.as_view(), name="api-absences"),
    path("absences/<int:absence_id>/end/", EndAbsenceView.as_view(), name="api-absence-end"),
    path("assignment/try/", TryAssignmentView.as_view(), name="api-assignment-try"),
    path("people/<line:email>/working-hours/", WorkingHoursView.as_view(), name="api-working-hours"),
]

survey_urls = [
    path("surveys/<line:key>/thanks/", ThanksPolicyView.as_view(), name="api-survey-thanks"),
    path("surveys/<line:key>/words/", WordRuleView.as_view(), name="api-survey-words"),
    path("surveys/<line:key>/words/try/", TryWordRuleView.as_view(), name="api-survey-words-try"),
]

team_urls = [
    path("board/", BoardView.as_view(), name="api-board"),
    path("huddle/", HuddleView.as_view(), name="api-huddle"),
]

promise_urls = [
    path(
        f"promises/<int:promise_id>/{step.name}/",
        promises.view_of(step).as_view(),
        name=f"api-promise-{step.name}",
    )
    for step in PROMISE_STEPS
]

favour_urls = [path("favours/", FavoursView.as_view(), name="api-favours")]

report_urls = [
    path("reports/planner/", PlannerView.as_view(), name="api-report-planner"),
    path("reports/behind/<line:figure>/", BehindView.as_view(), name="api-report-behind"),
    *(
        path(f"reports/{report.name}/", reports.view_of(report).as_view(), name=f"api-report-{report.name}")
        for report in REPORTS
    ),
]

yardstick_urls = [
    path("goals/", GoalsView.as_view(), name="api-goals"),
    path("goals/<int:goal_id>/", GoalView.as_view(), name="api-goal"),
    path("benchmarks/", BenchmarksView.as_view(), name="api-benchmarks"),
    path("benchmarks/<int:benchmark_id>/", BenchmarkView.as_view(), name="api-benchmark"),
    path("exchange-rates/", ExchangeRatesView.as_view(), name="api-exchange-rates"),
]

study_urls = [
    path("studies/", StudiesView.as_view(), name="api-studies"),
    path("studies/<int:study_id>/stop/", StopStudyView.as_view(), name="api-study-stop"),
]

file_urls = [
    path("imports/", ImportsView.as_view(), name="api-imports"),
    path("imports/<int:import_id>/", ImportView.as_view(), name="api-import"),
    path("imports/<int:import_id>/result/", ImportResultView.as_view(), name="api-import-result"),
    *(
        path(f"imports/<int:import_id>/{step.name}/", imports.view_of(step).as_view(), name=f"api-import-{step.name}")
        for step in IMPORT_STEPS
    ),
    path("pulls/<int:pull_id>/fetch/", FetchView.as_view(), name="api-pull-fetch"),
]

urlpatterns = [
    *ingest_urls,
    *case_urls,
    *promise_urls,
    *favour_urls,
    *report_urls,
    *yardstick_urls,
    *people_urls,
    *survey_urls,
    *team_urls,
    *study_urls,
    *file_urls,
    *listing.addresses(LISTS),
    *single.addresses(SINGLES),
    path("me/", MeView.as_view(), name="api-me"),
    re_path(r"[\s\S]*", NotFoundView.as_view(), name="api-not-found"),
]
