"""Material: one run as every output needs it, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.results import Result
from pipeline.steps.digest import digest, wanted_revisions
from pipeline.steps.report import result_rows, summarize

CONCLUSIONS = {
    "waiting": "確認を待っています",
    "consult": "協議してから同意を判断",
    "consent": "同意できる",
}
"""How far a candidate is on the flowchart, as staff read it."""
NO_CANDIDATE = "（台帳なし）"


@dataclass(frozen=True, eq=False)
class Material:
    """A result with its rows and counts; ``history`` is the log of reviews, only after finalizing."""

    result: Result
    history: pd.DataFrame | None = None

    @cached_property
    def rows(self) -> pd.DataFrame:
        """``ResultRows``, in input order."""
        return result_rows(self.result)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """summary.json."""
        return summarize(self.result, self.rows)

    @cached_property
    def themes(self) -> pd.DataFrame:
        """Every theme, the widest first."""
        return digest(self.rows, self.result.clusters["is_medoid"])

    @cached_property
    def requests(self) -> pd.DataFrame:
        """Themes of the statements that ask to amend the draft, decided or likely."""
        return digest(wanted_revisions(self.rows), self.result.clusters["is_medoid"])

    @cached_property
    def candidate_ids(self) -> tuple[str, ...]:
        """Candidates with opinions, in the order of their files; those without a file last."""
        return tuple(key for key, found in self.summary["by_candidate"].items() if found["opinions"])

    def candidate_name(self, candidate_id: str) -> str:
        """Id and name as staff know the candidate."""
        candidate = self.result.candidates.get(candidate_id)
        if candidate:
            return candidate.name
        return candidate_id or NO_CANDIDATE

    def say(self, codes: str) -> str:
        """Japanese names of codes joined by ``;``; a word that is no code stays what it is."""
        names = self.result.taxonomy.names
        return "、".join(names.get(code, code) for code in codes.split(";"))

    @cached_property
    def by_theme(self) -> pd.DataFrame:
        """The rows, candidate by candidate and the widest theme first; index kept."""
        order = {key: i for i, key in enumerate(self.candidate_ids)}
        rank = {member: i for i, joined in enumerate(self.themes["members"]) for member in joined.split(";")}
        keys = pd.DataFrame(
            {
                "candidate": self.rows["candidate_id"].map(order),
                "theme": self.rows["statement_id"].map(rank),
            }
        )
        return self.rows.loc[keys.sort_values(["candidate", "theme"], kind="stable").index]

    @cached_property
    def to_review(self) -> pd.DataFrame:
        """What a person must look at, worst first: contrary conclusions, then the least certain."""
        waiting = self.rows[self.rows["disposition"] == "pending"]
        keys = pd.DataFrame(
            {
                "contrary": ~waiting["contrary"],
                "copy": waiting["duplicate_of"] != "",
                "certain": waiting["probability"],
            }
        )
        return waiting.loc[keys.sort_values(["copy", "contrary", "certain"], kind="stable").index]
