"""Material: one run as every output needs it, computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.results import Result
from pipeline.reviews import Event
from pipeline.steps.digest import digest, wanted_revisions
from pipeline.steps.queue import order_queue
from pipeline.steps.report import result_rows, summarize
from pipeline.steps.settle import verdict
from pipeline.themes import PastTheme

JAPAN = timezone(timedelta(hours=9), "日本時間")
NO_CANDIDATE = "（台帳なし）"


@dataclass(frozen=True, eq=False)
class Material:
    """A result with its rows and counts; ``history`` is the log of reviews, only after finalizing."""

    result: Result
    history: Sequence[Event] | None = None

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
    def past(self) -> dict[str, str]:
        """For each theme that an earlier inquiry had too: when, under what name, and what became of it."""
        known = {theme.theme_id: theme for theme in self.result.past}
        pointed = self.result.clusters[["cluster_id", "past_id"]].drop_duplicates()
        return {
            cluster_id: self._said_before(known[past_id])
            for cluster_id, past_id in zip(pointed["cluster_id"], pointed["past_id"], strict=True)
            if past_id in known
        }

    def _said_before(self, theme: PastTheme) -> str:
        ends = [theme.label] if theme.disposition == "excluded" else [theme.label, theme.disposition]
        became = "・".join(self.say(end) for end in ends if end) or "判断は記録なし"
        when = f"（{theme.window}）" if theme.window else ""
        return f"前回照会{when}にも同旨: {theme.name}（{theme.n_statements}件、{became}）"

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
        """What a person must look at, in the order of the review queue; near-duplicates behind the first."""
        waiting = self.rows[self.rows["disposition"] == "pending"]
        tickets = order_queue(self.result, {})
        order = [one for ticket in tickets for one in (ticket.statement_id, *ticket.followers)]
        place = {one: i for i, one in enumerate(dict.fromkeys(order))}
        keys = waiting["statement_id"].map(place).fillna(len(place))
        return waiting.loc[keys.sort_values(kind="stable").index]

    @cached_property
    def labelled(self) -> tuple[Event, ...]:
        """The log's labels in the order given, without those that were undone."""
        log = self.history or ()
        undone = {event.value for event in log if event.kind == "undo"}
        return tuple(event for event in log if event.kind == "label" and event.event_key not in undone)

    def verdict(self, candidate_id: str) -> str:
        """The candidate's result in the words of the flowchart."""
        ends = self.summary["by_candidate"][candidate_id]["by_disposition"]
        return verdict(ends["revision_request"], ends["pending"])

    @cached_property
    def day(self) -> str:
        """The day of the run, in Japan."""
        at = self.result.info.started_at.astimezone(JAPAN)
        return f"{at.year}年{at.month}月{at.day}日"
