# Every target first makes sure of what it needs (scripts/bootstrap.sh): python3 and make are all you start with.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
PYTHON := .venv/bin/python
SETUP := scripts/bootstrap.sh
PROGRAMS_OF_TESTS := chromium age gcc ip nft pdftoppm objdump libpython soffice
# Written into what the tools say, so that nothing is fetched or reported behind the user's back.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: help setup run demo test check lint types format translations vectors screens soak bench wheel wheelhouse lock front clean

help: ## Show this list
	@echo 'examroom: one exam, one room, no internet.'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Install what the other targets need (.venv and Debian packages)
	@$(SETUP) $(PROGRAMS_OF_TESTS)

run: ## Start a room with three kiosks to try by hand; Ctrl-C ends it
	@$(SETUP) chromium
	@$(PYTHON) -m scripts.run_room

demo: ## Run a whole sitting without a person, with crashes on purpose; the last line is its result as JSON
	@$(SETUP) chromium
	@$(PYTHON) -m scripts.demo

test: ## Everything CI runs: lint, types, translations, all tests but the soak
	@$(SETUP) $(PROGRAMS_OF_TESTS)
	@$(MAKE) --no-print-directory lint types
	$(PYTHON) scripts/translations.py --check
	@scripts/run_tests.sh

check: ## The quick part of `make test`: no browser, no whole-room scenario, nothing frozen
	@$(SETUP) age pdftoppm bwrap soffice liberation2
	@$(MAKE) --no-print-directory lint types
	$(PYTHON) scripts/translations.py --check
	$(PYTHON) -m pytest --ignore tests/browser --ignore tests/scenario --ignore tests/project/test_frozen.py

lint: ## Style of Python and JavaScript, and that vendored files are what they were
	@$(SETUP)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) scripts/vendor_front.py --check
	@$(PYTHON) scripts/vendor_front.py --modules
	.venv/bin/node .tmp/front/node_modules/typescript/bin/tsc --project scripts/front

types: ## mypy --strict over the packages, scripts and tests
	@$(SETUP)
	$(PYTHON) -m mypy

format: ## Lay out the Python code
	@$(SETUP)
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

translations: ## Gather new strings into the catalogues and compile them
	@$(SETUP)
	$(PYTHON) scripts/translations.py

vectors: ## Run the sealed-package vectors through every reader
	@$(SETUP) age
	$(PYTHON) -m pytest tests/vectors

screens: ## Take a picture of every page, role and state, in both languages
	@$(SETUP) chromium
	$(PYTHON) -m scripts.screens

soak: ## The long matrices: more examples, repeated kills, the frozen programs
	@$(SETUP) $(PROGRAMS_OF_TESTS)
	$(PYTHON) -m pytest -m soak --hypothesis-profile=soak -n 3 -v

bench: ## Measure a room with 300 virtual kiosks
	@$(SETUP)
	$(PYTHON) -m scripts.bench_room --kiosks 300 --json

wheel: ## Build the wheel and the source archive into dist/
	@$(SETUP)
	$(PYTHON) -m build --no-isolation

wheelhouse: ## Gather all wheels a room needs into .tmp/wheelhouse, for machines without a network
	@$(SETUP)
	$(PYTHON) scripts/wheelhouse.py

lock: ## Choose versions anew within setup.cfg and write requirements/*.txt
	@$(SETUP)
	$(PYTHON) scripts/lock.py

front: ## Copy the vendored front-end files anew from npm
	@$(SETUP)
	$(PYTHON) scripts/vendor_front.py

clean: ## Remove what was made, except .venv
	rm -rf .tmp dist *.egg-info
	find server client_kiosk question_bank scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
