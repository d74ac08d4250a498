# Everything that people do with a checkout. `make demo` and `make test` install what they need (apt, Debian 12).

# What `easel --version` tells.
export EASEL_COMMIT := $(shell git describe --always --dirty 2> /dev/null)

.PHONY: deb test-deb notice check-monitoring build demo screenshots test check compare-decoders soak simulate fuzz install uninstall bench bench-peer growth curves restyling accuracy gallery format weights clean

build: ## Build the program and its watcher: .build/release/easel, .build/release/easel-inotify
	@Scripts/setup.sh
	swift build -c release --product easel
	swift build -c release --product easel-inotify

demo: build ## Paint the sample cat through a daemon in ./demo
	@Scripts/demo.sh

test: ## Check the sources, build, run every test
	@Scripts/setup.sh --tests
	@Scripts/test.sh

check: ## Check the sources only: imports, documentation, format, shell scripts
	@Scripts/setup.sh --tests
	@Scripts/check.sh

compare-decoders: ## Compare what Easel and Pillow read: make compare-decoders PICTURES=a folder (default: pictures of every kind)
	@Scripts/setup.sh --tests
	@Scripts/compare-decoders.sh $(PICTURES)

soak: ## The long tests: kills, failing disks, many jobs, a failing cluster, the Debian packages (two hours or more)
	@Scripts/setup.sh --tests
	@Scripts/soak.sh

simulate: ## What limits 10,000 jobs on 500 nodes: make simulate OPTIONS="--workers 2000"
	@Scripts/simulate-cluster.py $(OPTIONS)

fuzz: ## Read damaged files under AddressSanitizer: make fuzz COUNT=inputs for each reader
	@Scripts/setup.sh --tests
	@Scripts/fuzz.sh $(or $(COUNT),100000)

install: ## Install what `make build` has built, with a systemd service: make install PREFIX=/usr/local DESTDIR=
	@PREFIX="$(PREFIX)" SYSCONFDIR="$(SYSCONFDIR)" DESTDIR="$(DESTDIR)" Scripts/install.sh

uninstall: ## Remove what `make install` has installed; pictures stay
	@PREFIX="$(PREFIX)" SYSCONFDIR="$(SYSCONFDIR)" DESTDIR="$(DESTDIR)" Scripts/install.sh --remove

deb: ## Make the Debian packages: ./dist
	@Scripts/setup.sh --package
	@Scripts/deb.sh

test-deb: ## Install, upgrade, use, remove and purge those packages in a Debian 12 made for it (root; downloads 100 MB)
	@Scripts/setup.sh --test-package
	@Scripts/test-deb.sh

check-monitoring: ## Check the rules for Prometheus by promtool, and the dashboard for Grafana
	@Scripts/setup.sh --test-package
	@Scripts/check-monitoring.sh

notice: ## Write NOTICE anew: the licences of what is linked
	swift package resolve
	@Scripts/notice.py

bench: build ## Measure this machine: seconds per evaluation, GFLOP/s, memory
	@Scripts/bench.sh

bench-peer: build ## The same beside PyTorch: make bench-peer PYTHON=an interpreter that has torch
	@Scripts/bench.sh $(or $(PYTHON),python3)

curves: build ## Loss against seconds beside PyTorch, as a plot: make curves PYTHON=an interpreter that has torch and matplotlib
	@Scripts/curves.sh $(or $(PYTHON),python3)

growth: build ## Seconds and bytes per megapixel, small to large: make growth PYTHON=an interpreter that has matplotlib
	@Scripts/growth.sh $(or $(PYTHON),python3)

restyling: build ## What the cache saves, side by side: make restyling PYTHON=an interpreter that has Pillow
	@Scripts/restyling.sh $(or $(PYTHON),python3)

accuracy: ## How exact the gradient is, against PyTorch in double precision: make accuracy PYTHON=an interpreter that has torch
	@Scripts/setup.sh --tests
	@Scripts/accuracy.sh $(or $(PYTHON),python3)

gallery: build ## Paint the pictures of Documentation/Gallery.md (half an hour): make gallery NAMES=some of its strips
	@Scripts/setup.sh --tests
	@Scripts/python.sh
	@.venv/bin/python3 Scripts/gallery.py .build/release/easel $(NAMES)

screenshots: build ## Show the live page with results in it, and take its pictures: Documentation/page
	@Scripts/setup.sh --tests
	@Scripts/python.sh
	@.venv/bin/python3 Scripts/screenshots.py .build/release/easel

format: ## Format the Swift sources
	swift format --in-place --recursive Package.swift Sources Tests

weights: build ## Make the embedded network weights again and check their digest
	@Scripts/setup.sh --tests
	@Scripts/python.sh
	@PATH="$(CURDIR)/.venv/bin:$$PATH" Scripts/weights.sh

clean: ## Remove all that was built, and the demo
	rm -rf .build .build-asan .build-deb .venv demo dist
