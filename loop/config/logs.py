"""What does a log line look like, and what may never stand in it?

One line per event, `key=value`, for people and for any log store. Links to a survey, a case page or an unsubscribe page
are passwords for one customer, those of mails to colleagues and of calendars for one of us, so their tokens are masked
wherever they turn up.
"""

import re
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

PROBES = frozenset({"GET /healthz", "HEAD /healthz", "GET /metrics"})
#: Of links in mails and of widgets all that follows: it says who, and is signed. Behind the key of a survey tool's
#: address its secret may follow.
TOKEN = re.compile(
    r"(/(?:[cklmostuw]|in|calendar)/|/password/|/me/reports/stop/)"
    r"(?:(?<=/[lw]/)[^\s\"'<>]{8,}|(?<=/in/)[^\s\"'<>]{8,}|(?<=/password/)[\w-]+/[\w-]+|[A-Za-z0-9_\-:.~%]{8,})"
)


def mask_tokens(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the token in every link to a customer's page by `***`."""
    return {key: TOKEN.sub(r"\1***", value) if isinstance(value, str) else value for key, value in event.items()}


def drop_probes(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out requests that only ask whether all is well, and hear that it is."""
    if event.get("request") in PROBES and event.get("code") == 200:
        raise structlog.DropEvent
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(level: str) -> dict[str, Any]:
    """Return Django's LOGGING setting and set structlog up to write through it."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            drop_probes,
            mask_tokens,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    mask_tokens,
                    structlog.processors.LogfmtRenderer(
                        key_order=["timestamp", "level", "logger", "event"], bool_as_flag=False
                    ),
                ],
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # django-structlog writes one line per request; these would say it again.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": False},
            # Eight jobs tick several times a minute.
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
