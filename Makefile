# `make demo` and `make test` are all that a stranger needs; the rest is for those who work on Roost.
SWIFT ?= swift
export SWIFT
ARROW := .deps/arrow/.stamp-26.0.1

# Python with what its users' functions import.
PYTHON := .deps/python/.stamp

# Python with the engines that Roost is compared with.
PEERS := .deps/bench
RUNS ?= 5

SEEDS ?= 10000

.PHONY: deps build test simulate chaos fuzz lint demo bench bench-all bench-peers package check-deploy test-package test-systemd test-containers test-hosts clean

deps: $(ARROW)

$(ARROW): scripts/arrow-deps.sh scripts/system-deps.sh
	scripts/system-deps.sh
	scripts/arrow-deps.sh

# One optimised build serves the program and its tests.
build: $(ARROW)
	$(SWIFT) build -c release --build-tests
	mkdir -p bin
	ln -sf ../.build/release/roost bin/roost

$(PYTHON): scripts/python-deps.sh scripts/python-requirements.txt scripts/system-deps.sh
	scripts/system-deps.sh
	scripts/python-deps.sh

test: build $(PYTHON)
	$(SWIFT) test -c release --disable-testable-imports --disable-xctest
	PYTHONDONTWRITEBYTECODE=1 .deps/python/bin/python -m unittest discover -s Tests/PythonTests -p '*_tests.py'

# docs/simulation.md: many seeds, or the history of one.
simulate: build
ifdef SEED
	ROOST_SIMULATION_SEED=$(SEED) $(SWIFT) test -c release --disable-testable-imports --disable-xctest --skip-build --filter SimulationTests.replay
else
	ROOST_SIMULATION_SEEDS=$(SEEDS) $(SWIFT) test -c release --disable-testable-imports --disable-xctest --skip-build --filter SimulationTests.SimulationTests
endif

# docs/reliability.md: faults that take minutes to survive.
chaos: build
	ROOST_CHAOS=1 $(SWIFT) test -c release --disable-testable-imports --disable-xctest --skip-build --filter ChaosTests
	ROOST_TEST_STRANGERS=10000 $(SWIFT) test -c release --disable-testable-imports --disable-xctest --skip-build --filter StrangersTests

# docs/fuzzing.md: one fuzzer, or each of them one after the other.
FUZZERS := frames messages batches jobs expressions texts
SECONDS ?= 600

fuzz: $(ARROW)
	for name in $(or $(FUZZER),$(FUZZERS)); do scripts/fuzz.sh $$name $(SECONDS) || failed=1; done; [ -z "$$failed" ]

lint:
	$(SWIFT) format lint --strict -r Sources Tests fuzz Package.swift

demo: build
	scripts/demo.sh

# benchmarks/README.md says what is measured, and how to measure one row.
bench: build $(PEERS)/.stamp
	$(PEERS)/bin/python benchmarks/run.py --runs $(RUNS)

bench-all: build $(PEERS)/.stamp
	$(PEERS)/bin/python benchmarks/run.py --all --runs $(RUNS)

# Dask, Ray and Spark, too, about a gigabyte.
bench-peers: $(PEERS)/.stamp-clusters

$(PEERS)/.stamp: benchmarks/requirements.txt benchmarks/install_peers.sh
	benchmarks/install_peers.sh benchmarks/requirements.txt
	touch $@

$(PEERS)/.stamp-clusters: benchmarks/requirements-clusters.txt $(PEERS)/.stamp
	benchmarks/install_peers.sh benchmarks/requirements-clusters.txt
	touch $@

# deploy/README.md: a tarball and a Debian package in dist/.
VERSION := $(shell sed -n 's/^package let roostVersion = "\(.*\)"/\1/p' Sources/Shared/Wire/Connections/Hello.swift)
TARBALL := dist/roost-$(VERSION)-linux-$(shell uname -m).tar.gz
DEB = dist/roost_$(VERSION)_$(shell dpkg --print-architecture).deb

package: build
	deploy/package.sh $(VERSION)

# Both in a minimal Debian without Swift and Python. Needs root, and debootstrap.
test-package: package
	deploy/tests/package.sh $(TARBALL) $(DEB)

# The Debian package and its units in a Debian that systemd-nspawn boots. Needs root, debootstrap and systemd-nspawn.
test-systemd: package
	deploy/tests/systemd.sh $(DEB)

# What the Dockerfile, the compose file and the manifests run, in namespaces of that Debian. Needs root, and debootstrap.
test-containers: package check-deploy
	deploy/tests/containers.sh $(DEB)

# The tarball on three hosts made of network namespaces, one of which is cut off in the midst of a job. Needs root.
test-hosts: package
	deploy/tests/hosts.sh $(TARBALL)

# What validates the files in deploy/.
check-deploy:
	deploy/tests/check.sh

clean:
	rm -rf .build .deps bin dist out data
