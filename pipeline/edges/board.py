"""Board: the state of one inquiry at one moment, and everything that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import pandas as pd

from pipeline.edges.facts import Fact, make_facts
from pipeline.edges.marks import gather_marks
from pipeline.edges.store import Pulse
from pipeline.edges.store.accounts import Account
from pipeline.policy import Review as ReviewPolicy
from pipeline.results import Result
from pipeline.reviews import Answer, Event, Reading, Review, hide
from pipeline.steps.queue import Ticket, draw_stream, followers, order_queue
from pipeline.steps.review_state import is_closed, needs_second, reading_for
from pipeline.steps.settle import Settled, candidate_results, settle
from pipeline.text import normalize


@dataclass(frozen=True, eq=False)
class Board:
    """The state of one inquiry at one moment: suggestions, logs, and what they amount to."""

    result: Result
    policy: ReviewPolicy
    hashes: Mapping[str, str]
    logs: Mapping[str, tuple[Event, ...]]
    reviews: Mapping[str, Review]
    places_in_log: Mapping[str, int]
    """Place in the whole log, by event key: what came after what."""
    pulse: Pulse

    @cached_property
    def p_share(self) -> dict[str, float]:
        """Probability the model gives 共有すべきもの, by statement."""
        scores = self.result.judgement.scores
        column = scores.probabilities[:, scores.label_ids.index("share")]
        return dict(zip(scores.statement_ids, column.tolist(), strict=True))

    @cached_property
    def drawn(self) -> dict[str, float]:
        """The random stream, with each statement's draw."""
        waiting = int((self.result.judgement.decisions["outcome"] != "auto").sum())
        return draw_stream(self.result.statements["statement_id"].tolist(), waiting, self.policy.random_share)

    @cached_property
    def queue(self) -> list[Ticket]:
        """Everything that waits or waited for a person, most valuable first."""
        return order_queue(self.result, self.drawn, self.merged, self.doubted)

    @cached_property
    def doubted(self) -> frozenset[str]:
        """Decided statements a label check doubts, as long as nobody has answered since."""
        return frozenset(one for one, review in self.reviews.items() if review.is_asked_again)

    @cached_property
    def merged(self) -> dict[str, str]:
        """Statements people told to follow another one, or (empty) to stand alone.

        A near-duplicate somebody answered on its own stands alone too.
        """
        said = {
            one: r.merged_into
            for one, r in self.reviews.items()
            if r.merged_into is not None and one in self.facts
        }
        alone = {one: "" for one in self.twins if self.reviews[one].first and one not in said}
        return said | alone

    @cached_property
    def twins(self) -> frozenset[str]:
        """Near-duplicates that follow a representative as long as nobody says otherwise."""
        return frozenset(one for group in followers(self.result, {}).values() for one in group)

    @cached_property
    def behind(self) -> dict[str, tuple[str, ...]]:
        """Statements that take over another one's decision, by that one."""
        return followers(self.result, self.merged)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """What a page shows of each statement, in order."""
        return make_facts(self.result)

    @cached_property
    def marks(self) -> dict[str, tuple[str, ...]]:
        """Personal data people marked, by statement; those without any are left out."""
        return gather_marks(self.facts, self.reviews)

    def masked(self, statement_id: str) -> Fact:
        """The same as every page shows it: what a reviewer marked as personal data is blanked out."""
        fact, marks = self.facts[statement_id], self.marks.get(statement_id)
        if not marks:
            return fact
        shown, reason = hide(fact.shown, marks), hide(fact.shown_reason, marks, "reason")
        evidence = tuple(span for span in fact.evidence if span in shown or span in reason)
        return replace(fact, shown=shown, shown_reason=reason, evidence=evidence)

    @cached_property
    def leaders(self) -> dict[str, str]:
        """The representative of each such near-duplicate."""
        return {one: head for head, group in self.behind.items() for one in group}

    @cached_property
    def search_texts(self) -> dict[str, str]:
        """What a search looks at: statement, reason, sender and theme, one spelling for what is one thing."""
        table = self.result.statements
        texts = zip(table["norm"].tolist(), table["norm_reason"].tolist(), self.facts.values(), strict=True)
        spelled = lru_cache(maxsize=None)(normalize)  # A few hundred names, each of many statements.
        return {
            f.statement_id: "\n".join(
                (text, reason, spelled(f.organization), spelled(f.cluster_name))
            ).casefold()
            for text, reason, f in texts
        }

    @cached_property
    def themes(self) -> dict[str, tuple[str, ...]]:
        """Statements of each theme, in order."""
        return _grouped((fact.cluster_id, one) for one, fact in self.facts.items() if fact.cluster_id)

    @cached_property
    def opinions(self) -> dict[str, tuple[str, ...]]:
        """Statements of each opinion, in order."""
        return _grouped((fact.opinion_key, one) for one, fact in self.facts.items())

    @cached_property
    def closed(self) -> frozenset[str]:
        """Statements people are done with."""
        return frozenset(one for one in self.facts if self.is_closed(one))

    @cached_property
    def places(self) -> dict[str, int]:
        """Row of each statement in the embeddings."""
        return {one: i for i, one in enumerate(self.result.embeddings.ids)}

    def review(self, statement_id: str) -> Review:
        """What people have said of a statement."""
        return self.reviews[statement_id]

    def is_closed(self, statement_id: str) -> bool:
        """Whether people are done with it."""
        review, is_drawn = self.reviews[statement_id], statement_id in self.drawn
        return is_closed(review, is_drawn, self.p_share[statement_id], self.policy)

    def needs_second(self, statement_id: str) -> bool:
        """Whether a second person has to read it."""
        review, is_drawn = self.reviews[statement_id], statement_id in self.drawn
        return needs_second(review, is_drawn, self.p_share[statement_id], self.policy)

    def reading_for(self, statement_id: str, reviewer: str, can_adjudicate: bool) -> Reading | None:
        """Which reading an answer of this person would be."""
        review = self.reviews[statement_id]
        return reading_for(review, reviewer, can_adjudicate, self.needs_second(statement_id))

    def turn(self, account: Account, statement_id: str) -> Reading | None:
        """Which reading this account could give now, its roles considered."""
        reading = self.reading_for(statement_id, account.name, account.may("adjudicate"))
        return None if reading in ("first", "second") and not account.may("read") else reading

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """Closed decisions of people, by statement; a doubted one stands until somebody answers anew."""
        return {
            one: review.decided
            for one, review in self.reviews.items()
            if review.decided and (one in self.closed or (review.is_asked_again and one in self.facts))
        }

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """What each candidate has come to: a ``CandidateResults`` table."""
        return candidate_results(self.result, self.answers, self.leaders)

    @cached_property
    def settled(self) -> Settled:
        """The inquiry with people's decisions in the place of the suggestions."""
        return settle(self.result, self.answers, self.leaders)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: tuple(group) for key, group in found.items()}
