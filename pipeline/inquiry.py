"""One inquiry, step by step: what each task of the flow does, with real edges and without Prefect."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pandas as pd

from pipeline.arrays import Embeddings, Tokens
from pipeline.candidates import Candidates, load_candidates
from pipeline.edges.drifting import drift_of
from pipeline.edges.outputs import write_outputs
from pipeline.edges.registry import open_reader
from pipeline.edges.store import Store
from pipeline.edges.workbook import read_sheets
from pipeline.errors import InputError, Problem
from pipeline.headings import HeadingWords, load_heading_words, load_mapping
from pipeline.judgement import Reader, judge
from pipeline.layout import Headings
from pipeline.progress import listener
from pipeline.results import Intake, Judgement, Result, RunInfo
from pipeline.settings import Settings
from pipeline.sheets import Sheet
from pipeline.steps.dispose import dispose
from pipeline.steps.duplicates import find_duplicates
from pipeline.steps.embed import embed
from pipeline.steps.headings import find_headings
from pipeline.steps.ingest import ingest
from pipeline.steps.personal import find_personal
from pipeline.steps.split import split
from pipeline.steps.statements import make_statements
from pipeline.steps.themes import Known, cluster, repeated, theme_texts, unchanged
from pipeline.steps.themes.words import content_words
from pipeline.steps.tokens import tokenize
from pipeline.taxonomy import Taxonomy, load_taxonomy
from pipeline.themes import PastTheme, ThemeModel, load_theme_model


@dataclass(frozen=True)
class Request:
    """What a run is asked to do; plain values, so that a scheduler can ask for it too."""

    inputs: tuple[str, ...]
    candidates: str
    out: str
    window: str = ""
    db: str = ""
    mapping: str = ""


class Bench:
    """What a run works with; each part is opened when it is first needed."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.settings = Settings()
        self.started_at = datetime.now(UTC)
        self.run_id = f"{self.started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
        self.timings: dict[str, float] = {}

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The codebook."""
        return load_taxonomy(self.settings.taxonomy_path)

    @cached_property
    def candidates(self) -> Candidates:
        """The candidate files."""
        return load_candidates(Path(self.request.candidates))

    @cached_property
    def heading_words(self) -> HeadingWords:
        """The words forms use for their headings."""
        return load_heading_words(self.settings.headings_path)

    @cached_property
    def reader(self) -> Reader:
        """Model, encoder and tagger."""
        return open_reader(self.settings)

    @cached_property
    def theme_model(self) -> ThemeModel:
        """The pair model themes are made with."""
        return load_theme_model(self.settings.theme_model_path)

    @cached_property
    def store(self) -> Store:
        """The database."""
        return Store(self.request.db or self.settings.store_url)


@dataclass(frozen=True)
class Files:
    """Sheets of the files that could be read, and why the others could not."""

    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...]


def read_files(inputs: Sequence[str]) -> Files:
    """Read every file; one that cannot be read never stops the others.

    Raises:
        InputError: Not one of the files could be read.
    """
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(inputs):
        try:
            sheets.extend(read_sheets(Path(name)))
        except InputError as error:
            message = str(error).removeprefix(f"{Path(name).name}: ")
            problems.append(Problem(Path(name).name, "", 0, "unreadable", message))
        listener().advance(len(sheets))
    if not sheets:
        raise InputError("\n".join(map(str, problems)))
    return Files(tuple(sheets), tuple(problems))


def understand(bench: Bench, files: Files) -> Headings:
    """Find the headings of every sheet, with the mapping file where one is given."""
    words, given = bench.heading_words, bench.request.mapping
    mapping = load_mapping(Path(given), words) if given else None
    return find_headings(files.sheets, bench.candidates, words, mapping)


def take_in(bench: Bench, files: Files) -> Intake:
    """Turn the rows of every sheet into opinions, rejected rows and furniture.

    Raises:
        InputError: No file holds a single row of opinions, so there is nothing to report on.
    """
    headings = understand(bench, files)
    intake = ingest(files.sheets, headings, bench.candidates, bench.taxonomy, bench.request.window)
    problems = files.problems + intake.problems
    if not intake.n_rows and problems:
        raise InputError("\n".join(map(str, problems)))
    return Intake(intake.opinions, intake.rejected, intake.furniture, problems)


@dataclass(frozen=True, eq=False)
class Cut:
    """Opinions cut into statements, and where personal data stands in them."""

    personal: pd.DataFrame
    statements: pd.DataFrame


def cut(intake: Intake) -> Cut:
    """Split opinions into statements and mask the writers' personal data."""
    personal = find_personal(intake.opinions)
    return Cut(personal, make_statements(intake.opinions, split(intake.opinions), personal))


