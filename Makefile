# Everything runs in .venv, made on first use from the locked list; only Python, make and git are needed.
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3; do \
	$$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$each; break; }; done)
VENV := .venv
RUN := $(VENV)/bin
WORKERS ?= 2

.PHONY: demo test test-full check format score bench lock generate clean

$(VENV)/.ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "allegata needs Python 3.11, 3.12 or 3.13 on the PATH; or: make PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(VENV)/.ready  ## read the example reports and show claims, links, findings, a total and the page
	$(RUN)/allegata demo

test: $(VENV)/.ready  ## all default tests
	$(RUN)/python -m pytest -q -n $(WORKERS) -m "not full"

test-full: $(VENV)/.ready  ## the tests that need more: long kill tests, the wheel in an empty environment
	$(RUN)/python -m pytest -q -m full

check: $(VENV)/.ready  ## format, lint, types, import contracts, doctests, generated files fresh, quality floors
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python -m pytest -q --doctest-modules src -p no:cacheprovider
	$(RUN)/python -m training.generate --check
	$(RUN)/python -m bench.score --corpus corpus --floors corpus/floors.toml

format: $(VENV)/.ready
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

generate: $(VENV)/.ready  ## write what is generated: the schema and the command reference
	$(RUN)/python -m training.generate

score: $(VENV)/.ready  ## quality on the project's corpus, and on those under $ALLEGATA_CORPORA
	$(RUN)/python -m bench.score --corpus corpus --floors corpus/floors.toml
	@if [ -n "$$ALLEGATA_CORPORA" ]; then $(RUN)/python -m bench.score --corpus "$$ALLEGATA_CORPORA/corpus" --errors 20; \
	else echo "ALLEGATA_CORPORA is not set: external corpora are not scored"; fi

bench: $(VENV)/.ready  ## speed of the line and of each stage, and peak memory
	$(RUN)/python -m bench.speed

lock: $(VENV)/.ready  ## resolve the dependencies again
	$(RUN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group dev --no-emit-package setuptools \
		-o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
