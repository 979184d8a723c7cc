# The commands of Loop. A bare `make` says what there is; only python3 (3.11 or newer), make and git are needed.

PYTHON ?= python3
UV_VERSION = 0.13.9
BIN = .venv/bin
LANGUAGES = sv nb da fi
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/loop
TEST_REDIS_URL ?= redis://127.0.0.1:6379
PYTEST = $(BIN)/python -m pytest -n 2

export UV_PYTHON_DOWNLOADS = never
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help setup run test check prove bench lock migrations messages screenshots
.DELETE_ON_ERROR:

help:
	@echo "make setup        virtual environment from the locked requirements, translations"
	@echo "make run          the product with demo data on http://127.0.0.1:8000 (PORT= picks another port)"
	@echo "make test         the whole test suite; a second time on PostgreSQL and Redis where they answer (ALL=1: there too what is the same on both)"
	@echo "make check        style, types, imports, migrations, templates, translations, settings"
	@echo "make prove        attacks on the product, each with its guard out and in; QUICK=1 in minutes, ONLY=\"E1 R2\" some of them"
	@echo "make bench        how fast it is, against what the machine can do; QUICK=1 small sizes, ONLY=\"pages\" some areas"
	@echo "make lock         write requirements*.txt anew from requirements*.in"
	@echo "make migrations   write migrations for changed models"
	@echo "make messages     collect the texts to translate into locale/"
	@echo "make screenshots  take the pictures of the README anew"

setup: .venv/runtime .venv/messages

run: setup
	@exec $(BIN)/python manage.py serve --with-parent

# A failing first half stops the run: the last line on the screen is always pytest's own verdict.
test: .venv/development .venv/messages
	@if [ "$$LOOP_REQUIRE_SERVICES" = 1 ] || $(BIN)/python -m tests.services $(TEST_DATABASE_URL) $(TEST_REDIS_URL); \
		then both=1; fi; \
	echo "== on SQLite and the embedded broker"; \
	env -u DATABASE_URL -u REDIS_URL $(PYTEST) || exit 1; \
	if [ -n "$$both" ]; then \
		echo "== on PostgreSQL and Redis"; \
		DATABASE_URL=$(TEST_DATABASE_URL) REDIS_URL=$(TEST_REDIS_URL) $(PYTEST) $(if $(ALL),,-m "not once") || exit 1; \
	fi

check: export DJANGO_SETTINGS_MODULE = tests.settings
check: .venv/development .venv/messages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run
	@# Against the last release: only there can a migration meet running code and tables that are full.
	@if tag=$$(git describe --tags --abbrev=0 2>/dev/null); then \
		$(BIN)/python manage.py lintmigrations --no-cache --quiet ok --git-commit-id "$$tag"; fi
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m tests.translations
	LOOP_HOME=$$(mktemp -d) LOOP_ENV_FILE=/dev/null DEBUG=0 BASE_URL=https://loop.example.com \
		SECRET_KEY=only-to-see-whether-production-would-start-with-these-settings \
		DJANGO_SETTINGS_MODULE=loop.config.settings $(BIN)/python manage.py check --deploy --fail-level WARNING

prove: .venv/development .venv/messages
	@TEST_DATABASE_URL=$(TEST_DATABASE_URL) $(BIN)/python -m tests.prove $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(SEED),--seed $(SEED))

bench: .venv/development .venv/messages
	@TEST_DATABASE_URL=$(TEST_DATABASE_URL) $(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

LOCK = uv pip compile --quiet --upgrade --generate-hashes --universal --fork-strategy fewest --python-version 3.11 \
	--custom-compile-command "make lock"
lock:
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt

# With the settings of the tests, which note the last migration of each app: two branches that add one then conflict.
migrations: .venv/development
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations

messages: .venv/runtime
	$(BIN)/python manage.py makemessages --no-obsolete --no-location $(LANGUAGES:%=-l %) -i .venv -i var -i tests

screenshots: .venv/development .venv/messages
	$(BIN)/python -m tests.browser.screenshots

# -- Steps of the set-up; each leaves a file behind and is done again when what it depends on has changed -------------

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Loop needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Could not make .venv (on Debian: apt-get install python3-venv)" >&2; rm -rf .venv; exit 1; }

# uv installs in seconds what takes pip a minute. It lives beside the packages, for it would take itself away.
.venv/uv: .venv/pyvenv.cfg
	@mkdir -p .venv/uv
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet --target .venv/uv uv==$(UV_VERSION) || \
		echo "No uv: pip installs the packages, which takes longer." >&2

INSTALL = PATH="$$PATH:$$PWD/.venv/uv/bin"; \
	if command -v uv >/dev/null; then uv pip sync --quiet --compile-bytecode --python $(BIN)/python $(1); \
	else $(BIN)/python -m pip install --quiet --require-hashes -r $(1); fi

.venv/runtime: requirements.txt | .venv/uv
	@echo "Installing the packages of requirements.txt ..."
	@$(call INSTALL,requirements.txt)
	@touch $@

.venv/development: requirements-dev.txt .venv/runtime
	@echo "Installing the packages of requirements-dev.txt ..."
	@$(call INSTALL,requirements-dev.txt)
	@touch $@

# pybabel, since a bare machine has no msgfmt.
CATALOGS = $(wildcard locale/*/LC_MESSAGES/django.po)
.venv/messages: $(CATALOGS) | .venv/runtime
	@$(if $(CATALOGS),$(BIN)/pybabel --quiet compile --domain django --directory locale,true)
	@touch $@
