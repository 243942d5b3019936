# The developers' front door. `make help` lists it; everything lives in script/ and CMake.
.PHONY: help build test sanitize fuzz torture soak format tidy bench dist dist-check docs clean

help: ## What this file can do
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

build: ## The release binary: build/release/bin/crema
	@script/bootstrap run
	@bash -c '. script/lib.sh && build release crema'

test: ## Every test, in under ten minutes (script/test)
	@script/test

sanitize: ## Everything under ASan+UBSan and under TSan, and every fuzzer for a minute
	@script/test --sanitize

fuzz: ## Every fuzzer for FUZZ_SECONDS (60)
	@script/fuzz

torture: ## Storms and faults for TORTURE_SECONDS (600); TORTURE_SEED=n repeats a run
	@script/bootstrap test
	@bash -c '. script/lib.sh && build release crema'
	@node tests/torture/run.mjs

soak: ## Churn for SOAK_SECONDS (1800): fails when the line of memory is not flat
	@script/bootstrap test
	@bash -c '. script/lib.sh && build release crema'
	@node tests/torture/soak.mjs

format: ## clang-format on every C++ source
	@script/bootstrap all
	@git ls-files -co --exclude-standard '*.h' '*.cc' | xargs clang-format -i

tidy: ## clang-tidy on every C++ source of crema/
	@script/bootstrap all
	@bash -c '. script/lib.sh && configure dev'
	@git ls-files -co --exclude-standard 'crema/*.cc' | xargs clang-tidy -p build/dev --quiet

bench: ## The benchmark (bench/run), on the release build; bench/run --short is under three minutes
	@script/bootstrap all
	@bash -c '. script/lib.sh && build release crema bench'
	@bench/run

dist: ## build/dist/crema-<version>-linux-<arch>.tar.gz, the same bytes every time
	@packaging/dist

dist-check: dist ## The same, tried in a bare Debian 12 made by debootstrap (root; a minute or more)
	@packaging/try_dist

docs: ## Writes the pages of docs/operating that are made from the code
	@bash -c '. script/lib.sh && build dev app_test'
	@CREMA_WRITE_DOCS=1 build/dev/bin/app_test --gtest_brief=1 --gtest_filter='Reference.*'

clean: ## Removes build/
	rm -rf build
