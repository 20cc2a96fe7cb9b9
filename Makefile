# Autograd Playground. `make` lists what there is; the first call makes the virtual environment.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
TORCH := $(shell sed -n 's/^\(torch==[^ ;]*\).*/\1/p' requirements.txt)
export PYTHONPATH := .
# glibc gives every thread a heap of its own, and Streamlit a thread to every run: two heaps keep a server's memory flat.
export MALLOC_ARENA_MAX := 2

.DEFAULT_GOAL := help
.PHONY: help run serve rehearse test check browser nginx limits bench bench-load pictures clean

help:  ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: $(VENV)/run  ## Install what is missing and open the dashboard
	$(BIN)/streamlit run dashboard/app.py

# Nobody edits code in front of a room: no file watcher, which is most of what the joining of a visitor costs.
PORT ?= 8501
SERVE := $(BIN)/streamlit run dashboard/server.py --server.headless=true --server.fileWatcherType=none
serve: $(VENV)/run  ## Serve a room or the public on PORT=8501: warmed, and guarded
	$(SERVE) --server.port=$(PORT)

PEOPLE ?= 100
rehearse: $(VENV)/dev  ## Try PEOPLE=100 visitors at once, on a server of its own or at URL=...: fit or not?
	$(BIN)/python -m benchmarks.rehearse --people $(PEOPLE) $(if $(URL),--url $(URL))

test: $(VENV)/dev browser nginx check  ## Install what is missing and run every test
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore=tests/serving
	$(BIN)/python -m pytest tests/serving  # by themselves: they look at how long others wait

check: $(VENV)/dev  ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

browser: $(VENV)/dev  ## Find a browser for the tests, or install one
	$(BIN)/python tests/browser/chromium.py

nginx: $(VENV)/dev  ## Find the nginx for the tests of several replicas, or install it
	$(BIN)/python tests/serving/nginx.py

limits: $(VENV)/dev browser nginx  ## The long forms of tests: the server's limits, and every bench by keyboard
	LIMITS=long $(BIN)/python -m pytest tests/serving
	LIMITS=long $(BIN)/python -m pytest tests/browser/test_keyboard.py

bench-load: $(VENV)/dev  ## Measure what a crowd costs, beside bare pages
	$(BIN)/python -m benchmarks.load

bench: $(VENV)/dev browser  ## Measure what README says about speed
	$(BIN)/python -m benchmarks.report

pictures: $(VENV)/dev browser  ## Take README's pictures of the app as it is now
	$(BIN)/python -m docs.pictures

clean:  ## Remove the virtual environment and every cache
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# torch's CPU build is a tenth of the default one on Linux. Its index is tried once, without patience; where it cannot
# be reached, pip's usual sources serve.
$(VENV)/torch: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --retries 0 --timeout 5 --index-url https://download.pytorch.org/whl/cpu $(TORCH) 2>/dev/null \
		|| echo "torch's CPU index cannot be reached; going on with pip's usual sources"
	touch $@

$(VENV)/run: $(VENV)/torch requirements.txt
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@
