"""Which pages does the product have, who opens each of them, and which addresses are no pages?

`tests/browser/test_every_page.py` holds this against the map of addresses: one that is in neither list fails it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """A page, as somebody of `tests/people.py` opens it; `who` is empty where nobody signs in."""

    name: str
    who: str
    query: str = ""  # may name the survey that addresses have: {survey_id}
    which: str = ""  # a word of `tests/browser/company.py`; otherwise what the world of all addresses has

    def __str__(self) -> str:
        return f"{self.who or 'customer'} {self.name} {self.which}{self.query}"


DAILY_WORK = (
    Visit("home", "agent"),
    Visit("cases", "agent"),
    Visit("cases", "agent", "?tab=promised"),
    Visit("cases", "agent", "?tab=resolved"),
    Visit("cases", "agent", "?q=nothing-like-that"),
    Visit("cases-filter", "agent"),
    Visit("find", "agent"),
    Visit("find", "agent", "?q=invoice"),
    Visit("case", "agent"),
    Visit("case", "agent", which="eventful"),
    Visit("case", "agent", which="recovered"),
    Visit("case", "agent", which="unknown"),
    Visit("case-mail", "agent"),
    Visit("case-mail", "agent", "?template=ask_to_call", "eventful"),
    Visit("step-link", "agent"),
    Visit("accounts", "agent"),
    Visit("account", "agent", which="eventful"),
    Visit("personal-link", "agent", which="eventful"),
    Visit("calendar", "agent"),
    Visit("absences", "agent"),
    Visit("my-settings", "agent"),
    Visit("my-messages", "agent"),
    Visit("my-reports", "agent"),
    Visit("notices", "agent"),
    Visit("notices", "other_agent"),
    Visit("own-name", "agent"),
    Visit("working-hours", "agent"),
    Visit("favours", "agent"),
    Visit("cases", "lead", "?tab=team"),
    Visit("cases", "lead", "?tab=unassigned"),
    Visit("case", "lead"),
    Visit("team", "lead"),
    Visit("huddle", "lead"),
    Visit("huddle", "lead", "?part=all"),
    Visit("suspects", "lead"),
    Visit("team-chat", "lead"),
)

PROGRAMME = (
    Visit("home", "leader"),
    Visit("reports", "leader"),
    Visit("report-loop", "leader"),
    Visit("report-recovery", "leader"),
    Visit("report-nps", "leader"),
    Visit("report-nps", "leader", "?by=segment"),
    Visit("report-responses", "leader"),
    Visit("report-planner", "leader"),
    Visit("report-revenue", "leader", "?part=all"),
    Visit("report-people", "leader"),
    Visit("report-integrity", "leader"),
    Visit("goals", "leader"),
    Visit("report-behind", "leader"),
    Visit("report-subscribe", "leader"),
    Visit("surveys", "admin"),
    Visit("survey", "admin"),
    Visit("survey", "admin", which="transactional"),
    Visit("survey-new", "admin"),
    Visit("survey-wording", "admin", which="sv"),
    Visit("survey-try", "admin", "?score=3"),
    Visit("survey-try", "admin", "?thanks"),
    Visit("survey-thanks", "admin"),
    Visit("survey-words", "admin"),
    Visit("favours", "leader"),
    Visit("survey-mail", "admin", which="sv"),
    Visit("survey-sms", "admin"),
    Visit("survey-ways", "admin"),
    Visit("survey-link", "admin"),
    Visit("survey-link-poster", "admin"),
    Visit("survey-link-try", "admin"),
    Visit("waves", "admin"),
    Visit("wave-new", "admin"),
    Visit("wave", "admin"),
    Visit("wave", "admin", which="planned wave"),
    Visit("wave", "admin", which="sending wave"),
    Visit("wave", "admin", which="closed wave"),
    Visit("programme", "admin"),
    Visit("triggers", "admin"),
    Visit("received-events", "admin"),
    Visit("waves", "agent"),
)

SETUP = (
    Visit("setup", "admin"),
    Visit("guides", "admin"),
    Visit("guide", "admin"),
    Visit("root-causes", "admin"),
    Visit("deadlines", "admin"),
    Visit("policy", "admin"),
    Visit("policy-new", "admin"),
    Visit("work-calendar-new", "admin"),
    Visit("quiet-hours", "admin"),
    Visit("benchmarks", "admin"),
    Visit("exchange-rates", "admin"),
    Visit("studies", "admin"),
    Visit("running", "admin"),
    Visit("work-calendar", "admin"),
    Visit("added-languages", "admin"),
    Visit("fixed-texts", "admin"),
    Visit("mail-templates", "admin"),
    Visit("mail-template", "admin"),
    Visit("mail-template-new", "admin"),
    Visit("setup-people", "admin"),
    Visit("setup-person", "admin"),
    Visit("setup-leaving", "admin"),
    Visit("setup-teams", "admin"),
    Visit("setup-team", "admin"),
    Visit("setup-rules", "admin"),
    Visit("setup-rule", "admin"),
    Visit("setup-rule-new", "admin"),
    Visit("setup-rules-try", "admin"),
    Visit("setup-rules-try", "admin", "?contact=eva@customer.example&score=3&survey={survey_id}"),
    Visit("outbox", "admin"),
    Visit("message", "admin"),
    Visit("message", "admin", which="failed"),
    Visit("message", "admin", which="unknown"),
    Visit("message-mail", "admin"),
    Visit("message-mail", "admin", which="eventful"),
    Visit("webhooks", "admin"),
    Visit("webhook", "admin"),
    Visit("webhook-change", "admin"),
    Visit("stopped", "admin"),
    Visit("data-requests", "admin"),
    Visit("data-request", "admin"),
)

WAYS_IN = (
    Visit("imports", "admin"),
    Visit("import", "admin"),
    Visit("pulls", "admin"),
    Visit("pull-new", "admin"),
    Visit("pull", "admin"),
    Visit("pull-change", "admin"),
    Visit("answer-sources", "admin"),
    Visit("answer-source-new", "admin"),
    Visit("answer-source", "admin"),
    Visit("answer-source-change", "admin"),
    Visit("answer-source-mapping", "admin"),
    Visit("answer-source-try", "admin"),
    Visit("answer-source-arrival", "admin"),
)

AT_THE_DOOR = (
    Visit("login", ""),
    Visit("set-password", ""),
    Visit("respond", "", "?score=3"),
    Visit("respond", "", "?score=9"),
    Visit("respond", "", which="answered"),
    Visit("respond", "", which="unknown"),
    Visit("unsubscribe", ""),
    Visit("report-stop-link", ""),
    Visit("unsubscribe", "", which="unknown"),
    Visit("open-link", ""),
    Visit("kiosk", ""),
    Visit("embedded", "", "?score=3"),
    Visit("widget", ""),
    Visit("customer", ""),
    Visit("customer", "", which="eventful's own"),
    Visit("customer", "", which="recovered's own"),
    Visit("customer", "", which="unknown"),
    Visit("customer-solved", "", "?not_solved", "recovered's own"),
    Visit("customer-data", ""),
    Visit("thanks", ""),
)

#: Opened together, by one browser that changes hands.
ROUNDS = {
    "daily work": DAILY_WORK, "programme": PROGRAMME, "setup": SETUP, "ways in": WAYS_IN, "at the door": AT_THE_DOOR,
}  # fmt: skip

#: What answers a GET and is no page of ours, and why it is not looked at.
NO_PAGES = {
    "case-call-times": "a piece of a case, which that page puts into itself",
    "cases-news": "a piece of the inbox, which that page puts into itself",
    "cases-export": "a download",
    "report-file": "a download",
    "report-behind-file": "a download",
    "accounts-export": "a download",
    "customers-export": "a download",
    "wave-members": "a download",
    **dict.fromkeys(
        (
            "cases-workbook",
            "report-behind-workbook",
            "accounts-workbook",
            "customers-workbook",
            "wave-members-workbook",
        ),
        "a download",
    ),
    "import-result": "a download",
    "cases-take": "a step on what is ticked; by itself it leads to the inbox",
    "cases-hand-over": "a step on what is ticked; by itself it leads to the inbox",
    "cases-done": "leads to the inbox until something was done; looked at in `test_inbox.py`",
    "survey-link-contacts": "a download",
    "customer-copy": "a download",
    "data-request-copy": "a download",
    "customer-call": "a calendar file, once a call is booked",
    "calendar-feed": "a calendar file",
    "after-answer": "leads on to the customer's page, or to the thanks",
    "widget-eligible": "tells a script whether to show itself",
    "widget-script": "a script",
    "healthz": "read by machines",
    "metrics": "read by machines",
}
#: The API with Swagger's page about it, and Django's own pages for support: neither has our look.
NO_PAGES_BELOW = ("api-", "admin:")
