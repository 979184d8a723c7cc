"""Which staff page answers at which address?"""

from django.urls import path

from loop.views import (
    absences,
    accounts,
    answer_source_reading,
    answer_sources,
    calendar,
    call_order,
    call_setup,
    callbacks,
    case_actions,
    case_mail,
    cases,
    cause_setup,
    customer,
    data_requests,
    deadline_setup,
    favours,
    find,
    fixed_texts,
    imports,
    inbox,
    link_pages,
    mail_templates,
    my_settings,
    own_name,
    personal_link,
    programme,
    pulls,
    quiet_hours,
    received_events,
    saved_views,
    session,
    setup,
    setup_people,
    setup_rules,
    setup_teams,
    several,
    snooze,
    step_link,
    studies,
    survey_wording,
    surveys,
    suspects,
    team,
    thanks,
    thanks_setup,
    triggers,
    wave_steps,
    waves,
    ways,
    working_hours,
    yardsticks,
)
from loop.views.reports import behind as report_behind
from loop.views.reports import goals as report_goals
from loop.views.reports import pages as report_pages

session_urls = [
    path("login/", session.SignIn.as_view(), name="login"),
    path("me/name/", own_name.own_name, name="own-name"),
    path("logout/", session.SignOut.as_view(), name="logout"),
    path("password/<uidb64>/<token>/", session.SetPassword.as_view(), name="set-password"),
]

case_urls = [
    path("", inbox.home, name="home"),
    path("cases/", inbox.cases, name="cases"),
    path("cases/filter/", inbox.choose, name="cases-filter"),
    path("cases/news/", inbox.news, name="cases-news"),
    path("cases/export/", inbox.export, name="cases-export"),
    path("cases/export/cases.xlsx", inbox.export, {"kind": "xlsx"}, name="cases-workbook"),
    path("cases/take/", several.take, name="cases-take"),
    path("cases/hand-over/", several.hand_over, name="cases-hand-over"),
    path("cases/done/", several.done, name="cases-done"),
    path("cases/views/", saved_views.save, name="view-save"),
    path("cases/views/<int:view_id>/", saved_views.change, name="view-change"),
    path("cases/views/<int:view_id>/delete/", saved_views.delete, name="view-delete"),
    path("find/", find.find, name="find"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/assign/", case_actions.assign, name="case-assign"),
    path("cases/<int:case_id>/take/", case_actions.take, name="case-take"),
    path("cases/<int:case_id>/attempt/", case_actions.attempt, name="case-attempt"),
    path("cases/<int:case_id>/plan_next/", case_actions.plan_next, name="case-plan_next"),
    path("cases/<int:case_id>/hold/", case_actions.hold, name="case-hold"),
    path("cases/<int:case_id>/resume/", case_actions.resume, name="case-resume"),
    path("cases/<int:case_id>/snooze/", snooze.snooze, name="case-snooze"),
    path("cases/<int:case_id>/wake/", snooze.wake, name="case-wake"),
    path("cases/<int:case_id>/promise/", case_actions.promise, name="case-promise"),
    path("cases/<int:case_id>/keep_promise/", case_actions.keep_promise, name="case-keep_promise"),
    path("cases/<int:case_id>/move_promise/", case_actions.move_promise, name="case-move_promise"),
    path("cases/<int:case_id>/withdraw_promise/", case_actions.withdraw_promise, name="case-withdraw_promise"),
    path("cases/<int:case_id>/resolve/", case_actions.resolve, name="case-resolve"),
    path("cases/<int:case_id>/close_unreached/", case_actions.close_unreached, name="case-close_unreached"),
    path("cases/<int:case_id>/withdraw/", case_actions.withdraw, name="case-withdraw"),
    path("cases/<int:case_id>/reopen/", case_actions.reopen, name="case-reopen"),
    path("cases/<int:case_id>/escalate/", case_actions.escalate, name="case-escalate"),
    path("cases/<int:case_id>/mail/", case_mail.write, name="case-mail"),
    path("m/<str:token>/", step_link.step_link, name="step-link"),
    path("cases/<int:case_id>/note/", case_actions.note, name="case-note"),
    path("cases/<int:case_id>/why/", call_order.say_why, name="case-why"),
    path("cases/<int:case_id>/someone_else/", case_actions.someone_else, name="case-someone_else"),
]

calendar_urls = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/renew/", calendar.renew, name="calendar-renew"),
    path("calendar/stop/", calendar.stop, name="calendar-stop"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar-feed"),
]

mail_template_urls = [
    path("setup/mails/", mail_templates.templates, name="mail-templates"),
    path("setup/mails/new/", mail_templates.new, name="mail-template-new"),
    path("setup/mails/<int:template_id>/", mail_templates.change, name="mail-template"),
]

fixed_text_urls = [
    path("setup/languages/", fixed_texts.languages_page, name="added-languages"),
    path("setup/languages/<slug:language>/", fixed_texts.edit, name="fixed-texts"),
    path("setup/languages/<slug:language>/preview/", fixed_texts.preview, name="fixed-texts-preview"),
]

call_urls = [
    path("cases/<int:case_id>/call/", callbacks.agree, name="case-call"),
    path("cases/<int:case_id>/call/times/", callbacks.times, name="case-call-times"),
    path("cases/<int:case_id>/call/cancel/", callbacks.cancel, name="case-call-cancel"),
]

customer_urls = [
    path("c/<str:token>/", customer.own_case, name="customer"),
    path("c/<str:token>/solved/", customer.is_solved, name="customer-solved"),
    path("c/<str:token>/data/", customer.own_data, name="customer-data"),
    path("c/<str:token>/data/copy.json", customer.own_copy, name="customer-copy"),
    path("c/<str:token>/call.ics", customer.own_call, name="customer-call"),
    path("t/<str:token>/", thanks.thanks_page, name="thanks"),
]

account_urls = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/accounts.csv", accounts.export, {"what": "accounts"}, name="accounts-export"),
    path("accounts/customers.csv", accounts.export, {"what": "customers"}, name="customers-export"),
    path("accounts/accounts.xlsx", accounts.export, {"what": "accounts", "kind": "xlsx"}, name="accounts-workbook"),
    path("accounts/customers.xlsx", accounts.export, {"what": "customers", "kind": "xlsx"}, name="customers-workbook"),
    path("accounts/favours/", favours.favour_list, name="favours"),
    path("accounts/<int:account_id>/", accounts.account, name="account"),
    path("contacts/<int:contact_id>/link/", personal_link.personal_link, name="personal-link"),
]

