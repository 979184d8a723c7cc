#!/usr/bin/env python3
"""Run a management command of Loop."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loop.config.settings")
    try:
        execute_from_command_line(sys.argv)
    except SystemExit as stop:
        # argparse says 2 when the words of a command are off; what calls us tells success from failure only.
        sys.exit(1 if stop.code == 2 else stop.code)


if __name__ == "__main__":
    main()
