"""Drawing: charts by Apache ECharts, rendered to SVG before the page is written."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import Any

from markupsafe import Markup
from py_mini_racer import MiniRacer

_LIBRARY = Path(__file__).parent / "vendor" / "echarts.min.js"
_DRAW = """
function draw(option, width, height) {
  const chart = echarts.init(null, null, {renderer: "svg", ssr: true, width, height});
  chart.setOption(option);
  const drawn = chart.renderToSVGString();
  chart.dispose();
  return drawn;
}
"""
_HEAD = re.compile(r"<svg[^>]*>\s*<rect[^>]*></rect>")
_STYLE = re.compile(r"<style\s*>.*?</style>", re.DOTALL)


class Pen:
    """Draws charts; the library runs here, so that the page needs no script to show them.

    Example:
        >>> with Pen() as pen:
        ...     print(pen.draw({"series": []}, (20, 10), "空の図"))
        <svg viewBox="0 0 20 10" role="img" aria-label="空の図">
        </svg>
    """

    def __enter__(self) -> Pen:
        self._engine = MiniRacer()
        self._engine.__enter__()
        self._engine.eval(_LIBRARY.read_text(encoding="utf-8"))
        self._engine.eval(_DRAW)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.__exit__(kind, error, trace)

    def draw(self, option: dict[str, Any], size: tuple[int, int], label: str) -> Markup:
        """One chart as an ``<svg>`` that scales with the page and takes its colours from the style sheet.

        Args:
            option: What ECharts is to draw; colours may be CSS variables, ``var(--ink)``.
            size: Width and height in CSS pixels the chart is laid out for.
            label: What it shows, for screen readers; its numbers stand in a table beside it.
        """
        base = {"animation": False, "textStyle": {"fontFamily": "inherit"}}
        drawn = str(self._engine.call("draw", {**base, **option}, *size))
        head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(*size, label)
        # The page has its own style sheet, and HTML needs no namespaces.
        body = _STYLE.sub("", _HEAD.sub("", drawn, count=1))
        return head + Markup(body.strip() and "\n" + body.strip())
