# Two commands for a fresh machine: make review, make test. Everything lives in .venv.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: review test check bench clean

review: .venv/ready ## run the weekly review on the sample and say where its index is
	$(BIN)/saypro run

test: .venv/test-ready ## lint, types, floors and all tests, Chromium included
	$(MAKE) --no-print-directory check
	tools/ensure-chromium
	$(BIN)/pytest -n auto

check: .venv/test-ready ## the quick part: seconds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: .venv/test-ready ## the claims of docs/, measured again; needs the reference data in ../shared/golden
	$(BIN)/python benchmarks/signals.py ../shared/golden/signals/inputs.csv.gz outputs/benchmarks

clean: ## remove what can be built again
	rm -rf .venv outputs

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/test-ready: .venv/ready
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@