report_urls = [
    path("reports/", report_pages.report, {"name": "overview"}, name="reports"),
    path("reports/loop/", report_pages.report, {"name": "loop"}, name="report-loop"),
    path("reports/recovery/", report_pages.report, {"name": "recovery"}, name="report-recovery"),
    path("reports/people/", report_pages.report, {"name": "people"}, name="report-people"),
    path("reports/integrity/", report_pages.report, {"name": "integrity"}, name="report-integrity"),
    path("reports/nps/", report_pages.report, {"name": "nps"}, name="report-nps"),
    path("reports/responses/", report_pages.report, {"name": "responses"}, name="report-responses"),
    path("reports/planner/", report_pages.report, {"name": "planner"}, name="report-planner"),
    path("reports/revenue/", report_pages.report, {"name": "revenue"}, name="report-revenue"),
    path("reports/behind/<slug:figure>.csv", report_behind.file, name="report-behind-file"),
    path("reports/behind/<slug:figure>.xlsx", report_behind.file, {"kind": "xlsx"}, name="report-behind-workbook"),
    path("reports/behind/<slug:figure>/", report_behind.rows, name="report-behind"),
    path("reports/<slug:name>.<slug:kind>", report_pages.file, name="report-file"),
    path("reports/goals/", report_goals.goals, name="goals"),
    path("reports/goals/<int:goal_id>/", report_goals.change, name="goal-change"),
]

setup_urls = [
    path("setup/", setup.index, name="setup"),
    path("setup/data-requests/", data_requests.request_list, name="data-requests"),
    path("setup/data-requests/<int:request_id>/", data_requests.data_request, name="data-request"),
    path("setup/data-requests/<int:request_id>/copy.json", data_requests.copy, name="data-request-copy"),
    path("setup/guides/", call_setup.guide_list, name="guides"),
    path("setup/guides/<int:guide_id>/", call_setup.guide, name="guide"),
    path("setup/guides/<int:guide_id>/questions/", call_setup.question_add, name="guide-question-add"),
    path("setup/guides/<int:guide_id>/questions/<slug:key>/", call_setup.question, name="guide-question"),
    path("setup/root-causes/", cause_setup.causes, name="root-causes"),
    path("setup/root-causes/<int:cause_id>/", cause_setup.cause, name="root-cause"),
    path("setup/deadlines/", deadline_setup.deadlines, name="deadlines"),
    path("setup/deadlines/new/", deadline_setup.new_policy, name="policy-new"),
    path("setup/deadlines/<int:policy_id>/", deadline_setup.policy, name="policy"),
    path("setup/deadlines/<int:policy_id>/move/", deadline_setup.move_policy, name="policy-move"),
    path("setup/benchmarks/", yardsticks.benchmarks, name="benchmarks"),
    path("setup/benchmarks/<int:benchmark_id>/", yardsticks.benchmark, name="benchmark"),
    path("setup/exchange-rates/", yardsticks.rates, name="exchange-rates"),
    path("setup/studies/", studies.study_list, name="studies"),
    path("setup/studies/<int:study_id>/stop/", studies.stop, name="study-stop"),
    path("setup/quiet-hours/", quiet_hours.quiet, name="quiet-hours"),
    path("setup/quiet-hours/<str:role>/", quiet_hours.change, name="quiet-hours-change"),
    path("setup/calendars/new/", deadline_setup.new_calendar, name="work-calendar-new"),
    path("setup/calendars/<int:calendar_id>/", deadline_setup.calendar, name="work-calendar"),
]

