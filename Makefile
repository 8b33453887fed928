# What a person types here. Everything lives in .venv of this checkout and needs
# only make, a POSIX shell and Python 3.11 or newer with venv and pip.
#
#   make demo    a simulated city through the whole hub     ARGS="--days 3 --home /tmp/x"
#   make test    every test                                 ARGS="tests/unit"
#                HUB_THOROUGH=1: all random towns, kills and orders, not a share of them
#   make lint    style, types, definitions, generated docs
#   make blackbox  servers of others, for the tests that meet them
#   make bench   measure again what the decisions rest on
#   make docs    write the generated reference again
#   make dev     Dagster's pages for the hub in .hub      ARGS="--port 3100"
#                A small demo city is made where there is none; Ctrl-C ends it all
#   make bundle  dist/hub-bundle-*.tar.gz: installs where there is no internet
#   make clean   remove .venv and caches; never .hub, which holds data

BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps
PYTHON ?= python3.13 python3.12 python3.11 python3
# One more than there are cores: a worker often waits for a process that it started.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
HUB_HOME ?= .hub

.PHONY: demo test blackbox lint bench docs dev bundle try-bundle install clean

# A big city's days, as many as a minute holds; `hub demo` by itself has more days.
demo: install
	@$(BIN)/hub demo $(or $(ARGS),--issues 10000 --days 2)

# One file stays on one worker, so that a file's costly fixtures are made once. Files
# come in their order: the costly ones are not of the last folders.
test: install
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# Packages that are not in the lock may not move those that are.
blackbox: install
	@sed -n 's/^\([^ ]*==[^ ]*\) .*/\1/p' requirements.lock > .venv/locked.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check \
	    -c .venv/locked.txt -e '.[blackbox]'

lint: install
	@echo "ruff check"; $(BIN)/ruff check .
	@echo "ruff format"; $(BIN)/ruff format --check .
	@echo "mypy"; $(BIN)/mypy
	@echo "dagster definitions"; \
	    $(BIN)/dagster definitions validate -w workspace.yaml --log-level warning
	@echo "generated docs"; $(BIN)/hub docs --check

bench: install
	@$(BIN)/python -m benchmarks $(ARGS)

docs: install
	@$(BIN)/hub docs
	@$(BIN)/python tests/support/shown_output.py
	@PYTHONPATH=tests $(BIN)/python -m support.walked_page
	@$(BIN)/python deploy/production.py

# One process: the demo city if there is no hub yet, its partners, Dagster's pages.
dev: install
	@exec $(BIN)/hub --home "$(HUB_HOME)" dev $(ARGS)

# What production needs of the lock is found anew, so that no bundle is behind it.
bundle: install
	@$(BIN)/python deploy/production.py
	@$(BIN)/python deploy/bundle.py $(ARGS)

# Made anew, installed without any index and run, in a network without a way out.
try-bundle: install
	@HUB_THOROUGH=1 $(BIN)/pytest tests/integration/deploy/test_bundle.py

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info

install: .venv/hub-installed

# A changed lock makes a new environment, so that nothing of the old one is left.
.venv/lock-installed: requirements.lock
	@set -e; \
	for found in $(PYTHON); do \
	    if "$$found" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	        >/dev/null 2>&1; then break; fi; \
	    found=; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "The hub needs Python 3.11 or newer with venv and pip, and none was" \
	        "found: install one, or name it, as in make PYTHON=/path/to/python3.12 test" >&2; \
	    exit 1; \
	fi; \
	echo "making .venv with $$("$$found" --version)"; \
	rm -rf .venv; \
	"$$found" -m venv .venv; \
	echo "installing the locked packages (about a minute)"; \
	$(PIP) --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

.venv/hub-installed: .venv/lock-installed pyproject.toml
	@echo "installing the hub"
	@$(PIP) --no-build-isolation -e .
	@touch $@
