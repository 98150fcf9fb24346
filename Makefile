# Careline. `make up` and `make test` are all that a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
RUN_STAMP := .venv/.run-ready
TEST_STAMP := .venv/.test-ready
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PYTEST := $(BIN)/pytest -q -n $(CORES) --dist loadscope
# A journey keeps a browser and a server busy: two at once need four cores.
JOURNEYS := $(shell echo $$(($(CORES) / 2 > 1 ? $(CORES) / 2 : 0)))
POINTS ?= 300
POLLS ?= 10000
MINUTES ?= 60
AGENTS ?= 100

.DEFAULT_GOAL := help
.PHONY: help up test check format lint types layers fast bench soak test-postgres test-browser test-crash test-live test-live-all test-faults test-torch lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

up: $(RUN_STAMP) ## install what is needed into .venv and run everything; prints the board's address
	@$(BIN)/careline up

test: $(TEST_STAMP) ## every test but browsers, torch and long crash runs; PostgreSQL where a server is found
	@$(BIN)/python -m tests.support.postgres
	@$(BIN)/python -m tests.support.openid_provider || true
	$(PYTEST) -m "not browser and not torch and not crash and not live" tests
	CARELINE_CRASH_POINTS=6 $(BIN)/pytest -q -m crash tests/crash

check: $(TEST_STAMP) format lint types layers fast ## format, lint, types, layers, fast tests: green at each commit

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

fast:
	$(PYTEST) -m "not browser and not torch and not crash and not live and not race and not postgres" tests

bench: $(TEST_STAMP) ## each figure beside its floor or peer from the same run; writes bench/results.json
	$(BIN)/python -m bench

soak: $(TEST_STAMP) ## everything running for a long while: memory, queues and counts stay flat
	$(BIN)/python -m bench.soak --minutes $(MINUTES) --agents $(AGENTS)

test-postgres: $(TEST_STAMP) ## the storage and desk tests on PostgreSQL; fails where none can be started
	CARELINE_REQUIRE_POSTGRES=1 $(PYTEST) -m "postgres and not crash" tests

test-browser: $(TEST_STAMP) ## journeys in a real Chromium (/usr/bin/chromium)
	$(BIN)/pytest -q -n $(JOURNEYS) --dist loadscope -m browser tests

test-crash: $(TEST_STAMP) ## kill -9 of each process at POINTS random points, on both databases
	CARELINE_CRASH_POINTS=$(POINTS) CARELINE_REQUIRE_POSTGRES=1 $(BIN)/pytest -q -m crash tests/crash

test-live: $(TEST_STAMP) ## against real servers on this machine: Prism and WordPress, installed into ~/.cache/careline-live
	$(BIN)/pytest -q -rs -m live tests/live/test_prism.py tests/live/test_wordpress.py

test-live-all: $(TEST_STAMP) ## the same with Bluesky, snac2 (Mastodon's API) and Misago too; a server that cannot be had says NOT RUN
	$(BIN)/pytest -q -rs -m live tests/live
	CARELINE_FAULT_POLLS=$(POLLS) $(PYTEST) tests/faults/test_polls.py

test-faults: $(TEST_STAMP) ## POLLS looks at every source over a server that fails at random; CARELINE_FAULT_SEED=17 repeats one
	CARELINE_FAULT_POLLS=$(POLLS) $(PYTEST) tests/faults

test-torch: $(TEST_STAMP) ## the huggingface engine on a small model that the test builds; needs torch
	@$(BIN)/python -c "import torch" 2>/dev/null || { echo "torch is missing. Install it:  $(BIN)/pip install torch==2.13.0"; exit 1; }
	$(BIN)/pytest -q -m torch tests

lock: $(TEST_STAMP) ## write both lock files anew from pyproject.toml
	$(BIN)/pip install -q "uv>=0.13,<0.14"
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url -c requirements.lock --extra bluesky --extra mastodon --extra postgres --extra train --extra dev pyproject.toml -o requirements-dev.lock

clean: ## remove the environment and what tools left; the data folder stays
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Careline needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Name another:  make up PYTHON=python3.12")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. On Debian and Ubuntu:  sudo apt-get install python3-venv"; exit 1; }
	@echo "Making the environment .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv

$(RUN_STAMP): requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing Careline into .venv (once, some minutes)"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(TEST_STAMP): requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "Installing Careline and its test tools into .venv (once, some minutes)"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@ $(RUN_STAMP)
