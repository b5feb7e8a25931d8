"""Tables: what a person may look at, declared with pandera, checked where they are made or read."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.typing import DataFrame, Series


class Table(pa.DataFrameModel):
    """Base: exactly the declared columns, in the declared order, no missing values."""

    class Config:
        """Strict: an undeclared column is an error, never a silent passenger."""

        strict = True
        ordered = True
        coerce = True


class Opinions(Table):
    """One row per opinion as sent, in input order. Texts are verbatim."""

    opinion_key: Series[str] = pa.Field(unique=True)
    """Permanent key: the same row of the same inquiry keeps it, whatever the file is called."""
    opinion_id: Series[str]
    """The sender's number where there is one; not unique across files."""
    file: Series[str]
    sheet: Series[str]
    row: Series[int] = pa.Field(ge=1)
    """Row number as Excel shows it."""
    window: Series[str]
    source: Series[str]
    """Code of the source (※1), or the words as written where they are none of the five."""
    prefecture: Series[str]
    organization: Series[str]
    organization_type: Series[str]
    candidate_id: Series[str]
    """Empty where no candidate file matches."""
    candidate: Series[str]
    """The candidate's name as written."""
    section: Series[str]
    text: Series[str]
    reason: Series[str]
    received_on: Series[str] = pa.Field(str_matches=r"^(\d{4}-\d{2}-\d{2})?$")
    """Day of receipt (ISO 8601) where the form has one that can be read; else empty."""


class Rejected(Table):
    """Rows that are no opinion to be judged: unreadable ones, 「特になし」 (``no_opinion``), and what another
    sheet holds already (``repeated``)."""

    file: Series[str]
    sheet: Series[str]
    row: Series[int] = pa.Field(ge=0)
    opinion_id: Series[str]
    reason: Series[str]
    message: Series[str]
    text: Series[str]


class Furniture(Table):
    """Rows of the form itself that nobody sent: example rows and totals. Listed, never counted as sent."""

    file: Series[str]
    sheet: Series[str]
    row: Series[int] = pa.Field(ge=1)
    kind: Series[str] = pa.Field(isin=["example", "total", "note"])
    text: Series[str]


class Spans(Table):
    """One row per statement: where in its opinion's text it stands, in input order."""

    statement_id: Series[str] = pa.Field(unique=True)
    """Permanent key of (opinion_key, start, end)."""
    opinion_key: Series[str]
    start: Series[int] = pa.Field(ge=0)
    end: Series[int] = pa.Field(ge=0)


class Personal(Table):
    """Where personal data of a writer stands: ``opinion[field][start:end]``. The text itself is not here."""

    opinion_key: Series[str]
    field: Series[str] = pa.Field(isin=["text", "reason"])
    start: Series[int] = pa.Field(ge=0)
    end: Series[int] = pa.Field(ge=0)
    kind: Series[str] = pa.Field(isin=["name", "phone", "mail", "my_number", "address"])


class Statements(Table):
    """One row per statement (one point in an opinion), in input order.

    ``text`` is ``opinion.text[start:end]``, verbatim. ``shown`` and ``shown_reason`` are the same with the
    writer's personal data masked, and are what every output but the restricted sheet prints. ``norm`` and
    ``norm_reason`` are normalized and masked, and are what models read.
    """

    statement_id: Series[str] = pa.Field(unique=True)
    opinion_key: Series[str]
    candidate_id: Series[str]
    section: Series[str]
    start: Series[int] = pa.Field(ge=0)
    end: Series[int] = pa.Field(ge=0)
    text: Series[str]
    reason: Series[str]
    shown: Series[str]
    shown_reason: Series[str]
    norm: Series[str]
    norm_reason: Series[str]


class Decisions(Table):
    """One row per statement, in input order: Q1 of the flowchart."""

    statement_id: Series[str] = pa.Field(unique=True)
    label: Series[str]
    """The best label, also when a person must confirm it."""
    secondary: Series[str]
    """Codes of other labels that apply, joined by ``;``."""
    probability: Series[float] = pa.Field(ge=0, le=1)
    outcome: Series[str] = pa.Field(isin=["auto", "human", "review", "undetermined"])
    """``human`` only after review: a person decided, whatever the model thought."""
    review_reasons: Series[str]
    """Codes of ``[review_reasons]`` in the taxonomy, joined by ``;``; empty where outcome is ``auto``."""


