# Redress: `make run` starts it, `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
PYTHON3 ?= python3
PY := .venv/bin/python
export PYTHONDONTWRITEBYTECODE ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check fix bench walk lock messages pg-start pg-stop

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /make \1\t/' | expand -t 16

setup:  ## virtual environment, locked requirements, catalogues, secret key
	@$(PYTHON3) -m config.bootstrap

setup-dev:  ## the same with the tools of tests and checks
	@$(PYTHON3) -m config.bootstrap --dev

lock: setup-dev  ## remake the two requirement locks from pyproject.toml
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
	  pyproject.toml -o requirements.lock $(LOCK_OPTIONS)
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
	  --group dev -c requirements.lock -o requirements-dev.lock $(LOCK_OPTIONS)

pg-start: setup  ## start the private PostgreSQL alone
	@$(PY) -m config.postgres start

pg-stop:  ## stop the private PostgreSQL
	@$(PY) -m config.postgres stop

run: setup  ## start everything: database, web server, worker; Ctrl-C stops it
	@$(PY) manage.py serve
