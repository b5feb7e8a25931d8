"""Card plots: how far confidence can be trusted, what is taken for what, and what more labels would buy."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "ikenwake",
    "font.size": 9,
    "font.family": "sans-serif",
}
_BLUE, _GREY = "#1d4ed8", "#64748b"


def card_plots(metrics: dict[str, Any], names: dict[str, str]) -> dict[str, str]:
    """The plots of a model card as SVG, by file name; the same metrics give the same bytes.

    Args:
        metrics: Of a card.
        names: Japanese names of the labels.
    """
    whole = metrics["leave_candidates_out"]
    plots = {
        "reliability.svg": _draw(lambda axes: _reliability(axes, whole["reliability"])),
        "confusion.svg": _draw(lambda axes: _confusion(axes, whole["confusion"], names), 6.0),
        "risk_coverage.svg": _draw(lambda axes: _risk(axes, whole["risk_coverage"])),
    }
    if "learning_curve" in metrics:
        plots["learning_curve.svg"] = _draw(lambda axes: _curve(axes, metrics["learning_curve"], names))
    return plots


def _draw(fill: Callable[[Axes], None], size: float = 4.0) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    buffer = io.StringIO()
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # Text is kept as text: the reader's font draws the Japanese that matplotlib's own font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = Figure(figsize=(1.25 * size, size), layout="constrained")
        fill(figure.add_subplot())
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _reliability(axes: Axes, bins: list[dict[str, float]]) -> None:
    axes.plot([0, 1], [0, 1], linestyle="--", color=_GREY)
    axes.plot([b["said"] for b in bins], [b["right"] for b in bins], marker="o", color=_BLUE)
    for b in bins:
        axes.annotate(f"{b['n']:.0f}", (b["said"], b["right"]), (4, -10), textcoords="offset points")
    axes.set(xlabel="確信度 confidence", ylabel="正解率 accuracy", xlim=(0, 1), ylim=(0, 1.02))


def _confusion(axes: Axes, confusion: dict[str, Any], names: dict[str, str]) -> None:
    rows, labels = confusion["rows_gold"], [names[label] for label in confusion["label_ids"]]
    shares = [[count / max(sum(row), 1) for count in row] for row in rows]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for i, row in enumerate(rows):
        for j, count in enumerate(row):
            dark = shares[i][j] > 0.5
            axes.text(j, i, str(count), ha="center", va="center", color="white" if dark else "black")
    axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="モデル predicted", ylabel="人 people")


def _risk(axes: Axes, curve: list[dict[str, float]]) -> None:
    axes.plot([p["coverage"] for p in curve], [p["risk"] for p in curve], marker=".", color=_BLUE)
    axes.axhline(0.05, linestyle="--", color=_GREY)
    axes.set(xlabel="確信度の高い順に採った割合 coverage", ylabel="誤りの割合 risk", xlim=(0, 1))
    axes.set_ylim(bottom=0)


def _curve(axes: Axes, points: list[dict[str, Any]], names: dict[str, str]) -> None:
    sizes = [p["n"] for p in points]
    for label in points[-1]["f1"]:
        axes.plot(sizes, [p["f1"][label] for p in points], marker=".", linewidth=0.8, label=names[label])
    axes.plot(
        sizes, [p["macro_f1"] for p in points], marker="o", linewidth=2, color="black", label="macro-F1"
    )
    axes.set(xlabel="ラベルの数 labels", ylabel="F1")
    axes.legend(fontsize=7)
