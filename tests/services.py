"""Do PostgreSQL and Redis answer, so that the second half of the suite can run?

`python -m tests.services DATABASE_URL REDIS_URL` exits with 0 when both do, else with 1 and a line that says why not.
"""

import sys

import psycopg
import redis


def missing(database_url: str, redis_url: str) -> str:
    """Return which service does not answer and why, or an empty text."""
    try:
        psycopg.connect(database_url.rpartition("/")[0] + "/postgres", connect_timeout=2).close()
        with redis.Redis.from_url(redis_url, socket_connect_timeout=2) as client:
            client.ping()
    except (psycopg.Error, redis.RedisError) as error:
        return " ".join(str(error).split())
    return ""


if __name__ == "__main__":
    if reason := missing(*sys.argv[1:3]):
        sys.exit(f"The half on PostgreSQL and Redis is left out: {reason}")
