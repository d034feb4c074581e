# The commands of the project. `make run` needs Python 3.11 or newer and nothing else.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
AUDIT := tests/audit/node_modules
INSTALL := $(BIN)/pip install -qq --disable-pip-version-check

export HOST PORT
# A key of its own for this machine, unless the environment or .env has one.
KEY = $${SECRET_KEY:-$$(grep -qs '^SECRET_KEY=' .env || cat var/secret_key)}
ADDRESS = $${SITE_URL:-$$(grep -s '^SITE_URL=' .env | cut -d= -f2- | tr -d "\"'" | grep . || echo http://$(HOST):$(PORT))}
WITH_SETTINGS = export SITE_URL="$(ADDRESS)"; key="$(KEY)"; [ -z "$$key" ] || export SECRET_KEY="$$key";

.PHONY: run test coverage faults soak browser pages audit check format bench screenshots requirements vendor

run: $(BIN)/installed var/secret_key
	@$(WITH_SETTINGS) \
	$(MANAGE) migrate --verbosity 0 && \
	$(MANAGE) collectstatic --noinput --verbosity 0 && \
	$(MANAGE) first_run && \
	echo "Serving on http://$(HOST):$(PORT) (Ctrl-C stops it)" && \
	exec $(BIN)/python -m blog_site.serve

test: $(BIN)/installed-tests
	@$(BIN)/python -m pytest -m "not browser and not audit and not faults" $(ARGS)

# Apart from `make test`, which it makes half as long again; on Python 3.12 and newer it costs little.
coverage: $(BIN)/installed-tests
	@$(BIN)/python -m coverage run -m pytest -m "not browser and not audit and not faults" $(ARGS)
	@$(BIN)/python -m coverage report

faults: $(BIN)/installed-faults
	@$(BIN)/python -m pytest -m faults $(ARGS)

soak: $(BIN)/installed-faults $(BIN)/installed-browser
	@FAULT_MAILS=40 FAULT_KILLS=50 MEMORY_WALKS=391 FAULT_READS=10000 IMPORT_KILLS=10 IMPORT_TIMES=170 CROWD_SECONDS=60 SET_ROUNDS=20 \
	  FAULT_SUBSCRIBERS=10000 FAULT_SUBSCRIBER_KILLS=10 FAULT_FOLLOWERS=10000 FAULT_FOLLOWER_KILLS=3 \
	  $(BIN)/python -m pytest -m faults $(ARGS)
	@WRITING_KILLS=200 $(BIN)/python -m pytest -m browser tests/browser/test_kills_while_writing.py $(ARGS)

browser: $(BIN)/installed-browser
	@$(BIN)/python -m pytest -m browser $(ARGS)

pages: $(BIN)/installed-tests $(AUDIT)/installed
	@$(BIN)/python -m pytest -m audit $(ARGS)

audit: $(BIN)/installed-tests $(AUDIT)/installed
	@$(BIN)/python -m tests.audit.lighthouse

check: $(BIN)/installed-tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/hadolint Dockerfile
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml >/dev/null
	@git ls-files 'templates/*.html' | xargs $(BIN)/djade --check --target-version 5.2
	@DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) makemigrations --check --dry-run
	@SECRET_KEY=$$($(PYTHON) -c "import secrets; print(secrets.token_urlsafe(50))") \
	  SITE_URL=https://blog.example $(MANAGE) check --deploy --fail-level WARNING

format: $(BIN)/installed-tests
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@git ls-files 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2

bench: $(BIN)/installed-tests
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.waiting
	@$(BIN)/python -m tests.benchmarks.kept
	@$(BIN)/python -m tests.benchmarks.desk
	@$(BIN)/python -m tests.benchmarks.posts
	@$(BIN)/python -m tests.benchmarks.search
	@$(BIN)/python -m tests.benchmarks.moving
	@$(BIN)/python -m tests.benchmarks.whole
	@$(BIN)/python -m tests.benchmarks.growth

# The pictures in README and docs, of the sample blog.
screenshots: $(BIN)/installed-browser
	@$(BIN)/python -m tests.screenshots

# What is installed keeps its version, unless ARGS says otherwise: `make requirements ARGS=--upgrade`.
requirements: $(BIN)/installed-tests
	@for set in requirements tests/requirements tests/requirements-browser tests/requirements-faults; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --custom-compile-command "make requirements" $(ARGS) $$set.in --output-file $$set.txt || exit 1; done

# Others' scripts, as they were released: package@version:file. See static/vendor/README.md.
VENDORED := @github/markdown-toolbar-element@2.2.3:dist/index.js turndown@7.2.5:dist/turndown.js

vendor:
	@command -v npm >/dev/null || { echo "There is no npm here (Debian, Ubuntu: apt install npm)." >&2; exit 1; }
	@for each in $(VENDORED); do \
	  package=$${each%:*}; name=$${package##*/}; folder=static/vendor/$${name%@*}-$${name##*@}; there=$$(mktemp -d); \
	  (cd $$there && npm pack --silent $$package >/dev/null && tar xzf *.tgz) && mkdir -p $$folder && \
	  cp $$there/package/$${each##*:} $$there/package/LICENSE $$folder/ && rm -r $$there && echo $$folder || exit 1; done

var/secret_key:
	@mkdir -p var
	@umask 077; $(PYTHON) -c "import secrets; print(secrets.token_urlsafe(50))" > $@

$(BIN)/installed: requirements.txt
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON) here. Install Python 3.11 or newer (Debian, Ubuntu: apt install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	  echo "Python 3.11 or newer is needed, and this is $$($(PYTHON) --version). If you have another: PYTHON=python3.12 make run" >&2; exit 1; }
	@$(PYTHON) -c "import venv, ensurepip" 2>/dev/null || { \
	  echo "This Python lacks venv. Install the package python3-venv (Debian, Ubuntu: apt install python3-venv), then run this again." >&2; exit 1; }
	@echo "Installing what requirements.txt names into $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) -r requirements.txt
	@touch $@

$(BIN)/installed-tests: $(BIN)/installed tests/requirements.txt
	@$(INSTALL) -r tests/requirements.txt
	@touch $@

$(BIN)/installed-%: $(BIN)/installed-tests tests/requirements-%.txt
	@$(INSTALL) -r tests/requirements-$*.txt
	@touch $@

$(AUDIT)/installed: tests/audit/package-lock.json
	@for command in node npm java w3m; do command -v $$command >/dev/null || { \
	  echo "There is no $$command here (Debian, Ubuntu: apt install nodejs npm default-jre-headless w3m)." >&2; exit 1; }; done
	@cd tests/audit && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
