# The two commands that matter: `make run` and `make test`. `make help` lists the rest.

SHELL := /bin/bash
PORT ?= 8000
export PYTHONPATH := src

python := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test sure lint types contracts translations format bench screenshots clean

help: ## Say what each command does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

run: ## Set everything up and serve on http://127.0.0.1:8000/ (PORT=... to change)
	@scripts/prepare run
	@XIANGYUE_DEMO=$${XIANGYUE_DEMO-1} $(python) -m xiangyue.site.command_line run --port $(PORT)

test: ## Set up what the tests need and run them all, on SQLite and on PostgreSQL
	@scripts/prepare test
	@scripts/test

sure: ## Lint, types, import contracts, translations, tests: before every commit
	@scripts/prepare test
	@$(MAKE) --no-print-directory lint types contracts translations
	@scripts/test

lint: ## Style, by ruff
	$(python) -m ruff check .
	$(python) -m ruff format --check .

types: ## Strict types, by mypy
	$(python) -m mypy

contracts: ## Which module may import which
	.venv/bin/lint-imports

translations: ## Every source string has its Chinese
	$(python) -m xiangyue.site.messages check

format: ## Let ruff lay the code out
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

bench: ## Measure the budgets, on SQLite and on PostgreSQL
	@scripts/prepare test
	@$(python) scripts/with_postgres.py -- $(python) -m bench

screenshots: ## Take the README's pictures anew from the demonstration that is running
	@$(python) scripts/screenshots.py

clean: ## Remove what is built, but never the databases in var/
	rm -rf .venv frontend/node_modules src/xiangyue/site/static/bundle var/static
	find . -name '*.mo' -not -path './.venv/*' -delete
