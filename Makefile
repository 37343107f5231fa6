# attrigraph: `make demo` shows what it does, `make test` checks that it does it.
PYTHON ?= python3
BIN := .venv/bin
# two workers with an engine of each kind; one Neo4j that NEO4J_URI names cannot be shared by two. Files in the order of
# their names: xdist's own, most tests first, leaves those of few long tests to the end, where one worker runs alone
WORKERS := $(if $(NEO4J_URI),,-n 2 --dist loadfile --no-loadscope-reorder)

.PHONY: demo test fuzz lint bench bench-coactivity evaluate docs clean

demo: .venv/core.stamp          ## install, then run the main job to a brief and a figure
	$(BIN)/attrigraph demo

test: .venv/dev.stamp tools/cypher-lint/node_modules   ## install what tests need, run them all
	$(BIN)/python -m pytest $(WORKERS)

fuzz: .venv/dev.stamp           ## 10,000 spoiled files of every format; FUZZ="--cases 500 x-archive" for less
	$(BIN)/python tests/fuzz.py $(FUZZ)

lint: .venv/dev.stamp tools/cypher-lint/node_modules   ## ruff, mypy, import order, Cypher linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/lint_cypher.py

bench: .venv/dev.stamp          ## ratios against named peers, measured in one run
	$(BIN)/python -m bench

bench-coactivity: .venv/dev.stamp   ## co-activity networks against coordination-network-toolkit
	$(BIN)/python -m bench.coactivity

evaluate: .venv/dev.stamp       ## what the model reaches on data with known truth, beside what is wanted of it
	$(BIN)/python -m evaluation

docs: .venv/dev.stamp           ## write the generated pages of docs/
	$(BIN)/python tools/write_docs.py

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("attrigraph needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv

.venv/core.stamp: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/dev.stamp: .venv/core.stamp requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev.lock
	touch $@

# the official Cypher linter needs Node; without npm its test skips aloud
tools/cypher-lint/node_modules: tools/cypher-lint/package-lock.json
	if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --prefix tools/cypher-lint; fi
	mkdir -p $@ && touch $@

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis demo
