# Everything starts here: Python 3.11 or later, Node 20 or later, make and git are all a machine needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
JS := src/canvas_widget/js
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
PYTEST := $(PY) -m pytest
# A red test runs again, twice at most, and is listed as RERUN: real browsers and servers share a machine with who knows what.
# So many workers on two cores: the tests wait for servers, kernels and browsers more than they compute.
WORKERS := -n 3 --dist loadfile
# No test takes so many seconds on the slowest machine: one that waits for ever is red, and runs again too.
PATIENCE := --timeout 400
AGAIN := --reruns 2 $(PATIENCE)
# What is red after that runs once more in a process of its own: a second try beside what the first left proves little.
ALONE := $(PATIENCE) --last-failed --last-failed-no-failures none --maxfail 5
# No tool asks anything or looks for its own updates.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup build demo lab test test-python test-js test-notebooks check check-js check-python format generate notebooks lock soak bench peers marimo pictures clean

help: ## these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- what a machine needs -------------------------------------------------------------------------

$(VENV)/.packages: requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later was not found: install it, or name it with make PYTHON=…"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing the Python packages of requirements.lock into $(VENV)"
	@$(PY) -m pip install -qq --no-deps --requirement requirements.lock
	@touch $@

# What an installation copies out of the tree is copied anew when it changed.
$(VENV)/.installed: $(VENV)/.packages pyproject.toml hatch_build.py $(wildcard $(JS)/src/lab/*.ts jupyter-config/*/*)
	@command -v npm >/dev/null || { echo "npm was not found: install Node 20 or later, then try again."; exit 1; }
	@echo "Building the front end and installing canvas_widget into $(VENV)"
	@$(PY) hatch_build.py
	@$(PY) -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.installed build ## .venv, the packages of the lock files, the bundle

build: $(VENV)/.packages ## the front end's bundle, when its sources changed
	@$(PY) hatch_build.py

$(VENV)/.browser: $(VENV)/.packages scripts/browser.py
	@$(PY) scripts/browser.py --install
	@touch $@

# --- for users ------------------------------------------------------------------------------------

demo: setup ## run the quickstart on real data, print its answers, write its picture and page
	@$(PY) scripts/demo.py

lab: setup ## open JupyterLab on the quickstart
	@$(PY) -m jupyterlab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/quickstart.ipynb

# --- for developers -------------------------------------------------------------------------------

test: setup $(VENV)/.browser ## every test: JavaScript, notebooks, Python, real browser
	@$(MAKE) --no-print-directory -j 2 --output-sync=target test-js test-notebooks
	@$(MAKE) --no-print-directory test-python

test-js: setup $(VENV)/.browser
	@$(PY) hatch_build.py --modules
	@cd $(JS) && CHROMIUM_PATH="$$(../../../$(PY) ../../../scripts/browser.py)" npm run --silent test

test-notebooks: setup
	@$(PY) scripts/validate.py notebooks/*.ipynb
	@$(PY) scripts/validate.py notebooks/*.ipynb

test-python: setup $(VENV)/.browser
	@$(PYTEST) $(AGAIN) $(WORKERS) tests/e2e || $(PYTEST) $(ALONE) tests/e2e
	@$(PYTEST) $(AGAIN) $(WORKERS) tests --ignore tests/e2e || $(PYTEST) $(ALONE) tests --ignore tests/e2e

check: setup ## formatting, lint, types, layer rule, generated files up to date
	@$(MAKE) --no-print-directory -j 2 --output-sync=target check-js check-python

check-js: setup
	@$(PY) hatch_build.py --modules
	@cd $(JS) && npm run --silent check

check-python: setup
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(PYTEST) --quiet tests/test_layers.py
	@$(PY) scripts/generate.py --check
	@$(PY) -m canvas_widget.command check --strict notebooks/*.ipynb

format: setup ## format and fix what can be fixed
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .
	@cd $(JS) && npm run --silent format

generate: setup ## write the generated files (they are committed)
	@$(PY) scripts/generate.py

notebooks: setup ## run the notebooks and save their outputs, which the tests compare
	@$(PY) scripts/record.py
	@$(PY) scripts/execute.py notebooks/*.ipynb

lock: $(VENV)/.packages ## write requirements.lock anew from pyproject.toml
	@$(PY) scripts/lock.py

soak: setup $(VENV)/.browser ## the long counts of the fuzz, convergence and mutation tests
	@CANVAS_WIDGET_SOAK=1 $(PYTEST) $(WORKERS) tests --ignore tests/e2e
	@cd $(JS) && CANVAS_WIDGET_SOAK=1 npm run --silent test

bench: setup $(VENV)/.browser ## the benchmarks beside their peers, a table at the end (ARGS=--write: into docs/; NL2VIS=folder: the offline model alone)
	@$(if $(NL2VIS),$(PY) benchmarks/nl2vis.py --all --data "$(NL2VIS)" $(ARGS),$(PY) -m bench $(ARGS))

build/peers/.installed: bench/peers.txt
	@$(PY) -m venv build/peers
	@build/peers/bin/python -m pip install -qq --upgrade --requirement $<
	@touch $@

peers: $(VENV)/.packages build/peers/.installed ## install what the benchmarks are measured against; `make bench` then uses it

build/marimo/.installed: tests/e2e/marimo.txt $(VENV)/.packages
	@$(PY) -m pip install -qq --no-deps --upgrade --target build/marimo --requirement $<
	@touch $@

marimo: setup $(VENV)/.browser build/marimo/.installed ## the canvas in marimo, which lies in a folder of its own
	@PYTHONPATH=build/marimo $(PYTEST) tests/e2e/marimo_host.py

pictures: setup $(VENV)/.browser ## take the pictures of the README and of docs/ anew
	@$(PY) scripts/chart_pictures.py
	@$(PY) scripts/diff_picture.py
	@$(PY) scripts/interface_pictures.py
	@$(PY) scripts/page_pictures.py
	@CANVAS_WIDGET_PICTURES=docs/images $(PYTEST) --quiet tests/e2e/test_story.py tests/e2e/test_data.py \
		-k "dark_theme or opens_to_its_rows"

clean: ## remove everything that the other targets made
	rm -rf $(VENV) build dist $(JS)/node_modules src/canvas_widget/static .pytest_cache .mypy_cache .ruff_cache .hypothesis
