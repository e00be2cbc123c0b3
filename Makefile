# Daily tasks. Each is one command that can be run by hand as well; `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Tasks of development run on a developer’s copy.
export REGISTRY_ENV ?= development

python := .venv/bin/python
shell_scripts := .ci/run bin/lib.sh bin/run bin/setup bin/test bin/translations tests/bare/check_bare_debian

.PHONY: help run setup test lint format types bench demo-reset screenshots translations requirements clean

help:  ## List the tasks
	@grep -hE "^[a-z-]+:.*##" $(MAKEFILE_LIST) | sed -E "s/^([a-z-]+):.*## /\1\t/" | expand -t 14

run:  ## Set up what is missing and run the site with its demonstration
	@bin/run

setup:  ## Bring packages, Python environment and tools up to date
	@bin/setup

test:  ## Run all tests and measure what they cover
	@bin/test

lint: setup  ## Check style, layers, templates and shell scripts
	$(python) -m ruff check
	$(python) -m ruff format --check
	.venv/bin/lint-imports --no-logo
	$(python) -m djlint --lint --quiet templates
	.venv/bin/shellcheck --external-sources $(shell_scripts)

format: setup  ## Put the code into its one form, and mend what can be mended
	$(python) -m ruff check --fix
	$(python) -m ruff format

types: setup  ## Check types
	$(python) -m mypy

bench: setup  ## Measure what the README says about speed
	$(python) -m benchmarks.verification
	$(python) -m benchmarks.pdf
	$(python) -m benchmarks.audit
	$(python) -m benchmarks.workbooks
	$(python) -m benchmarks.bulk

demo-reset: setup  ## Empty the database and load the demonstration afresh
	$(python) -m flask --app wsgi demo reset --yes

screenshots: setup  ## Take the pictures of the documentation afresh
	$(python) -m tests.browser.screenshots

translations: setup  ## Collect the texts, and list those without English
	bin/translations

requirements: setup  ## Pin the newest versions of what requirements*.in name, with hashes
	pin="$(python) -m uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-header --quiet"
	$$pin requirements.in --output-file requirements.txt
	$$pin requirements-dev.in --output-file requirements-dev.txt

clean:  ## Delete what tools have left behind; the environment and the data stay
	rm -rf .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache htmlcov
	find . -name __pycache__ -not -path "./.venv/*" -prune -exec rm -rf {} +
