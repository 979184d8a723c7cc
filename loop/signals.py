"""How do the channels hear that something happened to a case?

`case_event_recorded` is sent after the commit, with keyword `event_id`, and only starts a task: the sweep of
`notifications` finds whatever this bell missed.
"""

from django.dispatch import Signal

case_event_recorded = Signal()
