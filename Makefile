# Everything a person types here. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Outside the source tree: a fresh clone finds what an earlier one compiled.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/candour/target

# What real schools get: everything but the demonstration.
FOR_SCHOOLS := --no-default-features --features bundled

# What the tests need from npm: the accessibility checker, and two OpenID providers to sign in at.
FROM_NPM := $(patsubst %/package-lock.json,%/node_modules/.package-lock.json, \
	$(wildcard tests/browser/package-lock.json tests/providers/*/package-lock.json))

.PHONY: help demo test check exhaustive bless bench dist deny

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Two pretend schools, running on this machine
	cargo run --release -- demo

test: $(FROM_NPM) ## Everything a change must pass; installs what is missing
	@.ci/need
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo clippy $(FOR_SCHOOLS) -- -D warnings
	@.ci/deny
	cargo test

check: ## The quick part: format, lints, unit tests
	@.ci/need build
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo test --lib

exhaustive: ## The sweeps of which make test makes a sample, whole, with their numbers
	@.ci/need
	CANDOUR_EXHAUSTIVE=1 cargo test --lib --test suite -- --nocapture sweep domain::case::tests

bless: $(FROM_NPM) ## Run the tests and accept what they found as golden; review it with git diff
	INSTA_UPDATE=always CANDOUR_BLESS=1 cargo test

bench: ## Measure against the bars, and print the numbers
	cargo run --release -- bench

dist: ## The program for real schools: small, and without the demonstration
	@.ci/need build
	cargo build --profile dist $(FOR_SCHOOLS)
	@echo "$(CARGO_TARGET_DIR)/dist/candour"

deny: ## Licences and advisories of everything we build on, where cargo-deny is there
	@.ci/deny

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@.ci/need
	cd $* && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
