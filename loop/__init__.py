"""Loop: follow up every unhappy customer, and see whether it helped."""

from loop.config.celery import app as celery_app

__all__ = ["celery_app"]
