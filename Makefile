# Two commands for a fresh machine: make review, make test. Everything lives in .venv.
PYTHON ?= python3
REFERENCE ?= reference
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: review test test-spark check coverage bench clean

review: .venv/ready ## run the weekly review on the sample and say where its index is
	$(BIN)/saypro run

test: .venv/test-ready ## lint, types, floors and all tests, Chromium and PostgreSQL included
	$(MAKE) --no-print-directory check
	tools/ensure-chromium
	tools/ensure-postgresql
	$(BIN)/pytest -n auto

test-spark: .venv/spark-ready ## the same records in a real Spark give the same numbers; installs Java and Spark
	tools/ensure-java
	$(BIN)/pytest -n 0 -m spark tests/keep/test_engines.py

check: .venv/test-ready ## the quick part: seconds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -q -n 0 tests/notebooks/test_style.py tests/test_one_way_to_html.py tests/test_docs.py tests/test_examples.py

coverage: .venv/test-ready ## which branches of saypro_nb/review do the tests of tests/review not take? none may be left
	mkdir -p outputs
	$(BIN)/coverage run -m pytest -q -n 0 tests/review
	$(BIN)/coverage report

bench: .venv/test-ready ## measure the methods again: make bench REFERENCE=folder of reference cases
	mkdir -p outputs/benchmarks
	$(BIN)/python benchmarks/signals.py $(REFERENCE)/signals/inputs.csv.gz outputs/benchmarks
	$(BIN)/python benchmarks/gaps.py $(REFERENCE)/gaps outputs/benchmarks/gaps.csv
	$(BIN)/python benchmarks/causes.py $(REFERENCE)/causes/cases.json outputs/benchmarks/causes.json
	$(BIN)/python benchmarks/drivers.py $(REFERENCE)/drivers/cases.json outputs/benchmarks/drivers.json
	$(BIN)/python benchmarks/effects.py $(REFERENCE)/effects outputs/benchmarks/effects.csv
	$(BIN)/python benchmarks/voices.py $(REFERENCE)/feedback/feedback.csv outputs/benchmarks/voices.csv
	$(BIN)/python benchmarks/voices.py
	$(BIN)/python benchmarks/batch.py . 50 200
	$(BIN)/python benchmarks/scale.py

clean: ## remove what can be built again
	rm -rf .venv outputs

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/test-ready: .venv/ready
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@

.venv/spark-ready: .venv/test-ready
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test,spark]'
	touch $@
