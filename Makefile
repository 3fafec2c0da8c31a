# Two commands do all the set-up on a machine with python3, git and make: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PORT ?= 8000
WORKERS ?= auto
VENV := .venv
PY := $(VENV)/bin/python
PIP_INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
export FIRSTHAND_MODE ?= development

.PHONY: help demo passwords test test-postgres check format lint templates imports types migrations deploy-check \
	shots bench leaks leaks-short bench-pictures bench-withdrawal clean locks

help: ## Lists what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(VENV)/made:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || { \
		echo "Firsthand needs Python 3.12 or newer, but python3 here is: $$(python3 --version 2>&1 || echo missing)."; \
		echo "Install a newer one (for example with pyenv or your system's packages), so that python3 finds it."; exit 1; }
	@echo "Making the virtual environment …"
	@python3 -m venv $(VENV)
	@test -e .env || echo "FIRSTHAND_MODE=development" > .env
	@touch $@

$(VENV)/server: $(VENV)/made requirements/server.txt
	@echo "Installing the packages that the site needs …"
	@$(PIP_INSTALL) -r requirements/server.txt
	@touch $@

$(VENV)/test: $(VENV)/made requirements/test.txt
	@echo "Installing the packages that the tests need …"
	@$(PIP_INSTALL) -r requirements/test.txt
	@touch $@ $(VENV)/server

demo: $(VENV)/server ## Sets everything up and starts the site (PORT=8000)
	@exec $(PY) -m config.demo --port $(PORT)

passwords: $(VENV)/server ## Sets new passwords for the demo log-ins and prints them once
	@$(PY) manage.py set_demo_passwords

test: $(VENV)/test ## Runs the default suite on SQLite
	@$(PY) manage.py compile_translations
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term:skip-covered

test-postgres: $(VENV)/test ## Runs the same suite on the database of TEST_POSTGRES_URL
	@test -n "$${TEST_POSTGRES_URL:-}" || { echo "Set TEST_POSTGRES_URL, for example postgres://name:password@127.0.0.1/firsthand"; exit 1; }
	@DATABASE_URL="$$TEST_POSTGRES_URL" $(PY) -m pytest -n $(WORKERS) --dist loadgroup

check: format lint templates imports types migrations deploy-check test ## Everything that CI asks, on SQLite
	@if [ -n "$${TEST_POSTGRES_URL:-}" ]; then $(MAKE) --no-print-directory test-postgres; \
	else echo "TEST_POSTGRES_URL is not set: the suite ran on SQLite alone."; fi

format: $(VENV)/test ## Is everything formatted?
	@$(VENV)/bin/ruff format --check .

lint: $(VENV)/test ## ruff, with a wide rule set
	@$(VENV)/bin/ruff check .

templates: $(VENV)/test ## djade and djlint
	@$(VENV)/bin/djade --check --target-version 6.0 $$(git ls-files -co --exclude-standard 'templates/*.html')
	@$(VENV)/bin/djlint --lint --quiet templates

imports: $(VENV)/test ## The floors: imports only go down
	@$(VENV)/bin/lint-imports

types: $(VENV)/test ## mypy --strict, tests included
	@$(VENV)/bin/mypy .

migrations: $(VENV)/test ## Do the migrations say what the models say?
	@$(PY) manage.py makemigrations --check --dry-run

deploy-check: $(VENV)/test ## Django's deploy check under production values
	@$(PY) manage.py compile_translations
	@FIRSTHAND_MODE=production SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(48))') \
		EVENT_CHAIN_KEY=only-for-this-check SEALING_KEYS=only-for-this-check SITE_URL=https://stories.example.org \
		$(PY) manage.py check --deploy --fail-level WARNING

shots: $(VENV)/test ## Screenshots of every kind of page into var/shots (the demo has to run on PORT)
	@$(PY) -m bench.shots --port $(PORT)

bench: $(VENV)/test ## Measures, side by side in one run
	@$(PY) -m bench.pages
	@$(PY) -m bench.comparing
	@$(PY) -m bench.desk
	@$(MAKE) --no-print-directory bench-pictures

bench-pictures: $(VENV)/test ## Measures the picture pipeline, and gives it 10,000 broken uploads
	@$(PY) -m bench.pictures

bench-withdrawal: $(VENV)/test ## Measures how fast a story is gone, with 50 clients that ask for it without pause
	@$(PY) -m bench.withdrawal

leaks: $(VENV)/test ## Looks for leaks everywhere, and breaks every guard in turn (docs/leaks.md)
	@LEAKS=full $(PY) -m pytest tests/leaks -n $(WORKERS) --dist load -q

leaks-short: $(VENV)/test ## The short form of it, which `make test` includes
	@$(PY) -m pytest tests/leaks -n 0 -q

clean: ## Undoes make demo and make test
	@rm -rf $(VENV) var .env .mypy_cache .ruff_cache .pytest_cache .coverage* htmlcov .import_linter_cache .hypothesis
	@find . -name '__pycache__' -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete

locks: ## Resolves requirements/*.in anew into hashed locks (needs uv)
	@for name in base server test; do UV_PYTHON_DOWNLOADS=never uv pip compile -q --universal --generate-hashes \
		--python-version 3.12 --no-header --no-annotate requirements/$$name.in -o requirements/$$name.txt; done
	@for name in postgres redis s3 bench; do UV_PYTHON_DOWNLOADS=never uv pip compile -q --universal --generate-hashes \
		--python-version 3.12 --no-header --no-annotate -c requirements/test.txt requirements/$$name.in \
		-o requirements/$$name.txt; done
