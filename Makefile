# `make demo` and `make test` are all that a stranger needs; the rest is for those who work on Roost.
SWIFT ?= swift
export SWIFT
ARROW := .deps/arrow/.stamp-26.0.1

.PHONY: deps build test lint demo bench clean

deps: $(ARROW)

$(ARROW): scripts/arrow-deps.sh scripts/system-deps.sh
	scripts/system-deps.sh
	scripts/arrow-deps.sh

# One optimised build serves the program and its tests.
build: $(ARROW)
	$(SWIFT) build -c release --build-tests
	mkdir -p bin
	ln -sf ../.build/release/roost bin/roost

test: build
	$(SWIFT) test -c release --disable-testable-imports --disable-xctest

lint:
	$(SWIFT) format lint --strict -r Sources Tests Package.swift

demo: build
	scripts/demo.sh

# A smaller one: `make bench ROWS=1000000 STORES=10000 RUNS=3`.
bench: build
	benchmarks/grouped_ols.sh

clean:
	rm -rf .build .deps bin out data
