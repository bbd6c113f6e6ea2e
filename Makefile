# Everything this project can do, a line each. Needs Python 3.11 or newer and make, nothing else.

# The first of these that really runs (a version manager's stand-in may exist and fail), is new
# enough and can make virtual environments. `make PYTHON=/path/to/python3 setup` chooses another.
find_python = $(shell unset PYTHONHOME; for it in $(2); do "$$it" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, $(1)))' >/dev/null 2>&1 && echo "$$it" && break; done)
homes = $(sort $(wildcard $(HOME)/.pyenv/versions/*/bin/python3.$(1)))
PYTHON = $(call find_python,11,python3.11 python3.12 python3.13 python3.14 python3 $(foreach v,11 12 13 14,$(call homes,$(v))))
NEWER_PYTHON = $(call find_python,12,python3.13 $(call homes,13) python3.12 $(call homes,12) python3.14 $(call homes,14) python3)

VENV = .venv
LITE = .venv-lite
RUN = build/html/run
PY = $(VENV)/bin/python
# Nothing where the environment is of a Python that is gone, as after an update of the system.
alive := $(shell test -x $(PY) && echo $(PY))
ROOM_PY = .venv-room/bin/python
# Lays what a command makes into a folder, and moves aside what somebody else put there.
OUTPUT = $(PY) manage.py -m classroom.publishing.output

# With these, Python would not find the project in the folder in which it runs, or not itself;
# leave out each `assert`; or stay open where a command has ended.
unexport PYTHONSAFEPATH PYTHONHOME PYTHONOPTIMIZE PYTHONINSPECT

# Files and classes, not tests, are shared out: what one sets up at length, it alone uses. Three for
# two cores, since servers, browsers and locks are waited for; in the order of tests/conftest.py.
# One that dies fails its test and is not replaced: what was left of its file would be waited for.
AT_ONCE = -n 3 --dist loadscope --no-loadscope-reorder --max-worker-restart 0

# A test file is compiled and rewritten once, not in each worker each time.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest

# On another Django only what depends on it: on_one_django marks the rest.
CHOSEN = not in_browser$(if $(OTHER), and not on_one_django)
CHANCE = tests/speedy/test_at_once.py tests/speedy/test_any_order.py
WHEEL = tests/whatfires/test_wheel.py

# What `make help` explains; the rest it names.
LEARN = lab notebook serve html reset doctor
TEACH = room presenter solutions
MAKEFILE = $(firstword $(MAKEFILE_LIST))
show = awk -F ':.*\#\# ' -v names=" $(1) " '/^[a-z0-9-]+:.*\#\# / && index(names, " " $$1 " ") {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE)

.DEFAULT_GOAL := help
.PHONY: help help-all setup lab notebook serve prepare test test-fast test-lite test-postgres test-django61 test-all stress django-suite foreign wheel lint notebooks run-all html lite room bench-room presenter solutions reset mutants bench doctor lock clean

help: ## say what can be done here
	@echo "To learn:"; $(call show,$(LEARN))
	@echo "To teach:"; $(call show,$(TEACH))
	@echo "To change the course (make help-all explains each of them):"
	@awk -F ':.*\#\# ' -v known=" help $(LEARN) $(TEACH) " '/^[a-z0-9-]+:.*\#\# / && !index(known, " " $$1 " ") {printf "%s%s", n++ ? " " : "", $$1}' $(MAKEFILE) | fold -s -w 76 | sed 's/^/  /'; echo

help-all: ## explain every target
	@awk -F ':.*\#\# ' '/^[a-z0-9-]+:.*\#\# / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE)

setup: $(VENV)/.ready ## make .venv with everything in it (`make -B setup` repairs it)

# The lessons do without the project's database, where that cannot be written: each has its own.
lab: setup ## open your copy of the course, desk/, in JupyterLab
	@$(PY) manage.py prepare || true
	@$(PY) manage.py shell_plus --lab

notebook: setup ## open your copy of the course in the plain notebook view
	@$(PY) manage.py prepare || true
	@$(PY) manage.py shell_plus --notebook

serve: prepare ## serve the project at http://127.0.0.1:8000
	@$(PY) manage.py runserver 127.0.0.1:8000

prepare: setup ## lay out desk/, migrate the database, load the roster if it is empty
	@$(PY) manage.py prepare

test: setup $(if $(OTHER),,.venv-room/.ready) ## run every test, on SQLite, on PostgreSQL, and in a browser's Python where `make lite` fetched it (`make test ARGS="-k headcount"` chooses)
	$(PYTEST) -m "$(CHOSEN)" $(or $(ARGS),$(AT_ONCE))
	$(if $(ARGS),,@$(MAKE) --no-print-directory test-postgres)
	$(if $(ARGS)$(OTHER),,@$(if $(wildcard $(LITE)/.ready),$(MAKE) --no-print-directory test-lite,echo "Skipped: the course in a browser's Python. \`make $(LITE)\` fetches it."))

test-postgres: setup ## run the tests of the app and its tools on a PostgreSQL that is started for them
	$(PY) manage.py -m classroom.running.postgres $(PYTEST) tests/speedy tests/whatfires tests/classroom -m "$(CHOSEN) and not slow and not on_one_database" $(AT_ONCE)

stress: setup ## run what chance decides, which `make test` tries 25 times, 200 times: crowds, any order of events; and the wheel on every pair of Django and Python
	TRIES=200 $(PY) -m pytest $(CHANCE) $(WHEEL)
	TRIES=200 $(PY) manage.py -m classroom.running.postgres $(PY) -m pytest $(CHANCE)

test-lite: $(LITE) ## run every lesson and every solved exercise in a browser's Python (ten minutes)
	$(PY) -m pytest tests/lite -m slow $(or $(ARGS),-n 2 --max-worker-restart 0)

test-fast: setup ## run the tests that start no server and no notebook
	$(PY) -m pytest -m "not slow" $(ARGS)

test-django61: ## run every test that depends on Django on 6.1, where Python 3.12 or newer is found
	@$(if $(NEWER_PYTHON),$(MAKE) --no-print-directory VENV=.venv-django61 PYTHON=$(NEWER_PYTHON) "OTHER=Django==6.1.*" test,echo "Skipped: Django 6.1 needs Python 3.12 or newer, and none was found on this machine.")

test-all: test test-django61 ## run every test on Django 5.2, and what depends on Django on 6.1

django-suite: setup ## run Django's own signal tests inside a trace
	$(PY) -m tests.whatfires.django_suite

foreign: setup ## run the suites of public packages inside a trace (`PACKAGES="wagtail"` chooses)
	$(PY) -m tests.whatfires.foreign_suites $(PACKAGES)

wheel: setup ## build dist/whatfires-*.whl, the tools alone
	@$(OUTPUT) dist $(PY) -m pip wheel --quiet --no-deps --wheel-dir {} ./whatfires

lint: setup ## check style, format, and who imports whom
	$(PY) -m ruff check && $(PY) -m ruff format --check && $(PY) $(VENV)/bin/lint-imports --no-cache --no-logo

notebooks: setup ## build and run the notebooks from notebooks/source (`NOTEBOOKS=01` chooses)
	$(PY) manage.py build_notebooks $(NOTEBOOKS)

run-all: setup ## run every notebook in a fresh kernel, and print the seconds each takes
	@$(PY) manage.py run_all $(NOTEBOOKS)

# A link that leads nowhere is an error.
html: setup ## write the course as a web site into build/html
	@$(OUTPUT) build/html $(PY) manage.py -m docs.conf -q -W --keep-going -c docs -d {}-doctrees $(addprefix -D megabytes_of_run=,$(shell cat $(RUN)/megabytes 2>/dev/null)) . {}
	@echo "The web site begins at build/html/index.html. Open that file."

lite: $(LITE) ## write the course for a browser into build/html/run, then the site around it (`PYODIDE=folder` copies a Pyodide in, to work offline)
	@$(OUTPUT) $(RUN) $(PY) manage.py -m lite.build --to {} --pyodide "$$PYODIDE"
	@$(MAKE) --no-print-directory html

presenter: setup ## write the lessons, with notes for you, into presenter/
	@$(PY) manage.py presenter

solutions: setup ## write the exercises, solved and run, into solutions/
	@$(PY) manage.py solutions

reset: setup ## begin again; what was there is moved aside, after asking
	@$(PY) manage.py clean_room

mutants: setup ## judge wrong answers that are made of each solution: none may pass (`IDS="02-1 02-2"`)
	@$(PY) manage.py mutants $(IDS)

bench: setup ## measure what a hire costs, by every design, on SQLite and on PostgreSQL
	$(PY) manage.py bench

# NAMES: a number, or a file with a name a line. LISTEN=0.0.0.0 lets the network in, PORT chooses a port.
room: .venv-room/.ready ## a desk for each learner (NAMES=names.txt, or a number)
	$(if $(NAMES),,$(error Say who comes: make room NAMES=names.txt, a name a line, or a number))
	@$(ROOM_PY) manage.py -m room.__main__ "$$NAMES" $(if $(LISTEN),--listen $(LISTEN)) $(if $(PORT),--port $(PORT)) $(if $(ACCOUNTS),--accounts $(ACCOUNTS)) $(if $(IDLE),--idle $(IDLE))

bench-room: .venv-room/.ready ## measure a room in use, with accidents (`LEARNERS=30`)
	@$(ROOM_PY) manage.py -m room.bench $(or $(LEARNERS),30)

doctor: ## say what is wrong with this set-up, and the cure
	@$(or $(alive),$(PYTHON),$(NO_PYTHON)) classroom/running/doctor.py

lock: setup ## turn requirements.in into requirements.txt, for every platform
	$(PY) -m uv pip compile --universal --python-version 3.11 requirements.in -o requirements.txt --no-header
	$(PY) -m uv pip compile --universal --python-version 3.11 room/requirements.in -o room/requirements.txt --no-header

clean: ## remove what can be made again; databases, your copies and your progress stay
	@$(or $(PYTHON),$(NO_PYTHON)) manage.py -m classroom.publishing.output --clean

# Remade when the lock is newer.
INSTALL = @$(or $(PYTHON),$(NO_PYTHON)) manage.py -m classroom.running.installing
NO_PYTHON = $(error This needs Python 3.11 or newer with its venv module, and none was found. Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS))
.venv-room/.ready: room/requirements.txt
	$(INSTALL) .venv-room $<

$(VENV)/.ready: requirements.txt $(if $(alive),,FORCE)
	$(INSTALL) $(VENV) $< "$(OTHER)"

FORCE:

# JupyterLite, which runs notebooks in a browser, and the packages that go there.
$(LITE): setup
	@$(PY) manage.py -m lite.environment
