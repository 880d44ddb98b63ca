# The same commands serve people and CI. Everything is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo
WORKERS ?= 2
READY := $(BIN)/.installed

.PHONY: demo test test-browser test-postgresql test-long mutate lint types bench docs transcripts \
	clean

$(READY): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(READY)
	@sh examples/demo.sh $(BIN)/salescli $(DEMO)

test: lint types
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

# Pages in a real browser: Debian's chromium, or the one that SALESCLI_CHROMIUM names.
test-browser: $(READY)
	@sh tests/browser/install.sh $(BIN)/python
	$(BIN)/pytest tests/browser

# The dump in a real PostgreSQL, a server of its own for the test.
test-postgresql: $(READY)
	@sh tests/postgresql/install.sh
	$(BIN)/pytest tests/postgresql

test-long: $(READY) test-postgresql
	SALESCLI_TEST_SIZE=long $(BIN)/pytest -n $(WORKERS) --dist worksteal
	$(MAKE) mutate

# Changes the figures one small thing at a time; fails if no test notices and tests/mutants.md
# doesn't say why. MODULES="funnel forecast" tries those alone.
mutate: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutate]'
	$(BIN)/python tests/mutants.py --children $(WORKERS) $(MODULES)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python benchmarks/run.py

docs: $(READY)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/pictures.py

# Writes what commands put out now into the documents that show it; then look at the diff.
transcripts: $(READY)
	SALESCLI_UPDATE_TRANSCRIPTS=1 $(BIN)/pytest -k "told_like_this or document"
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) $(DEMO) build dist mutants *.egg-info
