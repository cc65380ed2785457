# `make run` needs Python 3.11+ and make, nothing else. PORT, DATABASE_URL and DATA_DIR are honoured.
.DEFAULT_GOAL := help
# Modules are compiled once, not by every process of the tests and every server that they start.
unexport PYTHONDONTWRITEBYTECODE
# On two cores: some tests wait, for brokers and for moments that pass, and another works meanwhile. Each process gets a
# stretch of neighbours, which share what is made once for a module.
PYTEST = .venv/bin/pytest -q -n 3 --dist worksteal

.PHONY: help run test servers postgres check web stack faults bench

# The first Python that is new enough; names alone tell too little (version managers leave empty ones).
FIND_PYTHON = for python in "$$PYTHON" python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; done; \
	test -n "$$python" || { echo "✗ Python 3.11 or newer is needed, and none was found" >&2; exit 1; }
SETUP = @$(FIND_PYTHON); exec "$$python" tools/setup.py

help:
	@echo "make run     a class on http://localhost:8000 (PORT=…, DATABASE_URL=…, DATA_DIR=…)"
	@echo "make test    every test that needs no other server"
	@echo "make servers tests on real server processes: five servers, several workers, long polls"
	@echo "make postgres every test that uses the database, on a PostgreSQL of its own"
	@echo "make check   lint, format, types, import rules, pages"
	@echo "make web     build the pages"
	@echo "make stack   PostgreSQL, Redis, Kafka, two servers, consumer and Celery, as docker-compose.yml has them"
	@echo "make bench   how fast it is, beside others (needs Go; see bench/README.md)"
	@echo "make faults  what dies, freezes, leaks or waits: two minutes of each (FAULT_SECONDS=…)"

run:
	$(SETUP) run
	@exec .venv/bin/python manage.py serve

test:
	$(SETUP) test
	$(PYTEST)
	$(SETUP) npm test --silent

check:
	$(SETUP) test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(SETUP) npm run check --silent
	$(SETUP) npm run size --silent

servers:
	$(SETUP) test
	$(PYTEST) -m servers

postgres:
	$(SETUP) test
	.venv/bin/python tools/with_postgres.py $(PYTEST) --database-only

web:
	$(SETUP) web

stack:
	$(SETUP) test
	@exec .venv/bin/python tools/stack.py

faults:
	$(SETUP) test
	FAULT_SECONDS=$${FAULT_SECONDS:-120} .venv/bin/pytest -q -m faults

bench:
	$(SETUP) test
	.venv/bin/python -m uv sync --frozen --inexact --group bench
	.venv/bin/python -m bench fanout
	.venv/bin/python -m bench idle
	.venv/bin/python -m bench chat
	.venv/bin/python -m bench flat
	.venv/bin/python -m bench.activity
	.venv/bin/python -m bench.dashboard
	.venv/bin/python -m bench http
	.venv/bin/python -m bench pictures