source_urls = [
    path("setup/sources/", answer_sources.sources, name="answer-sources"),
    path("setup/sources/new/<slug:kind>/", answer_sources.new, name="answer-source-new"),
    path("setup/sources/<int:source_id>/", answer_sources.source, name="answer-source"),
    path("setup/sources/<int:source_id>/change/", answer_sources.change, name="answer-source-change"),
    path("setup/sources/<int:source_id>/secret/", answer_sources.secret, name="answer-source-secret"),
    path("setup/sources/<int:source_id>/switch/", answer_sources.switch, name="answer-source-switch"),
    path("setup/sources/<int:source_id>/replay/", answer_sources.replay, name="answer-source-replay"),
    path("setup/sources/<int:source_id>/try/", answer_source_reading.try_out, name="answer-source-try"),
    path("setup/sources/<int:source_id>/mapping/", answer_source_reading.mapping, name="answer-source-mapping"),
    path(
        "setup/sources/<int:source_id>/arrived/<int:arrival_id>/", answer_sources.arrival, name="answer-source-arrival"
    ),
]

import_urls = [
    path("setup/imports/", imports.import_list, name="imports"),
    path("setup/imports/<int:import_id>/", imports.one_import, name="import"),
    path("setup/imports/<int:import_id>/choose/", imports.choose, name="import-choose"),
    path("setup/imports/<int:import_id>/start/", imports.start, name="import-start"),
    path("setup/imports/<int:import_id>/stop/", imports.stop, name="import-stop"),
    path("setup/imports/<int:import_id>/resume/", imports.resume, name="import-resume"),
    path("setup/imports/<int:import_id>/discard/", imports.discard, name="import-discard"),
    path("setup/imports/<int:import_id>/result.csv", imports.result, name="import-result"),
]

pull_urls = [
    path("setup/pulls/", pulls.pulls, name="pulls"),
    path("setup/pulls/new/<slug:kind>/", pulls.new, name="pull-new"),
    path("setup/pulls/<int:pull_id>/", pulls.pull, name="pull"),
    path("setup/pulls/<int:pull_id>/change/", pulls.change, name="pull-change"),
    path("setup/pulls/<int:pull_id>/now/", pulls.fetch_now, name="pull-now"),
    path("setup/pulls/<int:pull_id>/switch/", pulls.switch, name="pull-switch"),
    path("setup/pulls/<int:pull_id>/delete/", pulls.delete, name="pull-delete"),
]

team_urls = [
    path("team/", team.team, name="team"),
    path("team/huddle/", team.huddle_view, name="huddle"),
    path("team/<int:case_id>/give/", team.give, name="team-give"),
    path("absences/", absences.absence_list, name="absences"),
    path("absences/<int:absence_id>/", absences.change, name="absence"),
    path("absences/<int:absence_id>/end/", absences.end, name="absence-end"),
    path("settings/", my_settings.my_settings, name="my-settings"),
    path("settings/hours/<int:user_id>/", working_hours.working_hours, name="working-hours"),
]

people_urls = [
    path("setup/people/", setup_people.person_list, name="setup-people"),
    path("setup/people/<int:user_id>/", setup_people.person, name="setup-person"),
    path("setup/people/<int:user_id>/leaving/", setup_people.leave, name="setup-leaving"),
    path("setup/people/<int:user_id>/back/", setup_people.come_back, name="setup-person-back"),
    path("setup/people/<int:user_id>/invite/", setup_people.invite, name="setup-person-invite"),
    path("setup/teams/", setup_teams.team_list, name="setup-teams"),
    path("setup/teams/<int:team_id>/", setup_teams.team, name="setup-team"),
    path("setup/rules/", setup_rules.rule_list, name="setup-rules"),
    path("setup/rules/new/", setup_rules.new, name="setup-rule-new"),
    path("setup/rules/order/", setup_rules.order, name="setup-rules-order"),
    path("setup/rules/lead/", setup_rules.conflict_policy, name="setup-conflicts"),
    path("setup/rules/try/", setup_rules.try_out, name="setup-rules-try"),
    path("setup/rules/<int:rule_id>/", setup_rules.rule, name="setup-rule"),
    path("setup/rules/<int:rule_id>/move/", setup_rules.move, name="setup-rule-move"),
    path("setup/rules/<int:rule_id>/remove/", setup_rules.remove, name="setup-rule-remove"),
]