class Coverage(Table):
    """One row per statement, in input order: Q2 and Q3, asked of every statement that may be shared."""

    statement_id: Series[str] = pa.Field(unique=True)
    coverage: Series[str] = pa.Field(isin=["stated", "reflected", "not_reflected", "undetermined", "empty"])
    probability: Series[float] = pa.Field(ge=0, le=1)
    contrary: Series[bool]
    passages: Series[str]
    """Ids of the three best passages, best first, joined by ``;``."""


class Explanations(Table):
    """One row per statement: why."""

    statement_id: Series[str] = pa.Field(unique=True)
    evidence: Series[str]
    """Verbatim spans of ``Statements.shown``, joined by ``;``."""
    compared: Series[str]
    """References into the candidate file (``answered:1``, ``scope_out:0``, ``p07``), best first, by ``;``."""
    path: Series[str]
    """The way through the flowchart as ``question=answer`` steps, joined by ``;``."""


class Duplicates(Table):
    """One row per statement, in input order: texts that are one text with a word changed."""

    statement_id: Series[str] = pa.Field(unique=True)
    duplicate_of: Series[str]
    """statement_id of the group's representative; empty for the representative and for singles."""
    is_partial_duplicate: Series[bool]
    """The representative's text with a point or a reason of its own: judged for itself."""


class Clusters(Table):
    """One row per statement, in input order: near-duplicates and themes."""

    statement_id: Series[str] = pa.Field(unique=True)
    cluster_id: Series[str]
    cluster_name: Series[str]
    parent_id: Series[str]
    """The larger theme this one lies in, where a candidate has many; else empty."""
    parent_name: Series[str]
    topic_id: Series[str]
    """What themes of several candidates have in common (費用負担); empty for a theme of one candidate."""
    topic_name: Series[str]
    past_id: Series[str]
    """The theme of an earlier inquiry that this one repeats (前回照会にも同旨); else empty."""
    is_medoid: Series[bool]
    duplicate_of: Series[str]
    """statement_id of the group's representative; empty for the representative and for singles."""
    is_partial_duplicate: Series[bool]
    """The template plus a paragraph of its own."""
    stance: Series[str] = pa.Field(isin=["for", "against", ""])


class Dispositions(Table):
    """One row per statement, in input order: where in the flowchart it ended."""

    statement_id: Series[str] = pa.Field(unique=True)
    disposition: Series[str] = pa.Field(
        isin=["excluded", "addressed", "no_revision", "revision_request", "pending"]
    )


class ResultRows(Table):
    """statements.csv: the contract of the output, columns in this order. Texts are masked."""

    run_id: Series[str]
    opinion_id: Series[str]
    statement_id: Series[str] = pa.Field(unique=True)
    file: Series[str]
    sheet: Series[str]
    row: Series[int]
    window: Series[str]
    source: Series[str]
    prefecture: Series[str]
    organization: Series[str]
    organization_type: Series[str]
    candidate_id: Series[str]
    section: Series[str]
    text: Series[str]
    reason: Series[str]
    label: Series[str]
    secondary: Series[str]
    probability: Series[float]
    p_share: Series[float]
    p_unclear_basis: Series[float]
    p_out_of_scope: Series[float]
    p_abstract: Series[float]
    p_local_circumstances: Series[float]
    p_premise_needed: Series[float]
    p_resolved: Series[float]
    p_alternative_method: Series[float]
    outcome: Series[str]
    review_reasons: Series[str]
    cluster_id: Series[str]
    cluster_name: Series[str]
    duplicate_of: Series[str]
    coverage: Series[str]
    contrary: Series[bool]
    passages: Series[str]
    evidence: Series[str]
    disposition: Series[str]
    model_id: Series[str]
    encoder_id: Series[str]
    taxonomy_version: Series[int]


def make_table(model: type[Table], rows: pd.DataFrame | list[dict[str, object]]) -> pd.DataFrame:
    """Build a checked table from rows, with the model's columns in order; no rows give an empty table.

    Raises:
        pandera.errors.SchemaError: A column is missing, unknown or holds a value it may not.

    Example:
        >>> make_table(Furniture, []).columns.tolist()
        ['file', 'sheet', 'row', 'kind', 'text']
    """
    columns = list(model.to_schema().columns)
    frame = pd.DataFrame(rows, columns=columns)
    checked: pd.DataFrame = model.validate(frame.reset_index(drop=True))
    return checked


__all__ = [
    "Clusters",
    "Coverage",
    "DataFrame",
    "Decisions",
    "Dispositions",
    "Duplicates",
    "Explanations",
    "Furniture",
    "Opinions",
    "Personal",
    "Rejected",
    "ResultRows",
    "Spans",
    "Statements",
    "Table",
    "make_table",
]
