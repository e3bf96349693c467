PYTHON ?= python3.11
BIN := .venv/bin
# More threads than one only stand in each other's way on a small machine (suite 91 s to 90 s, 78 s to 72 s of CPU).
export OMP_NUM_THREADS := 1

.PHONY: run test widget clean

## make run: environment, install, ingest of knowledge/, then the service on http://127.0.0.1:8000
run: .venv/installed
	$(BIN)/python -m ingest run
	$(BIN)/python -m app serve

## make test: environment, install, what the tests need from Debian, then every check and test
test: .venv/installed app/widget/node_modules/.package-lock.json
	sh tests/debian-packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

## make widget: builds app/widget/dist/widget.js again from its source (needs Node 20 or newer)
widget: app/widget/node_modules/.package-lock.json
	cd app/widget && npm run --silent build

app/widget/node_modules/.package-lock.json: app/widget/package-lock.json
	cd app/widget && npm ci --no-audit --no-fund --silent
	touch $@

.venv/installed: requirements.lock
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed"' || { echo "Python 3.11 was not found. Name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	touch $@

clean:
	rm -rf .venv var app/widget/node_modules