survey_urls = [
    path("surveys/", surveys.survey_list, name="surveys"),
    path("surveys/new/", surveys.new, name="survey-new"),
    path("surveys/<int:survey_id>/", surveys.survey, name="survey"),
    path("surveys/<int:survey_id>/change/", surveys.change, name="survey-change"),
    path("surveys/<int:survey_id>/thanks/", thanks_setup.policy, name="survey-thanks"),
    path("surveys/<int:survey_id>/complaint-words/", thanks_setup.word_rule, name="survey-words"),
    path("surveys/<int:survey_id>/languages/", surveys.add_language, name="survey-language-add"),
    path("surveys/<int:survey_id>/<slug:language>/words/", survey_wording.edit, name="survey-wording"),
    path("surveys/<int:survey_id>/<slug:language>/preview/", survey_wording.preview, name="survey-preview"),
    path("surveys/<int:survey_id>/<slug:language>/remove/", survey_wording.remove, name="survey-wording-remove"),
    path("surveys/<int:survey_id>/<slug:language>/try/", survey_wording.try_out, name="survey-try"),
]

way_urls = [
    path("surveys/<int:survey_id>/ways/", ways.ways, name="survey-ways"),
    path("surveys/<int:survey_id>/ways/<slug:kind>/add/", ways.add, name="survey-way-add"),
    path("surveys/links/<int:link_id>/", ways.link, name="survey-link"),
    path("surveys/links/<int:link_id>/change/", ways.change, name="survey-link-change"),
    path("surveys/links/<int:link_id>/secret/", ways.secret, name="survey-link-secret"),
    path("surveys/links/<int:link_id>/poster/", link_pages.poster, name="survey-link-poster"),
    path("surveys/links/<int:link_id>/try/", link_pages.try_out, name="survey-link-try"),
    path("surveys/links/<int:link_id>/contacts.csv", link_pages.contacts, name="survey-link-contacts"),
]

wave_urls = [
    path("surveys/waves/", waves.wave_list, name="waves"),
    path("surveys/waves/new/", waves.new, name="wave-new"),
    path("surveys/waves/<int:wave_id>/", waves.wave, name="wave"),
    path("surveys/waves/<int:wave_id>/members.csv", waves.members_file, name="wave-members"),
    path(
        "surveys/waves/<int:wave_id>/members.xlsx", waves.members_file, {"kind": "xlsx"}, name="wave-members-workbook"
    ),
    path("surveys/waves/<int:wave_id>/plan/", wave_steps.plan, name="wave-plan"),
    path("surveys/waves/<int:wave_id>/approve/", wave_steps.approve, name="wave-approve"),
    path("surveys/waves/<int:wave_id>/discard/", wave_steps.discard, name="wave-discard"),
    path("surveys/waves/<int:wave_id>/pause/", wave_steps.pause, name="wave-pause"),
    path("surveys/waves/<int:wave_id>/resume/", wave_steps.resume, name="wave-resume"),
    path("surveys/waves/<int:wave_id>/close/", wave_steps.close, name="wave-close"),
    path("surveys/waves/<int:wave_id>/repeat/", wave_steps.repeat, name="wave-repeat"),
    path("surveys/programme/repeats/<int:series_id>/stop/", wave_steps.stop_repeating, name="wave-repeat-stop"),
    path("surveys/waves/<int:wave_id>/complaints/", wave_steps.report_complaint, name="wave-complaint"),
    path(
        "surveys/waves/<int:wave_id>/complaints/<int:complaint_id>/end/",
        wave_steps.end_complaint,
        name="wave-complaint-end",
    ),
]

programme_urls = [
    path("surveys/programme/", programme.programme, name="programme"),
    path("surveys/programme/rules/", programme.rules, name="programme-rules"),
    path("surveys/triggers/", triggers.triggers, name="triggers"),
    path("surveys/triggers/events/", received_events.received_events, name="received-events"),
    path("surveys/triggers/add/", triggers.add, name="trigger-add"),
    path("surveys/triggers/<int:rule_id>/", triggers.change, name="trigger-change"),
]

verify_urls = [
    path("surveys/verify/", suspects.waiting, name="suspects"),
    path("surveys/verify/<int:suspect_id>/accept/", suspects.accept, name="suspect-accept"),
    path("surveys/verify/<int:suspect_id>/dismiss/", suspects.dismiss, name="suspect-dismiss"),
]

urlpatterns = [
    *session_urls,
    *case_urls,
    *call_urls,
    *customer_urls,
    *account_urls,
    *calendar_urls,
    *mail_template_urls,
    *fixed_text_urls,
    *report_urls,
    *setup_urls,
    *source_urls,
    *import_urls,
    *pull_urls,
    *team_urls,
    *people_urls,
    *survey_urls,
    *way_urls,
    *wave_urls,
    *programme_urls,
    *verify_urls,
]