def tokenize_statements(bench: Bench, parts: Cut) -> Tokens:
    """Tokenize every statement and its reason, once."""
    return tokenize(parts.statements, bench.reader.tagger)


def judge_statements(bench: Bench, parts: Cut, tokens: Tokens) -> Judgement:
    """Ask the flowchart's questions of every statement."""
    return judge(parts.statements, tokens, bench.candidates, bench.taxonomy, bench.reader)


@dataclass(frozen=True, eq=False)
class Grouped:
    """Themes, the vectors of the statements they were made from, and the past themes they repeat."""

    clusters: pd.DataFrame
    embeddings: Embeddings
    past: tuple[PastTheme, ...] = ()


def group(bench: Bench, parts: Cut, tokens: Tokens) -> Grouped:
    """Group the statements of each candidate into themes, known ones under their old names."""
    encoder = bench.reader.encoder
    past = _past_themes(bench)
    ids, texts = theme_texts(parts.statements, bench.candidates, past)
    embeddings = embed(ids, texts, encoder, bench.reader.memory)
    duplicates = find_duplicates(parts.statements)
    so_far = unchanged(bench.store.themes_so_far(bench.request.window), parts.statements)
    known = Known(bench.theme_model, past, so_far)
    clusters = cluster(parts.statements, tokens, embeddings, duplicates, known)
    n = len(parts.statements)
    own = Embeddings(tuple(parts.statements["statement_id"]), embeddings.vectors[:n], embeddings.encoder_id)
    return Grouped(clusters, own, repeated(past, clusters))


def _past_themes(bench: Bench) -> tuple[PastTheme, ...]:
    """Themes of other inquiries, with the content words of the statement that stands for each."""
    past = bench.store.past_themes(bench.request.window)
    tokens = bench.reader.tagger([theme.text for theme in past])
    return tuple(
        theme.model_copy(update={"words": tuple(content_words(of))})
        for theme, of in zip(past, tokens, strict=True)
    )


def put_together(bench: Bench, intake: Intake, parts: Cut, judgement: Judgement, grouped: Grouped) -> Result:
    """Follow the flowchart to its end and bind everything into one result."""
    reader = bench.reader
    drift = drift_of(parts.statements, judgement, reader, bench.store, bench.taxonomy)
    info = RunInfo(
        run_id=bench.run_id,
        window=bench.request.window,
        model_id=judgement.scores.model_id,
        encoder_id=grouped.embeddings.encoder_id,
        taxonomy_version=bench.taxonomy.version,
        started_at=bench.started_at,
        files=tuple(Path(name).name for name in bench.request.inputs),
        certificate=reader.promise + drift,
        timings=bench.timings,
    )
    return Result(
        info=info,
        taxonomy=bench.taxonomy,
        candidates=bench.candidates,
        intake=intake,
        personal=parts.personal,
        statements=parts.statements,
        judgement=judgement,
        clusters=grouped.clusters,
        dispositions=dispose(judgement.decisions, judgement.coverage, bench.taxonomy),
        embeddings=grouped.embeddings,
        past=grouped.past,
    )


@dataclass(frozen=True)
class Outcome:
    """What a run left behind: files, counts and what staff must be told; no text of an opinion."""

    files: tuple[str, ...]
    n_rows: int
    n_opinions: int
    n_rejected: int
    n_statements: int
    outcomes: dict[str, int]
    dispositions: dict[str, int]
    certificate: str
    problems: tuple[Problem, ...] = field(default=())


def keep(bench: Bench, result: Result) -> None:
    """Put the run into the store, in one transaction."""
    bench.store.save_run(result)


def write(bench: Bench, result: Result) -> Outcome:
    """Write the outputs, whole or not at all, and say what came out."""
    files = write_outputs(result, Path(bench.request.out))
    intake = result.intake
    return Outcome(
        files=tuple(map(str, files)),
        n_rows=intake.n_rows,
        n_opinions=len(intake.opinions),
        n_rejected=len(intake.rejected),
        n_statements=len(result.statements),
        outcomes=_counts(result.judgement.decisions["outcome"]),
        dispositions=_counts(result.dispositions["disposition"]),
        certificate=result.info.certificate,
        problems=intake.problems,
    )


def _counts(codes: pd.Series[str]) -> dict[str, int]:
    return {str(code): int(n) for code, n in codes.value_counts(sort=False).sort_index().items()}
