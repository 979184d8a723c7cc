"""What does each role get from each call of the API? `test_urls.py` holds the product against it, and has the pages.

The columns are those of `test_urls.ROLES`. What is sent is empty: 400 means "you may, but say what".
"""

EVERYBODY = "200 200 200 200 200 200 200"

API_NOT_THIS_WAY = "401 405 405 405 405 405 405"
API_SIGNED_IN = "401 200 200 200 200 200 200"
API_WHO_SEES_THE_CASE = "401 200 404 200 404 200 200"
API_OWNER_OR_LEAD = "401 400 404 400 404 403 400"
API_LEAD_ALONE = "401 403 404 400 404 403 400"
API_PROGRAMME = "401 403 403 403 403 200 200"
API_ADMIN_ALONE = "401 403 403 403 403 403 200"
API_ADMIN_SAYS_WHAT = "401 403 403 403 403 403 400"
API_ADMIN_FILLS_IN = {"get": API_ADMIN_ALONE, "post": API_ADMIN_SAYS_WHAT}
API_TOP_SAYS_WHAT = "401 403 403 403 403 400 400"

API_OF_THE_CASE = {"get": API_WHO_SEES_THE_CASE}
API_TOP_ALONE = "401 404 404 404 404 200 200"  # others see what concerns customers of theirs
API_WHO_LEADS = "401 403 403 200 200 200 200"
API_ANNAS = "401 200 404 404 404 404 404"
API_EVERYBODY_SAYS_WHAT = "401 400 400 400 400 400 400"
API_ANNA_SAYS_WHAT = "401 400 404 404 404 404 404"

SIGNED_IN_LISTS = (
    "accounts", "contacts", "responses", "promises", "calls", "waves", "complaints", "root-causes", "root-cause",
    "saved-views", "notices", "my-messages",
)  # fmt: skip
PROGRAMME_LISTS = (
    "surveys", "survey", "standing-links", "standing-link", "repeated-waves", "repeated-wave", "triggers", "trigger",
    "programme-rules", "programme",
)  # fmt: skip
ADMIN_LISTS = (
    "languages", "language", "people", "person", "teams", "team", "sla-policies", "sla-policy", "calendars", "calendar",
    "quiet-hours", "assignment-rules", "assignment-rule", "conflict-policy", "guides", "guide", "mail-templates",
    "mail-template", "answer-sources", "answer-source", "arrivals", "arrival", "pulls", "pull",
    "pull-runs", "data-requests", "data-request", "messages", "message", "stopped-addresses",
)  # fmt: skip

OWNERS_STEPS = (
    "assign", "someone_else", "attempt", "plan_next", "hold", "promise", "resolve", "close_unreached", "escalate",
    "note",
)  # fmt: skip
PROMISE_STEPS, LEADS_STEPS = ("keep_promise", "move_promise", "withdraw_promise"), ("withdraw", "reopen")
REPORTS = ("nps", "responses", "revenue", "loop", "recovery", "people", "integrity")

