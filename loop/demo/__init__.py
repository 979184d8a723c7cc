"""What does Loop look like in use? A believable Nordic company, made by living through its last year.

Nothing is written past the doors: answers come in through `record_response`, people take steps through `workflow`, the
clock ticks through `sweeping`. The same seed on the same day gives the same company.
"""

from loop.demo.company import DEMO_LOGINS, DEMO_PASSWORD
from loop.demo.year import seed

__all__ = ["DEMO_LOGINS", "DEMO_PASSWORD", "seed"]
