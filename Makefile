# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
# Both environments are made from hash-locked requirements, once, and again when a lock changes.

PYTHON ?= python3
DEV := .venv
DEMO := .venv-demo
DEV_READY := $(DEV)/locked-$(shell cat requirements/dev.txt requirements/runtime.txt | cksum | cut -d ' ' -f 1)
DEMO_READY := $(DEMO)/locked-$(shell cat requirements/runtime.txt requirements/build.txt | cksum | cut -d ' ' -f 1)
RUN := $(DEV)/bin/python -m
TESTS := $(RUN) pytest -n 2
SWEEP_SECONDS ?= 3600

PIP := bin/python -m pip --disable-pip-version-check --no-input
LOCKED := -qq --require-hashes
PROJECT := install -qq --no-deps --no-build-isolation --editable .
COMPILE := $(DEV)/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check sweep bench golden lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(DEMO)/project ## Order a sample file from the built-in sandbox and say where the report is
	@# 1 is the story that the demo tells: some orders must be corrected.
	@$(DEMO)/bin/order-loader demo || test $$? -eq 1

test: $(DEV)/project ## Run the whole suite, with full branch coverage of core and schemas
	@$(TESTS) --cov

check: $(DEV)/project ## Lint, format, types, import layers, dependencies, known vulnerabilities
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(DEV)/bin/lint-imports
	$(DEV)/bin/deptry .
	$(RUN) tests.house.audit

sweep: $(DEV)/project ## Draw many more random examples; then the long proof, an hour at most
	@$(TESTS) --hypothesis-profile=sweep
	@$(RUN) tests.proof --seconds $(SWEEP_SECONDS)

bench: $(DEV)/project ## Measure speed and memory
	@$(RUN) tests.bench

golden: $(DEV)/project ## Write the golden files anew; read their diff before committing it
	@$(RUN) tests.golden.regenerate

lock: $(DEV)/project ## Compile requirements/*.txt from pyproject.toml (UPGRADE=--upgrade: newest)
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) --constraint requirements/runtime.txt pyproject.toml --group dev \
		--output-file requirements/dev.txt
	$(COMPILE) --constraint requirements/runtime.txt --group build \
		--output-file requirements/build.txt

clean: ## Remove environments, caches and build results; reports stay
	rm -rf $(DEV) $(DEMO) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------ environments
# The stamp of an environment bears the checksum of its locks: other locks, another stamp. It is
# written last, so that a broken installation is made anew from the start.
define environment
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'This needs Python 3.11 or newer with its venv module (Debian: python3-venv).'; \
		echo 'Name another one like this: make $(MAKECMDGOALS) PYTHON=python3.12'; \
		exit 1; }
	@echo 'Making $(@D) with all it needs; once, a minute or two.'
	@$(PYTHON) -m venv --clear $(@D)
endef

$(DEV_READY):
	$(environment)
	@$(DEV)/$(PIP) install $(LOCKED) -r requirements/dev.txt
	@# A test installs the built wheel into an environment of its own, offline, from these.
	@$(DEV)/$(PIP) download $(LOCKED) --only-binary :all: -r requirements/runtime.txt -d $(DEV)/wheels
	@touch $@

$(DEMO_READY):
	$(environment)
	@$(DEMO)/$(PIP) install $(LOCKED) -r requirements/runtime.txt -r requirements/build.txt
	@touch $@

$(DEV)/project: $(DEV_READY) pyproject.toml
	@$(DEV)/$(PIP) $(PROJECT)
	@touch $@

$(DEMO)/project: $(DEMO_READY) pyproject.toml
	@$(DEMO)/$(PIP) $(PROJECT)
	@touch $@
