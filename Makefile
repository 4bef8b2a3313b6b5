# make chat   install, then open the chat and print its address
# make test   everything that CI runs
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/

.PHONY: chat test lint types tests chromium format index clean

chat: $(VENV)/installed
	$(RUN)openstance serve

test: lint types tests

lint: $(VENV)/installed-dev
	$(RUN)ruff check .
	$(RUN)ruff format --check .

types: $(VENV)/installed-dev
	$(RUN)mypy

tests: $(VENV)/installed-dev chromium
	$(RUN)python -m pytest

# The tests of the page use Debian's Chromium; where it is missing and cannot be installed they are skipped and say so.
chromium:
	@command -v chromium > /dev/null || ! command -v apt-get > /dev/null || test "$$(id -u)" != 0 \
	  || (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk > /dev/null)

format: $(VENV)/installed-dev
	$(RUN)ruff check --fix .
	$(RUN)ruff format .

# After a change of corpus/, of the encoder or of how documents are cut.
index: $(VENV)/installed
	$(RUN)openstance index

clean:
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(RUN)python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(RUN)python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(RUN)python -m pip install --quiet --disable-pip-version-check -c requirements.txt -e '.[dev,train]'
	touch $@
