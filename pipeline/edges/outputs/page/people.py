"""People: how far readers agreed with one another and with the machine, after finalizing."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.edges.outputs.material import Material
from pipeline.steps.agreement import by_label, cohen_kappa


@dataclass(frozen=True)
class Agreement:
    """What the log of reviews says of its readers; ``said`` in sentences, ``labels`` as a table."""

    said: tuple[str, ...]
    labels: tuple[tuple[str, int, int, int, str], ...]
    """Per label either reader gave: name, first reader, second reader, both, kappa as written."""


def agreement(material: Material) -> Agreement | None:
    """Agreement of blind readers, and of people with what the machine had proposed; None before reviews."""
    if not material.labelled:
        return None
    pairs = _read_twice(material)
    return Agreement((_with_machine(material), _with_another(pairs)), tuple(_labels(material, pairs)))


def _read_twice(material: Material) -> list[tuple[str, str]]:
    read: dict[str, dict[str, str]] = {}
    for event in material.labelled:
        if event.reading in ("first", "second"):
            read.setdefault(event.statement_id, {})[event.reading] = event.value
    return [(said["first"], said["second"]) for said in read.values() if len(said) == 2]


def _with_machine(material: Material) -> str:
    """Of each statement the first value in the log is the machine's, the last one people's."""
    proposed: dict[str, str] = {}
    decided: dict[str, str] = {}
    for event in material.labelled:
        proposed.setdefault(event.statement_id, event.old)
        decided[event.statement_id] = event.value
    same = sum(decided[one] == proposed[one] for one in decided)
    return f"人が区分を決めた{len(decided)}件のうち、{same}件は機械の見込みと同じでした。"


def _with_another(pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return "二人が別々に読んだ論点はありません。"
    same = sum(one == two for one, two in pairs)
    kappa = cohen_kappa(pairs)
    words = f"二人が別々に読んだ{len(pairs)}件のうち、{same}件で区分が一致しました"
    return words + ("。" if kappa is None else f"（偶然の一致を除いた一致度 κ＝{kappa:.2f}）。")


def _labels(material: Material, pairs: list[tuple[str, str]]) -> list[tuple[str, int, int, int, str]]:
    labels = material.result.taxonomy.label_ids[::-1]
    kappas = by_label(cohen_kappa, pairs, labels)
    found = []
    for label in labels:
        first, second = (sum(pair[k] == label for pair in pairs) for k in (0, 1))
        both = sum(pair == (label, label) for pair in pairs)
        kappa = kappas[label]
        if first or second:
            words = "－" if kappa is None else f"{kappa:.2f}"
            found.append((material.say(label), first, second, both, words))
    return found
