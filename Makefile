# Everything here works on a machine with Python 3.11 or newer and make; the rest is fetched into ./.venv.
PYTHON ?= python3
UV := .venv/tool/bin/uv
READY := .venv/.ready
BIN := .venv/bin
NPM := server/tests/support/parts/npm server/tests/portal/typescript
NPM_PARTS := $(if $(shell command -v npm),$(NPM:%=%/node_modules/.package-lock.json))

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench contracts docs portal clean compiled-parts

help: ## What each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(READY) ## Start the platform on 127.0.0.1:8080 (HP_PORT) with a sandbox ready to use
	@$(BIN)/healthpartner run

test: $(READY) $(NPM_PARTS) compiled-parts ## Run every test, with real PostgreSQL and real queue parts
	@$(BIN)/pytest

check: $(READY) ## Lint, types, import directions, and that generated files are current
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.contracts --check
	@$(BIN)/python -m tools.docs --check

fix: $(READY) ## Mend what the linter and the formatter can mend
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: $(READY) ## Run every benchmark; each prints its ratio to its reference
	@$(UV) sync --frozen --quiet --inexact --all-extras --group bench
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

contracts: $(READY) ## Write contracts/ anew: OpenAPI document, error catalogue, event schemas
	@$(BIN)/python -m tools.contracts

docs: $(READY) ## Write the generated pages anew: configuration, dependencies
	@$(BIN)/python -m tools.docs

portal: $(READY) ## Write the documentation as a static site into build/portal, for the address path in BASE
	@$(BIN)/python -m tools.portal --base $(or $(BASE),/docs/) build/portal

clean: ## Remove the environment and caches; data in .data stays
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml uv.lock
	@echo "Making the environment in .venv (about a minute the first time)."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(UV) || { $(PYTHON) -m venv .venv/tool && .venv/tool/bin/pip install --quiet --disable-pip-version-check uv==0.13.9; }
	@VIRTUAL_ENV= $(UV) sync --frozen --quiet --all-extras --python $(BIN)/python
	@touch $@

# What tests need from npm; where there is none, those tests are skipped and say so.
%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@npm ci --prefix $* --ignore-scripts --no-audit --no-fund --silent && touch $@ \
		|| echo "$* could not be installed from npm: tests that need it are skipped."

# Queue parts that are compiled; the same holds where there is no compiler.
compiled-parts: $(READY)
	@VIRTUAL_ENV= $(UV) sync --frozen --quiet --inexact --all-extras --group parts --python $(BIN)/python 2>/dev/null \
		|| echo "The queue parts that need a C compiler could not be installed: tests that need them are skipped."
