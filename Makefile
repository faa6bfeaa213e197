# Redress: `make run` starts it, `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
PYTHON3 ?= python3
PY := .venv/bin/python
TEMPLATES := $(wildcard templates */templates)
COMPILE := .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"
MESSAGES := makemessages -l zh_Hans --no-location --no-wrap --no-obsolete -i .venv -i var -i tests
# As in production, for `check --deploy`; nothing is served or stored with these.
PRODUCTION := SITE_URL=https://redress.example ALLOWED_HOSTS=redress.example DEBUG=0 \
  SECRET_KEY=only-to-check-the-settings-with-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ
export PYTHONDONTWRITEBYTECODE ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test pictures check fix bench walk drill quarter lock messages pg-start pg-stop

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /make \1\t/' | expand -t 16

setup:  ## virtual environment, locked requirements, catalogues, secret key
	@$(PYTHON3) -m config.bootstrap

setup-dev:  ## the same with the tools of tests and checks
	@$(PYTHON3) -m config.bootstrap --dev

run: setup  ## start everything: database, web server, worker; Ctrl-C stops it
	@$(PY) manage.py serve

test: setup-dev  ## all tests, browser journeys included; T=tests/config picks some
	@$(PY) -m tests.browser
	@$(PY) -m pytest -n 2 --dist loadfile $(T)

pictures: setup-dev  ## take the pictures of the documents anew, by the browser journeys
	@$(PY) -m tests.browser
	@REDRESS_PICTURES=docs/pictures $(PY) -m pytest -q tests/journeys -k "from_the or agent or investigator"

check: setup-dev  ## style, types, import contracts, migrations, deployment, templates, catalogues
	.venv/bin/ruff check --output-format concise .
	.venv/bin/ruff format --check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports
	DATABASE_POOL=0 $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	.venv/bin/djlint --lint --quiet $(TEMPLATES)
	$(PY) -m config.catalogues --check
	$(PY) -m pytest -q tests/architecture

fix: setup-dev  ## put in order what ruff can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup  ## measure it beside a bare Django on CASES (200000) generated cases, in a folder of its own
	@$(PY) manage.py bench --cases "$(or $(CASES),200000)" --rounds "$(or $(ROUNDS),5)"

walk: setup  ## N real complaints of CORPUS through all ten steps, at URL or at a server of its own; CHANNELS=all: by every channel
	@$(PY) manage.py walk --corpus "$(CORPUS)" --count "$(or $(N),100)" $(if $(CHANNELS),--channels "$(CHANNELS)") $(if $(URL),--url "$(URL)")

drill: setup  ## kill, stop and fill up machines under load; say what was lost, doubled, how long it took. SECONDS_EACH=12 SCENES=web,disk
	@$(PY) manage.py drill --seconds "$(or $(SECONDS_EACH),12)" $(if $(SCENES),--scenes "$(SCENES)")

quarter: setup  ## a simulated quarter of CASES (2000): the scheduler's command killed and run twice at once; every rung once, on time. GRID=60
	@$(PY) manage.py quarter --cases "$(or $(CASES),2000)" --grid "$(or $(GRID),60)"

lock: setup-dev  ## remake the requirement locks from pyproject.toml; LOCK_OPTIONS=--upgrade for newer versions
	$(COMPILE) pyproject.toml -o requirements.lock $(LOCK_OPTIONS)
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock $(LOCK_OPTIONS)
	$(COMPILE) pyproject.toml --extra pdf -c requirements.lock -o requirements-pdf.lock $(LOCK_OPTIONS)

messages: setup-dev  ## bring new strings into the catalogues (needs gettext)
	@$(PY) manage.py $(MESSAGES)

pg-start: setup  ## start the private PostgreSQL alone
	@$(PY) -m config.postgres start

pg-stop:  ## stop the private PostgreSQL
	@$(PY) -m config.postgres stop
