"""Which lists and single things are read by the API? Each is described in the module of what it is about."""

from loop.api.lists.answers import RESPONSES, SUSPECTS
from loop.api.lists.asking import PROGRAMME
from loop.api.lists.assignment import ASSIGNMENT_RULES, CONFLICTS
from loop.api.lists.customers import ACCOUNTS, CONTACTS
from loop.api.lists.data_requests import DATA_REQUESTS
from loop.api.lists.deadlines import CALENDARS, POLICIES, QUIET_HOURS
from loop.api.lists.following_up import GUIDES, MAIL_TEMPLATES, ROOT_CAUSES
from loop.api.lists.imports import IMPORTS
from loop.api.lists.people import PEOPLE, SAVED_VIEWS, TEAMS
from loop.api.lists.programme import COMPLAINTS, REPEATED, RULES, TRIGGERS
from loop.api.lists.promised import CALLS, PROMISES
from loop.api.lists.pulls import PULL_RUNS, PULLS
from loop.api.lists.sources import ARRIVALS, SOURCES
from loop.api.lists.surveys import LANGUAGES, SURVEY_LINKS, SURVEYS
from loop.api.lists.wave_members import MEMBERS
from loop.api.lists.waves import WAVES

# Other calls stand at the same address: their views take these in.
SHARED = (ACCOUNTS, CONTACTS, IMPORTS, RESPONSES)

LISTS = (
    SUSPECTS, PROMISES, CALLS, SURVEYS, SURVEY_LINKS, LANGUAGES, WAVES, MEMBERS, REPEATED, TRIGGERS, COMPLAINTS,
    PEOPLE, TEAMS, SAVED_VIEWS, POLICIES, CALENDARS, ASSIGNMENT_RULES, ROOT_CAUSES, GUIDES, MAIL_TEMPLATES, SOURCES,
    ARRIVALS, PULLS, PULL_RUNS, DATA_REQUESTS,
)  # fmt: skip

SINGLES = (PROGRAMME, RULES, QUIET_HOURS, CONFLICTS)
