"""How does the rest of Loop hear what happened here?

Each signal is sent inside the transaction that stores what it tells of, with the keyword `now` (aware UTC). A receiver
that fails must not undo it: it catches its own errors, and the sweep finds what it left.

- `response_recorded`: an answer came in. Keywords `response` and `revised` (whether a standing answer was corrected). A
  new one is stored as decided about (`triaged_at` is set): a receiver that leaves it undecided empties that of the
  object, and it is emptied in the database afterwards. A corrected one has it empty until it is decided about.
- `responses_recorded`: many answers came in at once, each new and without an invitation. Keyword `responses`, in the
  order they were told. It is sent instead of `response_recorded`, and they are stored like a new one of that.
- `response_retracted`: what a response said since `since` was taken back, for a machine said it. Keywords `response`
  and `since`. What is left undecided has `triaged_at` empty.
- `answer_arrived`: a survey tool told of answers, which wait to be read. Keyword `source`.
- `wave_approved`: a survey will be sent to many. Keyword `wave`. What is left unscheduled has `scheduled_at` empty.
- `wave_scheduled`: everybody in a wave has a time. Keyword `wave`. `announced_at` is empty until owners were told.
"""

from django.dispatch import Signal

response_recorded = Signal()
responses_recorded = Signal()
response_retracted = Signal()
answer_arrived = Signal()
wave_approved = Signal()
wave_scheduled = Signal()
