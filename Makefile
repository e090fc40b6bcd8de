# Keqing 客情. `make run` serves it, `make test` checks everything. Nothing else needs to be installed by hand.

VENV ?= .venv
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := $(VENV)/bin

.PHONY: run test check setup setup-dev soak clean

run: setup
	@$(BIN)/keqing up --host $(HOST) --port $(PORT)

# ---- environment ------------------------------------------------------------------------------------------------

setup: $(VENV)/.stamp-run

setup-dev: $(VENV)/.stamp-dev

$(BIN)/python:
	@sh tools/make_venv.sh $(PYTHON) $(VENV)

$(VENV)/.stamp-run: requirements.txt pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.stamp-dev: requirements-dev.txt $(VENV)/.stamp-run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@sh tools/system_packages.sh
	@touch $@

# ---- checks -----------------------------------------------------------------------------------------------------

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet keqing --extension html
	$(BIN)/mypy keqing
	$(BIN)/lint-imports
	$(BIN)/python tools/check_django.py

test: check
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

soak: setup-dev
	KEQING_SOAK=1 $(BIN)/python -m pytest -q -m "soak or not journey" -n 2 --dist loadgroup

clean:
	rm -rf $(VENV) var build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
