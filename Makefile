# The two commands of the README, and their parts. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help tools rehearsal test check bench lab-up lab-down clean node

# More arguments for jest (make test) and for the rehearsal; a folder for the results of the tests as JSON.
JEST_ARGS ?=
JEST_RESULTS ?=
results = $(if $(JEST_RESULTS),--json --outputFile=$(JEST_RESULTS)/$(1).json)
REHEARSE_ARGS ?=

help:
	@echo 'make tools      install the packages and the pinned tools that are missing'
	@echo 'make rehearsal  one whole rehearsal in the embedded lab, from nothing to the verdict'
	@echo 'make test       all tests'
	@echo 'make check      types, lint, format'
	@echo 'make bench      benchmarks: ratios of things measured in one run'
	@echo 'make lab-up     start the lab; make lab-down stops it'
	@echo 'make clean      stop the lab; remove its state, the artifacts of rehearsals and caches in the work tree'
	@echo
	@echo 'make ends with status 2 whatever failed. The verdict has a status of its own (see the README) with'
	@echo '  npm run -s lab -- rehearse'
	@echo 'which `make rehearsal` runs, and whose status it prints.'

# The one thing that the scripts which check everything else need themselves.
node:
	@command -v node >/dev/null && command -v npm >/dev/null || \
	  { echo 'Node.js 20 or newer is needed, with npm, and was not found on PATH: https://nodejs.org' >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
	  { echo "Node.js $$(node --version) is too old: version 20 or newer is needed: https://nodejs.org" >&2; exit 1; }

# npm writes this file last, so it tells a whole install from a broken one.
node_modules/.package-lock.json: package-lock.json | node
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

tools: node_modules/.package-lock.json
	@npm run -s tools -- install

rehearsal: tools
	@npm run -s lab -- rehearse $(REHEARSE_ARGS); status=$$?; \
	  [ $$status -eq 0 ] || echo "The rehearsal ended with status $$status; the README says what that means." >&2; \
	  exit $$status

# What asserts how little was felt runs alone, when all else is done.
test: tools
	@status=0; \
	  npm test -- --selectProjects unit components report lab --maxWorkers=3 $(call results,parts) $(JEST_ARGS) || status=1; \
	  npm test -- --selectProjects rolls --maxWorkers=2 $(call results,rolls) $(JEST_ARGS) || status=1; \
	  npm test -- --selectProjects measured $(call results,measured) $(JEST_ARGS) || status=1; \
	  exit $$status

check: node_modules/.package-lock.json
	@npm run check

bench: tools
	@npm run bench

lab-up: tools
	@npm run -s lab -- up

lab-down: node_modules/.package-lock.json
	@npm run -s lab -- down

clean:
	@if [ -d .lab ] && [ -d node_modules ]; then npm run -s lab -- down; fi
	rm -rf .lab .rehearsal coverage node_modules/.cache
	@echo 'Installed tools stay in $${XDG_CACHE_HOME:-~/.cache}/kops-upgrade-rehearsal, or in REHEARSAL_TOOLS_DIR.'
