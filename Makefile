# `make briefs` renders every brief, `make test` runs the suite, `make test-all` with the pages in a browser and the
# faults too, `make lab` opens JupyterLab, `make bench` times the ways to make briefs (under 5 minutes; BENCH=--full
# takes an hour).
# Needed beforehand: Python 3.11 or newer with venv (on Debian: python3-venv), and make. Nothing else.

PYTHON ?= python3
# How many processes the tests take: `auto` is one per core.
JOBS ?= auto
# More options of JupyterLab, such as --allow-root in a container.
LAB ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
LOCK_COMMAND := uv pip compile pyproject.toml --all-extras --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --python-version 3.11 --no-header

.PHONY: help briefs lint style types test test-all every-test test-faults lab bench data pictures lock clean

help:
	@sed -n 's/^# //p;/^$$/q' Makefile

briefs: $(READY)
	$(BIN)/twente briefs

lint: style types

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

# With the pages in a real browser, JupyterLab, every notebook in more than one way, and the faults; with `make -j2`
# mypy runs beside it. What the tests make is no part of this make.
test-all: lint every-test

every-test: style
	env -u MAKEFLAGS -u MFLAGS $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -rs -m ""

# Runs that are killed, starved or misled. Some need root, to mount a small disk.
test-faults: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m faults

lab: $(READY)
	$(BIN)/jupyter lab $(LAB) --LabApp.news_url=None --LabApp.default_url=/lab/tree/notebooks/start.ipynb

bench: $(READY)
	$(BIN)/python benchmarks/engines.py $(BENCH)

# Write data/processed and docs/data.md anew from data/raw.
data: $(READY)
	$(BIN)/twente data

# Draw the pictures of the README anew; needs chromium and playwright.
pictures: $(READY)
	$(BIN)/python -c 'import twente_analysis as ta; \
		ta.save_chart(ta.plot_scopes(ta.compare_scopes(ta.load_enrolment()), language="en"), "docs/pictures/scopes.png")'
	$(BIN)/twente briefs --only trend-enrolment --language en --out build/pictures
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1000,1000 \
		--screenshot=docs/pictures/brief.png file://$(CURDIR)/build/pictures/trend-enrolment-en.html
	TWENTE_PICTURES=build/pictures $(BIN)/python -m pytest tests/test_lab.py -m "" -k newcomer
	cp build/pictures/jupyterlab.png docs/pictures/

# Renew the lock after a change in pyproject.toml; needs uv.
lock:
	$(LOCK_COMMAND) --quiet --output-file requirements.lock

# Every package is checked against its hash in the lock; uv is used where it is installed, pip elsewhere.
# What was installed stays until the new is whole; a checkout that was moved is installed anew. Compiling, which pip does
# with one core, takes all of them; what cannot be compiled, such as a template of code, is left, as pip leaves it, and
# so are the tests of packages, which nothing loads.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
$(shell rm -f $(READY))
endif

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is older or not there. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "$(PYTHON) has no venv. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@rm -rf $(VENV).old; [ ! -e $(VENV) ] || mv $(VENV) $(VENV).old
	@echo "Installing into $(VENV), a minute or two ..."
	@( set -e; if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --python $(PYTHON) $(VENV); \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock; \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
		$(PYTHON) -m venv $(VENV); \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
		$(BIN)/python -m compileall -qq -j 0 -x 'site-packages/.*/tests/' $(VENV)/lib || true; \
	fi ) || { rm -rf $(VENV); [ ! -e $(VENV).old ] || mv $(VENV).old $(VENV); exit 1; }
	@rm -rf $(VENV).old; echo "$(CURDIR)" >$(READY)

clean:
	rm -rf $(VENV) briefs figures/*/
