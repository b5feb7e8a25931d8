"""The codebook as data: what may be decided, and in which order it is looked at."""

from __future__ import annotations

import tomllib
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipeline.errors import TaxonomyError


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Border(_Frozen):
    """What a label does not cover, and the neighbouring label that does (empty: a person decides)."""

    text: str
    label: str


class Label(_Frozen):
    """One answer to Q1: a category of exclusion, or 共有すべきもの."""

    code: str
    name: str
    full_name: str
    precedence: int
    excluded: bool
    needs_candidate: bool
    """True where the opinion alone cannot tell and the candidate file must (共通化以外, 解決済, 射程外)."""
    definition: str
    question: str
    includes: tuple[str, ...]
    excludes: tuple[Border, ...]


class Term(_Frozen):
    """A code, its Japanese name, and what it means."""

    code: str
    name: str
    definition: str = ""


class Source(_Frozen):
    """Where an opinion came from (※1), with the words forms use for it."""

    code: str
    name: str
    words: tuple[str, ...]


class Taxonomy(_Frozen):
    """labels/taxonomy.toml, validated: codes are unique, precedence is 1..k, borders name real labels."""

    version: int
    title: str
    source: str
    labels: tuple[Label, ...]
    sources: tuple[Source, ...]
    coverage: tuple[Term, ...]
    dispositions: tuple[Term, ...]
    outcomes: tuple[Term, ...]
    review_reasons: tuple[Term, ...]
    rejections: tuple[Term, ...]

    @model_validator(mode="after")
    def _check(self) -> Taxonomy:
        for field in type(self).model_fields:
            value = getattr(self, field)
            if isinstance(value, tuple):
                codes = [item.code for item in value]
                if len(codes) != len(set(codes)):
                    raise ValueError(f"{field}: a code is used twice")
        if sorted(label.precedence for label in self.labels) != list(range(1, len(self.labels) + 1)):
            raise ValueError("labels: precedence must be 1..k without gaps")
        known = {label.code for label in self.labels} | {""}
        for label in self.labels:
            for border in label.excludes:
                if border.label not in known:
                    raise ValueError(f"labels.{label.code}: unknown neighbour {border.label!r}")
        if [label.code for label in self.labels if not label.excluded] != ["share"]:
            raise ValueError("labels: exactly one label, share, is not an exclusion")
        return self

    @cached_property
    def label_ids(self) -> tuple[str, ...]:
        """Codes in order of precedence: the column order of every probability table."""
        return tuple(label.code for label in sorted(self.labels, key=lambda label: label.precedence))

    @cached_property
    def excluded_ids(self) -> frozenset[str]:
        """Codes of the seven exclusions."""
        return frozenset(label.code for label in self.labels if label.excluded)

    @cached_property
    def candidate_bound_ids(self) -> frozenset[str]:
        """Codes that cannot be judged without the candidate file."""
        return frozenset(label.code for label in self.labels if label.needs_candidate)

    @cached_property
    def names(self) -> dict[str, str]:
        """Japanese name of every code there is (labels, sources, coverage, dispositions, reasons)."""
        found: dict[str, str] = {}
        for field in type(self).model_fields:
            value = getattr(self, field)
            if isinstance(value, tuple):
                found.update({item.code: item.name for item in value})
        return found

    def disposition(self, label: str, coverage: str) -> str:
        """Where the flowchart ends once the label is certain: ``pending`` while the coverage is not."""
        return "excluded" if label in self.excluded_ids else _BY_COVERAGE.get(coverage, "pending")

    def path(self, label: str, coverage: str) -> str:
        """The way through the flowchart that ends at this label and coverage."""
        return flowchart_path(label, coverage, self.label_ids)

    def label(self, code: str) -> Label:
        """The label of that code.

        Raises:
            TaxonomyError: There is no such label.
        """
        for label in self.labels:
            if label.code == code:
                return label
        raise TaxonomyError(
            f"区分「{code}」は判断基準書にありません。labels/taxonomy.toml を確認してください。"
        )


_BY_COVERAGE = {"stated": "addressed", "reflected": "no_revision", "not_reflected": "revision_request"}


def flowchart_path(label: str, coverage: str, label_ids: tuple[str, ...]) -> str:
    """The questions asked, in order of precedence, up to the first yes; then Q2 and Q3 of what is shared.

    >>> flowchart_path("resolved", "empty", ("alternative_method", "resolved", "share"))
    'alternative_method=no;resolved=yes'
    >>> flowchart_path("share", "reflected", ("alternative_method", "resolved", "share"))
    'alternative_method=no;resolved=no;share=yes;stated=no;reflected=yes'
    """
    steps = [f"{known}=no" for known in label_ids[: label_ids.index(label)]] + [f"{label}=yes"]
    if label == "share" and coverage in _BY_COVERAGE:
        steps.append(f"stated={'yes' if coverage == 'stated' else 'no'}")
        if coverage != "stated":
            steps.append(f"reflected={'yes' if coverage == 'reflected' else 'no'}")
    return ";".join(steps)


def load_taxonomy(path: Path) -> Taxonomy:
    """Read and validate the taxonomy.

    Raises:
        TaxonomyError: The file is missing, is not TOML, or contradicts itself.
    """
    try:
        return Taxonomy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise TaxonomyError(f"{path}: 判断基準書を読めません。{error}") from error
