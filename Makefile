PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup run test test-bundle test-docs check format fuzz bundle bench bench-backends bench-outputs bench-pages bench-split bench-themes theme-model clean

setup: $(STAMP)

# pip, not a faster resolver: the CPU build of torch may lie where only pip looks.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/ikenwake prepare
	touch $@

run: setup ## the main job on the sample inquiry
	$(BIN)/ikenwake run data/sample/inquiry.xlsx --candidates data/sample/candidates --out data/out

test: setup ## every test this machine can run
	$(BIN)/python -m pytest

test-docs: setup ## types every command of the documentation, in an installation made for it (minutes)
	$(BIN)/python -m pytest -m docs

test-bundle: setup ## builds the bundle and installs it with the network cut off (root; minutes)
	$(BIN)/python -m pytest -m bundle

check: setup ## format, lint, types, and the map of the house
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fuzz: setup ## the readers against any bytes, guided by coverage (ten minutes; SECONDS=3600 for longer)
	$(BIN)/python -m pip install --quiet "atheris>=3,<4"
	$(BIN)/python -m benchmarks.fuzz $(or $(SECONDS),600)

bundle: setup ## a folder that installs without any network: build/bundle
	$(BIN)/python bundle/build.py

bench: setup ## the main job whole: time, memory, and where they go; SIZES="1000 10000" adds larger ones
	$(BIN)/python -m benchmarks.job $(SIZES)

bench-pages: setup ## how long each page of the review app takes with 5,000 statements
	$(BIN)/python -m benchmarks.pages $(if $(STATEMENTS),--statements $(STATEMENTS))

bench-outputs: setup ## 10,000 statements into every output: seconds and sizes
	$(BIN)/python -m benchmarks.outputs $(STATEMENTS)

bench-backends: setup ## encoder backends: speed, and what they cost in accuracy
	$(BIN)/python -m benchmarks.backends

bench-split: setup ## precision and recall of splitting cells, inquiry by inquiry
	$(BIN)/python -m benchmarks.split

bench-loop: setup ## inquiry, review, retraining, next inquiry: what people must read, how good the labels are (long)
	$(BIN)/python -m benchmarks.loop

bench-active: setup ## what to label next: margin against random (long)
	$(BIN)/python -m benchmarks.active

bench-themes: setup ## themes against people's own and against peers; stability; time and memory (long)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,bench]'
	$(BIN)/python -m benchmarks.themes

theme-model: setup ## fit the pair model on labels/gold
	$(BIN)/python -m benchmarks.themes --fit

clean: ## all that can be rebuilt; the store and outputs in data/ stay
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
