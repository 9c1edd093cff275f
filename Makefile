PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup setup-speech setup-dev demo test check bench lock

.venv/.core: requirements/core.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/core.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.speech: .venv/.core requirements/speech.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/speech.txt
	@touch $@

.venv/.dev: .venv/.core requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

setup: .venv/.core          ## install what running needs
setup-speech: .venv/.speech ## … and what hears voice memos in process (docs/speech.md)
setup-dev: .venv/.dev       ## … and what testing needs

demo: setup                 ## the whole product with a pretend WeCom, no account
	$(BIN)/dealbell demo

test: setup-dev             ## SQLite, and PostgreSQL where one answers
	$(BIN)/python -m pytest -n 2

check: setup-dev            ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup-dev            ## every figure of docs/measurements.md
	$(BIN)/python -m bench

lock:                       ## renew requirements/*.txt from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate pyproject.toml requirements/build.in -o requirements/core.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --extra speech -c requirements/dev.txt pyproject.toml requirements/build.in -o requirements/speech.txt
