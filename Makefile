# Everything runs in .venv, made on first use from the locked list; only Python, make and git are needed.
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3; do \
	$$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$each; break; }; done)
VENV := .venv
RUN := $(VENV)/bin
# Tests run on up to four processors; each of the programs that run them holds the models, nearly 2 GB.
BESIDE := -n auto --maxprocesses 4 --dist worksteal

.PHONY: demo test test-full check docs score bench bench-archive shots generate format lock clean

$(VENV)/.ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "allegata needs Python 3.11, 3.12 or 3.13 on the PATH; or: make PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(VENV)/.ready  ## read the example reports and show claims, links, findings, a total and the page
	$(RUN)/allegata demo

test: $(VENV)/.ready  ## all default tests
	$(RUN)/python -m pytest -q -m "not full" $(BESIDE)

$(VENV)/.spark: $(VENV)/.ready requirements-spark.lock
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-spark.lock
	@touch $@

test-full: $(VENV)/.spark  ## the tests that take longer, beside those of make test; in a browser they need chromium, on Spark Java (apt-get install chromium openjdk-17-jre-headless)
	$(RUN)/python -m pytest -q -m full $(BESIDE)

check: $(VENV)/.ready  ## format, lint, strict types, import contracts, generated files, floors, doctests, the site
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python training/generate.py --check
	$(RUN)/python bench/table.py --check
	$(RUN)/python bench/gate.py --check
	$(RUN)/python -m pytest -q --doctest-modules src -p no:cacheprovider
	$(MAKE) docs

docs: $(VENV)/.ready  ## the site of these pages into build/docs: whole, or the first broken link ends it
	rm -rf build/docs
	$(RUN)/sphinx-build -q -W --keep-going -n -E -c docs -d build/doctrees . build/docs

score: $(VENV)/.ready  ## every figure with its floor, those of $$ALLEGATA_CORPORA too if set; DIFF=REV: claims gained and lost since
	$(RUN)/python bench/table.py $(if $(DIFF),--diff $(DIFF))

$(VENV)/.peers: $(VENV)/.ready requirements-bench.lock
	-$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

bench: $(VENV)/.peers  ## main text and speed side by side with peers, the gate, memory and start-up, how a ledger's work and what is listed of it grow, and its writing and checking beside plain files, as ratios
	$(RUN)/python bench/layouts.py
	$(RUN)/python bench/speed.py
	$(RUN)/python bench/ledger.py --disk 1000 --grow 1000 10000
	$(RUN)/python bench/facets.py --claims 100 10000
	$(RUN)/python bench/durability.py
	$(RUN)/python bench/web.py --claims 100 10000

bench-archive: $(VENV)/.ready  ## archives: the look at the bytes beside unpacking alone, what it misses, pages a second, memory, growth, and what a year of news would take
	$(RUN)/python bench/archive.py

shots: $(VENV)/.ready  ## pictures of every page of the web app into docs/shots, to be looked at before they are kept; needs chromium
	$(RUN)/python bench/shots.py

generate: $(VENV)/.ready  ## the files made from the code: schema, references of commands and of Python, rules of the linter
	$(RUN)/python training/generate.py

format: $(VENV)/.ready
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

lock:  ## resolve the dependencies again (needs the package index)
	@test -x $(RUN)/uv || { $(PYTHON) -m venv $(VENV) && $(RUN)/python -m pip install --quiet uv; }
	$(RUN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group dev \
		-o requirements.lock pyproject.toml
	$(RUN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group bench \
		-c requirements.lock -o requirements-bench.lock pyproject.toml
	$(RUN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group spark \
		-c requirements.lock -o requirements-spark.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