API = {
    "api-contact-survey-link": {"get": API_ADMIN_SAYS_WHAT},
    **{f"api-{name}": {"get": API_SIGNED_IN} for name in SIGNED_IN_LISTS},
    **{f"api-{name}": {"get": API_PROGRAMME} for name in PROGRAMME_LISTS},
    **{f"api-{name}": {"get": API_ADMIN_ALONE} for name in ADMIN_LISTS},
    "api-account": {**API_OF_THE_CASE, "put": API_ADMIN_ALONE},
    "api-contact": {**API_OF_THE_CASE, "put": API_ADMIN_ALONE},
    **{f"api-{name}": API_OF_THE_CASE for name in ("response", "promise", "call")},
    **{f"api-{name}": {"get": API_TOP_ALONE} for name in ("wave", "wave-members", "complaint")},
    **{f"api-{name}": {"get": API_ANNAS} for name in ("saved-view", "notice")},
    "api-report-subscriptions": {"get": API_SIGNED_IN, "post": API_EVERYBODY_SAYS_WHAT},
    "api-report-subscription": {"get": API_ANNAS, "put": API_ANNA_SAYS_WHAT},
    "api-suspect-answers": {"get": "401 403 403 200 200 403 200"},
    "api-suspect-answer": {"get": "401 403 403 200 404 403 200"},
    **{f"api-import-{step}": {"post": "401 403 403 403 403 403 409"} for step in ("stop", "resume")},
    **{f"api-import-{step}": {"post": API_ADMIN_ALONE} for step in ("start", "discard")},  # it was looked through
    "api-imports": {"get": API_ADMIN_ALONE, "post": "401 403 403 403 403 403 415"},  # no file, which JSON cannot hold
    "api-import": {"get": API_ADMIN_ALONE},
    "api-import-result": {"get": "401 403 403 403 403 403 404"},  # nothing has been imported yet
    "api-pull-fetch": {"post": "401 403 403 403 403 403 202"},
    "api-responses": {"get": API_SIGNED_IN, "post": API_ADMIN_SAYS_WHAT},
    "api-responses-bulk": {"post": API_ADMIN_SAYS_WHAT},
    "api-events": {"get": API_PROGRAMME, "post": API_ADMIN_SAYS_WHAT},
    "api-cases": {"get": API_SIGNED_IN},
    "api-favours": {"get": API_SIGNED_IN},
    "api-case": {"get": API_WHO_SEES_THE_CASE},
    **{f"api-case-{step}": {"post": API_OWNER_OR_LEAD} for step in OWNERS_STEPS},
    "api-case-resume": {"post": "401 409 404 409 404 403 409"},  # nothing is on hold
    **{f"api-case-{step}": {"post": API_LEAD_ALONE} for step in LEADS_STEPS},
    "api-case-mail": {"post": API_OWNER_OR_LEAD},
    "api-case-take": {"post": "401 403 404 409 404 403 409"},  # it has an owner
    "api-case-snooze": {"post": "401 400 404 403 404 403 403"},
    "api-case-wake": {"post": "401 200 404 403 404 403 403"},
    "api-case-call": {"post": API_OWNER_OR_LEAD},
    "api-case-call-cancel": {"post": "401 409 404 409 404 403 409"},  # none is agreed
    "api-absences": {"get": API_SIGNED_IN, "post": API_EVERYBODY_SAYS_WHAT},
    "api-absence-end": {"post": "401 204 404 204 404 404 204"},
    "api-assignment-try": {"post": API_ADMIN_SAYS_WHAT},
    "api-working-hours": {"get": "401 200 404 200 404 404 200", "put": "401 400 404 400 404 404 400"},  # Anna's
    **{f"api-{name}": {"get": API_WHO_LEADS} for name in ("board", "huddle")},
    "api-survey-words": {"get": API_ADMIN_ALONE, "put": API_ADMIN_SAYS_WHAT},
    "api-survey-words-try": {"post": API_ADMIN_SAYS_WHAT},
    "api-survey-thanks": {"get": API_ADMIN_ALONE, "put": API_ADMIN_SAYS_WHAT},
    **{f"api-report-{name}": {"get": API_SIGNED_IN} for name in (*REPORTS, "overview", "change", "behind", "planner")},
    "api-promise-keep": {"post": "401 200 404 200 404 403 200"},
    **{f"api-promise-{step}": {"post": API_OWNER_OR_LEAD} for step in ("move", "withdraw")},
    "api-goals": {"get": API_SIGNED_IN, "post": API_TOP_SAYS_WHAT},
    "api-goal": {"put": API_TOP_SAYS_WHAT},
    "api-benchmarks": {"get": API_SIGNED_IN, "post": API_ADMIN_SAYS_WHAT},
    "api-benchmark": {"put": API_ADMIN_SAYS_WHAT},
    **{f"api-{what}": API_ADMIN_FILLS_IN for what in ("exchange-rates", "studies", "webhooks")},
    "api-study-stop": {"post": API_ADMIN_SAYS_WHAT},
    "api-webhook": {"get": API_ADMIN_ALONE, "put": API_ADMIN_SAYS_WHAT},
    "api-webhook-secret": {"post": API_ADMIN_ALONE},
    "api-webhook-test": {"post": "401 403 403 403 403 403 202"},
    "api-webhook-switch": {"post": API_ADMIN_SAYS_WHAT},
    "api-webhook-deliveries": {"get": API_ADMIN_ALONE},
    "api-webhook-replay": {"post": API_ADMIN_SAYS_WHAT},
    "api-me": {"get": API_SIGNED_IN},
    "api-not-found": dict.fromkeys(("get", "post", "put"), "404 404 404 404 404 404 404"),
    "api-schema": {"get": EVERYBODY},
    "api-docs": {"get": EVERYBODY},
}
