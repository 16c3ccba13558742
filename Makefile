# Two commands: `make run` and `make test`. Needs git, make and Python 3.11 or newer; Node comes from PyPI if missing.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
FRONT := oneplan/static/dist/.built
FRONT_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)
# npm's scripts must find Node first where it comes from the environment.
NPM = PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix frontend --no-audit --no-fund --loglevel=error
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run test lint bench docs lock build clean

help:  ## Say what can be made.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

run: .venv/run.stamp $(FRONT)  ## Install, prepare and serve on http://127.0.0.1:8000 (ONEPLAN_PORT, ONEPLAN_HOME).
	@exec $(BIN)/oneplan serve

test: .venv/dev.stamp $(FRONT)  ## Lint, types, contracts and the whole suite on SQLite and PostgreSQL.
	@$(PY) scripts/run_tests.py

lint: .venv/dev.stamp  ## Ruff, mypy and the import contracts.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/dev.stamp $(FRONT)  ## Every benchmark in order, and a table of their figures at the end.
	@$(PY) -m benchmarks

docs: .venv/run.stamp  ## Regenerate docs/roles.md.
	$(PY) scripts/make_docs.py

lock: .venv/dev.stamp  ## Pin and hash the dependencies (no registry addresses are written).
	@for name in requirements requirements-dev requirements-node; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; done

build: .venv/dev.stamp $(FRONT)  ## A wheel that carries the built front end.
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

clean:  ## Remove what was installed and built (the data folder stays).
	rm -rf .venv frontend/node_modules oneplan/static/dist build dist *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("OnePlan needs Python 3.11 or newer; this is %s." % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing OnePlan (once, and when requirements change)…"
	@test -f .venv/dev.stamp || $(BIN)/pip install --quiet --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable . 
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing OnePlan and what its tests need…"
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ .venv/run.stamp

.venv/node.stamp: requirements-node.txt | .venv/bin/python
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
	  && command -v npm >/dev/null \
	  || { echo "No Node 20.19 or newer found: taking it from PyPI…"; $(BIN)/pip install --quiet --require-hashes -r requirements-node.txt; }
	@touch $@

$(FRONT): $(FRONT_SOURCES) | .venv/node.stamp
	@echo "Building the front end…"
	@$(NPM) ci
	@$(NPM) run build
	@touch $@
