# The same commands serve people and CI. Everything is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo

.PHONY: demo test test-long lint types bench docs clean

$(BIN)/.installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

demo: $(BIN)/.installed
	@sh examples/demo.sh $(BIN)/salescli $(DEMO)

test: lint types
	$(BIN)/pytest -n 2

test-long: $(BIN)/.installed
	SALESCLI_TEST_SIZE=long $(BIN)/pytest -n 2

lint: $(BIN)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(BIN)/.installed
	$(BIN)/mypy

bench: $(BIN)/.installed
	$(BIN)/python benchmarks/run.py

docs: $(BIN)/.installed
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) $(DEMO) build dist *.egg-info
