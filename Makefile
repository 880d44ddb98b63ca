# The same commands serve people and CI. Everything is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo
WORKERS ?= 2
READY := $(BIN)/.installed
# Tests write thousands of small files to disk and wait for each: in memory, where there is such a
# place, they take half the time.
MEMORY := $(shell test -w /dev/shm && echo TMPDIR=/dev/shm)

# What is compiled is kept, for the processes that tests start and for each worker.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test compiled test-browser test-postgresql test-long mutate lint types bench docs transcripts \
	clean

# What is imported is compiled then; compiling all of it would take a third of the time.
$(READY): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(READY)
	@sh examples/demo.sh $(BIN)/salescli $(DEMO)

test: lint types
	$(MEMORY) $(BIN)/pytest -n $(WORKERS) --dist worksteal

# Collecting the tests compiles them and all that they import.
compiled: $(READY)
	$(BIN)/pytest --collect-only --quiet >/dev/null

# Pages in a real browser: Debian's chromium, or the one that SALESCLI_CHROMIUM names.
test-browser: $(READY)
	@sh tests/browser/install.sh $(BIN)/python
	$(BIN)/pytest tests/browser

# The dump in a real PostgreSQL, a server of its own for the test.
test-postgresql: $(READY)
	@sh tests/postgresql/install.sh
	$(BIN)/pytest tests/postgresql

test-long: $(READY) test-postgresql
	$(MEMORY) SALESCLI_TEST_SIZE=long $(BIN)/pytest -n $(WORKERS) --dist worksteal
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
