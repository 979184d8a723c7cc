"""How do the channels hear that something happened to a case, or that a customer's data goes?

`case_event_recorded` is sent once after a commit, with the first of its events as keyword `event_id`, and only starts a
task: the sweep of `notifications` finds whatever this bell missed. `case_events_recorded`, without an id, is sent
instead where many were recorded at once. `customer_erased` is sent inside the transaction that takes the data out, with
`contact` (as it was, or None), `cases`, `words` (names and addresses that must be found nowhere) and `now`; a receiver
that fails undoes all of it, so that nothing is half erased. `customer_was_erased` is sent after that commit.
"""

from django.dispatch import Signal

case_event_recorded = Signal()
case_events_recorded = Signal()
customer_erased = Signal()
customer_was_erased = Signal()
