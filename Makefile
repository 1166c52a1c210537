# Đúng Hẹn. Every target sets itself up first: nothing but Python 3.11+ and make is needed (uv is used when it is there).

.DEFAULT_GOAL := help
.PHONY: help install lock fmt lint types imports test property contracts e2e coverage check crashes chaos security demo serve-demo screenshots up down oracle-1m clean

# The first Python on the path that is new enough; or name one: make PYTHON=python3.13 install
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)
UV ?= $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
INSTALLED := .venv/.installed
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

# make test T=tests/domain ARGS="-k pause --pdb"
T ?= tests
ARGS ?=
# The tests by which every branch of the core is taken: about it, or next to it. The others take some of them once more.
COVERING := $(addprefix tests/,domain projections consumers contracts $(addprefix infra/,importers intake log \
	http/test_commands.py running/test_settings.py))
# All cores; the tests of one group (a published situation, say) share what they have built, in one process, and the groups begin
# in the order of collection: the longest first.
PYTEST := $(BIN)/pytest -n auto --dist loadgroup --no-loadscope-reorder

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(INSTALLED) ## .venv with the locked dependencies and the command .venv/bin/dunghen

$(INSTALLED): requirements/dev.txt pyproject.toml
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { echo >&2 "Python 3.11 or newer is needed$(if $(PYTHON),: $(PYTHON) is not).\
	 Name one: make PYTHON=python3.12 install"; exit 1; }
	@$(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null || rm -rf .venv
	@$(if $(UV),$(MAKE) --no-print-directory .install-uv ||) $(MAKE) --no-print-directory .install-pip
	@touch $@

.PHONY: .install-uv .install-pip
.install-uv:
	@test -x $(BIN)/python || $(UV) venv --quiet --python "$(PYTHON)" .venv
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .

# The lock is complete: without --no-deps an older pip looks for a newer version of what a locked package asks for.
.install-pip:
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .

lock: ## requirements/*.txt anew from pyproject.toml (needs uv; UPGRADE=1 takes newer versions)
	$(COMPILE) $(if $(UPGRADE),--upgrade) --group dev pyproject.toml -o requirements/dev.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt pyproject.toml -o requirements/run.txt

fmt: $(INSTALLED) ## format, and repair what ruff can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lint: $(INSTALLED) ## ruff: rules and format
	$(BIN)/ruff check .; checked=$$?; $(BIN)/ruff format --check . && exit $$checked

types: $(INSTALLED) ## mypy, strict
	$(BIN)/mypy

imports: $(INSTALLED) ## import contracts
	$(BIN)/lint-imports

test: $(INSTALLED) ## every test (T=path ARGS=options for some; CI=1: no server, no browser is a failure)
	$(PYTEST) $(T) $(ARGS)

property: $(INSTALLED) ## the laws on many more generated examples than make test takes
	HYPOTHESIS_PROFILE=more $(PYTEST) -m property --timeout 3600 $(T) $(ARGS)

contracts: $(INSTALLED) ## the suites that every implementation of a role must pass
	$(PYTEST) -m contracts $(T) $(ARGS)

e2e: $(INSTALLED) ## through the command line, in processes of their own
	$(PYTEST) -m e2e $(T) $(ARGS)

coverage: $(INSTALLED) ## branch coverage of domain, projections and consumers
	$(PYTEST) -m "not e2e and not slow" --cov --cov-report term --cov-report html --quiet \
	$(if $(filter file,$(origin T)),$(COVERING),$(T)) $(ARGS)

check: lint types imports test coverage ## what .ci/run runs

security: $(INSTALLED) ## bandit over the code, pip-audit over the lock (skipped, with the reason, where its source cannot be reached)
	$(BIN)/python -m tests.support.security

demo: $(INSTALLED) ## five published situations through the real import (FULL=1: all at full size)
	$(BIN)/python -m tests.scenarios.demo $(if $(FULL),--full)

serve-demo: $(INSTALLED) ## the five situations on pages, at http://127.0.0.1:8000/ (PORT=n for another)
	$(BIN)/python -m tests.scenarios.serving --port $(or $(PORT),8000)

screenshots: $(INSTALLED) ## docs/screens/*.png anew (needs Chromium)
	$(BIN)/python -m tests.scenarios.screens

crashes: $(INSTALLED) ## of make test: processes that die at each step of a fact's way, and a short run of chaos
	$(BIN)/pytest -m chaos $(T) $(ARGS)

chaos: $(INSTALLED) ## real servers and processes, disturbed at random: SEED=n FAULTS=n EVENTS=n
	$(BIN)/python -m tests.chaos --seed $(or $(SEED),1) --faults $(or $(FAULTS),100) --events $(or $(EVENTS),20000)

up: $(INSTALLED) ## the whole product in the background, without Docker, data in .dev/; prints what to export
	@$(BIN)/python -m tests.support.product up

down: $(INSTALLED) ## end what make up started; its data stays
	@$(BIN)/python -m tests.support.product down

oracle-1m: $(INSTALLED) ## the engine against the naive calculator on a million random histories (SEED=n for others)
	$(BIN)/python -m tests.oracle.compare --histories 1000000 --seed $(or $(SEED),1)

clean: ## all that can be made again, .venv included
	@test ! -d .dev || $(BIN)/python -m tests.support.product down
	rm -rf .venv .demo .coverage* htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
