# Two commands: `make run` takes the embedded reference server through the contract, `make test` passes our tests.
# The environment is made with --without-pip and filled from outside, since Debian's python3 has no ensurepip.

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
READY   = $(VENV)/.ready

.PHONY: run test prove mutants hostile example lint lock clean

run: $(READY)
	$(BIN)/keepcall run

test: $(READY) lint
	$(BIN)/pytest -n auto --dist worksteal tests

prove: $(READY)
	$(BIN)/keepcall prove

mutants: $(VENV)/.mutation    ## or of some functions, `make mutants OF="verdict exit"`; or a sample, OF="--every 10"
	nice $(BIN)/python tests/mutants.py $(OF)

$(VENV)/.mutation: $(READY)
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["mutation"])' | \
	    xargs $(PYTHON) -m pip --python $(BIN)/python install --quiet
	@touch $@

hostile: $(READY)          ## whole runs on servers that mean harm: time and memory of each; some of them, OF="cookies bomb"
	$(BIN)/python -m tests.hostile.bench $(OF)

example: $(READY)          ## all that a run leaves and all that is made of it, for a good server and a faulty one
	$(BIN)/python tests/example.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv --without-pip --clear $(VENV)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes --only-binary :all: -r requirements.lock
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --no-deps --no-build-isolation -e .
	@touch $@

lock:            ## needs uv
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --group dev pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --constraint requirements.lock pyproject.toml -o ci/requirements.lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
