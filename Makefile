# make run · make test · make check · make bench          (also: make clean, make requirements)
# Needs Python 3.11 or newer and make; everything else is fetched, pinned, into this folder.

PORT ?= 8000
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := .venv/bin
STAMPS := .venv/stamps
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
WITH_NODE := PATH="$$PATH:$(CURDIR)/$(BIN)"
STYLES := $(shell find static/src -type f 2>/dev/null)
UV := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: run test check bench requirements clean

run: $(STAMPS)/requirements static/build/.built .env
	@exec $(BIN)/python tools/serve.py --port $(PORT)

test: $(STAMPS)/requirements-dev static/build/.built
	@$(BIN)/python tools/browser.py
	$(BIN)/python -m pytest -n auto $(TESTS)

check: $(STAMPS)/requirements-dev static/build/.built
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/check_migrations.py
	$(BIN)/python -m tools.process_page --check
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_architecture.py

bench: $(STAMPS)/requirements static/build/.built
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/letters.py
	$(BIN)/python bench/register.py
	$(BIN)/python bench/teams.py
	$(BIN)/python bench/reports.py

.env: | $(STAMPS)/requirements
	@$(BIN)/python tools/first_settings.py --port $(PORT)

static/build/.built: package.json package-lock.json $(STYLES) | $(STAMPS)/venv
	@command -v npm >/dev/null 2>&1 || { echo "No npm on the PATH: taking Node from requirements-node.txt"; \
		$(PIP) -r requirements-node.txt; }
	$(WITH_NODE) npm ci --no-audit --no-fund --loglevel=error
	$(WITH_NODE) npm run --silent build
	@touch $@

$(STAMPS)/requirements-dev: requirements-dev.txt $(STAMPS)/requirements
	@echo "Installing what tests and checks need (requirements-dev.txt)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(STAMPS)/requirements: requirements.txt $(STAMPS)/venv
	@echo "Installing what the app needs (requirements.txt)"
	@$(PIP) -r requirements.txt
	@touch $@

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it with 'make run PYTHON=/path/to/python3'."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments: run 'apt-get install python3-venv' first."; exit 1; }
	@echo "Making the virtual environment .venv"
	@$(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS)
	@touch $@

requirements: $(STAMPS)/requirements-dev
	$(UV) requirements.in -o requirements.txt
	$(UV) requirements-dev.in -o requirements-dev.txt
	$(UV) requirements-node.in -o requirements-node.txt

clean:
	rm -rf .venv node_modules static/build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@echo "Kept: .env and instance/ (settings, database, documents). Remove them yourself to start anew."
