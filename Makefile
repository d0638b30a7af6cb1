# make run: the app on http://127.0.0.1:8501, with a demo book if there is none.  make test: every test.

PYTHON ?= python3
PORT ?= 8501
VENV ?= .venv

BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test bench pictures lint format lock clean chromium

help:
	@echo "make run      serve the app on http://127.0.0.1:$(PORT); builds a demo book if there is no book"
	@echo "make test     run every test; installs what tests need, Chromium included"
	@echo "make bench    measure the build of the facts and the questions; ARGS=… for its options"
	@echo "make pictures take the pictures of the documents anew, from the app on the demo book"
	@echo "make lint     check style and format; make format mends them"
	@echo "make lock     pin the packages named in requirements*.in anew (needs uv)"
	@echo "make clean    remove the environment, caches and test output; the book stays"
	@echo "PYTHON=…      another Python, 3.11 or newer; PORT=… another port"

run: $(VENV)/.runtime
	@$(BIN)/python recoup.py demo --if-empty
	@$(BIN)/python recoup.py serve --port $(PORT)

test: $(VENV)/.dev chromium
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal --durations 40

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(ARGS)

pictures: $(VENV)/.dev chromium
	$(BIN)/python -m tests.browser.pictures

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	@test -n "$(UV)" || { echo "make lock needs uv." >&2; exit 1; }
	for which in requirements requirements-dev; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" $$which.in -o $$which.txt || exit 1; \
	done

clean:
	rm -rf $(VENV) artifacts .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A stamp is renewed when its requirements change. The project itself is on the environment's path.

define INSTALL
$(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)
endef

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Recoup needs Python 3.11 or newer, and $(PYTHON) is not. Name another one: make run PYTHON=python3.12" >&2; exit 1; }
	@rm -rf $(VENV)
	@$(if $(UV),$(UV) venv --quiet --seed --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV))
	@$(BIN)/python -c 'import pathlib, sysconfig as s; pathlib.Path(s.get_path("purelib"), "recoup.pth").write_text(f"{pathlib.Path.cwd()}\n")'
	@touch $@

$(VENV)/.runtime: requirements.txt | $(VENV)/.made
	@echo "Installing what Recoup runs on; this happens once."
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/.made
	@echo "Installing what tests need; this happens once."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

chromium:
	@if [ -n "$$CHROMIUM" ]; then exit 0; fi; \
	for name in chromium google-chrome google-chrome-stable chromium-browser; do \
	  if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if ! command -v apt-get >/dev/null; then \
	  echo "The browser tests need Chromium. Install it, or name it: CHROMIUM=/path/to/chromium make test" >&2; exit 1; \
	fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; \
	elif command -v sudo >/dev/null; then as_root=sudo; \
	else echo "The browser tests need Chromium. Have an administrator run: apt-get install chromium" >&2; exit 1; fi; \
	echo "Installing Chromium for the browser tests."; \
	$$as_root apt-get update -q && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium
