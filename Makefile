# Two commands: `make run` sets everything up and serves; `make test` sets everything up and runs all tests.
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint setup setup-tests screenshots lock clean

run: setup
	$(BIN)/yijianshi serve --port $(PORT)

test: setup setup-tests lint
	$(BIN)/pytest -n 2 --dist loadgroup

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup:
	@bash scripts/setup.sh

setup-tests:
	@bash scripts/setup-tests.sh

screenshots: setup setup-tests
	$(BIN)/python scripts/screenshots.py

# Renew the Python lock file from pyproject.toml (needs `pip install uv`).
lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 pyproject.toml --group dev \
		--no-header --no-annotate -o requirements.lock

clean:
	rm -rf $(VENV) ui/node_modules ui/dist var
