"""Agreement: how far two readers say the same, beyond what chance would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement of two readers over the same statements, chance taken out.

    Args:
        pairs: The two readers' values of each statement, n pairs.

    Returns:
        At most 1; None where it is undefined: no pairs, or both readers gave one single value throughout.

    Example:
        >>> pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
        >>> round(cohen_kappa(pairs), 4)
        0.4

    Source: Cohen (1960), A coefficient of agreement for nominal scales.
    """
    n = len(pairs)
    if not n:
        return None
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(a == b for a, b in pairs) / n
    expected = sum(left[value] * right[value] for value in left) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Iterable[Sequence[str]]) -> float | None:
    """Agreement of any number of readers, not all of whom read everything; nominal values.

    The expected disagreement comes from value counts, so that cost grows with values, not with pairs.

    Args:
        units: The values each statement was given; those with fewer than two say nothing and are left out.

    Returns:
        At most 1; None where it is undefined: nothing was read twice, or there is one single value.

    Example:
        >>> round(krippendorff_alpha([["a", "a"], ["b", "b"], ["a", "b"]]), 4)
        0.4444

    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C.
    """
    totals: Counter[str] = Counter()
    observed = 0.0
    for unit in units:
        m = len(unit)
        if m < 2:
            continue
        counts = Counter(unit)
        totals.update(counts)
        observed += (m * m - sum(c * c for c in counts.values())) / (m - 1)
    n = sum(totals.values())
    expected = n * n - sum(c * c for c in totals.values())
    return None if not expected else 1 - (n - 1) * observed / expected


def by_label(
    measure: Callable[[Sequence[tuple[str, str]]], float | None],
    pairs: Sequence[tuple[str, str]],
    labels: Iterable[str],
) -> dict[str, float | None]:
    """Agreement about each label against all others.

    >>> by_label(cohen_kappa, [("a", "a"), ("b", "c")], ["a", "c"])
    {'a': 1.0, 'c': 0.0}
    """
    return {label: measure([(str(a == label), str(b == label)) for a, b in pairs]) for label in labels}
