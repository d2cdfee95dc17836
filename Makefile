# Every target sets up what it needs; `make help` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WAREHOUSE ?= src/data/build/warehouse.duckdb
SIGNING_KEY ?= src/data/build/handoff.key
PLATFORM := $(shell find src/data -path src/data/build -prune -o \( -name '*.py' -o -name '*.sql' -o -name '*.yml' \) ! -name demo_broken.py -print 2>/dev/null)

export SODA_CORE_TELEMETRY_ENABLED := false
export DO_NOT_TRACK := 1

.PHONY: help setup verify handoff demo-broken demo-audit test coverage mutants check check-code check-documents \
  format golden docs html bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Create .venv with the project and everything its tests and reference platform need

# pip alone is the fallback where uv cannot reach the index that pip is configured for
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -o '^uv==[0-9.]*' requirements.lock)"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -r requirements.lock \
	  || $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline -e . \
	  || $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(WAREHOUSE): $(READY) $(PLATFORM)
	$(BIN)/python src/data/build.py
	@touch $@

verify: $(WAREHOUSE) ## Build the reference warehouse and hold every contract against it: the merge gate
	$(BIN)/harness verify

# whatever fails is in the record's summary, which is printed either way; the checks behind it need a record that is complete
handoff: $(WAREHOUSE) $(SIGNING_KEY) ## Verify with evidence, write the hand-off record, count it again, and check the evidence
	HARNESS_SIGNING_KEY=$(SIGNING_KEY) $(BIN)/harness verify --attest > /dev/null || true
	HARNESS_SIGNING_KEY=$(SIGNING_KEY) $(BIN)/harness handoff --sign
	$(BIN)/harness handoff --check reports/latest/handoff.json --key $(SIGNING_KEY).pub
	$(BIN)/harness attest verify reports/latest/handoff.dsse.json --key $(SIGNING_KEY).pub \
	  --require-pass --not-older-than 1h --contract $$(find contracts -name '*.odcs.yaml')

$(SIGNING_KEY): | $(READY)
	mkdir -p $(@D)
	$(BIN)/harness attest keygen --output $@

demo-broken: $(WAREHOUSE) ## Corrupt a copy of the warehouse and show the failing verdict in reports/broken/
	$(BIN)/python src/data/demo_broken.py

demo-audit: $(READY) ## Replay a simulated year of the platform, an audit a day, in a minute
	$(BIN)/python src/data/demo_audit.py

test: $(WAREHOUSE) ## Run the tests on all cores
	$(BIN)/pytest -n auto --dist loadgroup

coverage: $(WAREHOUSE) ## Run the tests and say which branches they leave out; fails under 90 %
	$(BIN)/pytest -n auto --dist loadgroup --cov --cov-report=term

mutants: $(READY) ## Change what decides a verdict, one spot at a time, and list what no test notices (a quarter of an hour)
	$(BIN)/mutmut run
	$(BIN)/mutmut results

check: check-code check-documents ## Lint, types, layers, SQL style, stale generated docs and documents

check-code: $(READY) ## Of `check` what needs no warehouse
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar checks src/data/models
	$(BIN)/python -m harness.docs --check

# lineage is read from the SQL that dbt has compiled, so the documents need it to be built
check-documents: $(WAREHOUSE)
	$(BIN)/harness publish --check

format: $(READY) ## Rewrite the code in the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: $(READY) ## Rewrite the golden files of the tests; read the diff before you commit it
	GOLDEN=rewrite $(BIN)/pytest -n auto -q tests || true
	git status --short tests

docs: $(WAREHOUSE) ## Rewrite the generated pages of docs/, and the documents of the reference platform
	$(BIN)/python -m harness.docs
	$(BIN)/harness publish

html: ## Build the page of the HTML report from frontend/ (needs Node.js)
	cd frontend && npm ci --ignore-scripts && npm run check && npm run build

bench: $(READY) ## Measure start-up, lint and verification against hand-written SQL, Soda and datacontract-cli
	$(BIN)/python -m benchmarks

lock: $(READY) ## Resolve the dependencies anew into requirements.lock
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --upgrade --quiet -o requirements.lock

clean: ## Remove what the targets made, but not .venv
	rm -rf src/data/build reports/latest reports/broken mutants .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
