"""How is one area measured? In this process, on the database of DATABASE_URL: `python -m tests.bench.one AREA quick`.

Prints each row as a line of JSON.
"""

import importlib
import json
import logging
import sys

import django

if __name__ == "__main__":
    django.setup()
    logging.disable(logging.WARNING)
    area = importlib.import_module(f"tests.bench.{sys.argv[1]}")
    for each in area.rows(quick=sys.argv[2] == "quick"):
        print(json.dumps(each), flush=True)
