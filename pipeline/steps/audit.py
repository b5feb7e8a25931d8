"""Audit (抜取検査): what a random sample of this very batch says about the rest of it.

Needs no assumption that this inquiry resembles the last one: the draw itself is the only randomness. The plan
is fixed before anybody looks. Source: hypergeometric acceptance sampling, e.g. ISO 2859-2 (isolated lots).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import hypergeom


@dataclass(frozen=True)
class Plan:
    """Inspect ``sample_ids``, drawn at random from N accepted statements; up to ``allowed`` errors pass."""

    n_accepted: int
    sample_ids: tuple[str, ...]
    allowed: int
    max_rate: float
    confidence: float


@dataclass(frozen=True)
class Verdict:
    """What the inspection shows: at most ``max_wrong`` of the N are wrong, with the plan's confidence."""

    n_accepted: int
    n_inspected: int
    n_wrong: int
    max_wrong: int
    passed: bool
    confidence: float

    @property
    def sentence(self) -> str:
        """One sentence a director can read."""
        rate = self.max_wrong / self.n_accepted if self.n_accepted else 0
        passed = "合格です" if self.passed else "不合格です。自動採用した全件を人が確認してください"
        return (
            f"自動採用した{self.n_accepted:,}件から無作為に抜き取った{self.n_inspected}件を人が読み、"
            f"誤りは{self.n_wrong}件でした。全体の誤りは多くとも{self.max_wrong}件（{rate:.1%}）であると"
            f"{self.confidence:.0%}の確かさで言えます。{passed}。"
        )


def sample_size(n_accepted: int, allowed: int, max_rate: float, confidence: float) -> int:
    """Smallest sample that passes a batch with a rate above ``max_rate`` at most 1 - confidence of the time.

    Example:
        >>> [sample_size(400, k, 0.05, 0.95) for k in range(3)]
        [52, 82, 107]
        >>> [sample_size(n, 0, 0.05, 0.95) for n in (200, 100, 0)]
        [47, 39, 0]
    """
    too_many = int(max_rate * n_accepted + 1e-9) + 1
    for n in range(n_accepted):
        if n > allowed and hypergeom.cdf(allowed, n_accepted, too_many, n) <= 1 - confidence:
            return n
    return n_accepted


def plan_audit(
    accepted_ids: Sequence[str], seed: str, allowed: int, max_rate: float, confidence: float
) -> Plan:
    """Draw the sample of one batch: reproducible from the ids and ``seed``, in any order of the rows.

    Args:
        accepted_ids: Ids of the statements accepted automatically.
        seed: The run's id; published with the plan, so that anybody can draw the same sample again.
        allowed: Errors in the sample that still pass.
        max_rate: The error rate a passing batch must not exceed.
        confidence: How sure that has to be.
    """
    size = sample_size(len(accepted_ids), allowed, max_rate, confidence)
    drawn = sorted(accepted_ids, key=lambda key: hashlib.sha256(f"{seed}/{key}".encode()).digest())[:size]
    return Plan(len(accepted_ids), tuple(sorted(drawn)), allowed, max_rate, confidence)


def check_audit(plan: Plan, wrong_ids: Sequence[str]) -> Verdict:
    """State the exact bound after every statement of the plan was inspected.

    Args:
        plan: The plan, unchanged since it was drawn.
        wrong_ids: Which of the sampled statements the reviewers found wrong.

    Raises:
        ValueError: An id is not of the sample.
    """
    strangers = set(wrong_ids) - set(plan.sample_ids)
    if strangers:
        raise ValueError(f"not in the sample: {sorted(strangers)}")
    n, wrong = len(plan.sample_ids), len(set(wrong_ids))
    most = wrong
    limit = plan.n_accepted - n + wrong
    while most < limit and hypergeom.cdf(wrong, plan.n_accepted, most + 1, n) > 1 - plan.confidence:
        most += 1
    return Verdict(plan.n_accepted, n, wrong, most, wrong <= plan.allowed, plan.confidence)
