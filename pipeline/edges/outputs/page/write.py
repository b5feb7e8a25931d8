"""Page: report.html, one file that asks nothing of any network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page import charts, figures
from pipeline.edges.outputs.page.drawing import Pen
from pipeline.edges.outputs.page.people import agreement
from pipeline.edges.outputs.page.receipt import receipt
from pipeline.edges.outputs.words import records, sender


def write_page(material: Material, path: Path) -> None:
    """Write report.html; everything from outside is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["say"] = material.say
    with Pen() as pen:
        context = _facts(material) | _charts(material, pen)
    html = environment.get_template("report.html").render(context)
    path.write_text(html, encoding="utf-8", errors="replace")


def _facts(material: Material) -> dict[str, Any]:
    taxonomy = material.result.taxonomy
    types, prefectures = figures.senders(material)
    return {
        "info": material.result.info,
        "summary": material.summary,
        "counts": material.summary["counts"],
        "ends": [term.code for term in taxonomy.dispositions],
        "labels": taxonomy.label_ids[::-1],
        "candidates": figures.candidates(material),
        "themes": figures.themes(material),
        "types": types,
        "prefectures": prefectures,
        "drafts": figures.draft(material),
        "agreement": agreement(material),
        "is_final": material.history is not None,
        "day": material.day,
    }


def _charts(material: Material, pen: Pen) -> dict[str, Any]:
    """Every drawing, and what the table beside it lists."""
    nodes, links = figures.flow_parts(material)
    certainty = figures.certainty(material)
    shown = figures.on_map(material)
    came = receipt(material)
    map_ = charts.scatter(shown.places, shown.rows["disposition"].tolist(), shown.names)
    return {
        "flow": pen.draw(charts.flow(nodes, links), charts.FLOW, "判断の流れ"),
        "flow_nodes": [node for node in nodes if node.value],
        "certainty": list(zip(figures.TENTHS, *(counts for _, counts in certainty), strict=True)),
        "certainty_chart": pen.draw(
            charts.columns(figures.TENTHS, certainty), charts.COLUMNS, "確信度ごとの論点の数"
        ),
        "receipt": came,
        "receipt_chart": came
        and pen.draw(charts.columns(came.names, [("accent", came.counts)]), charts.WIDE, "受付の推移"),
        "map": pen.draw(map_, charts.MAP, "意見の地図"),
        "points": [_point(material, row) for row in records(shown.rows)],
    }


def _point(material: Material, row: Any) -> dict[str, str]:
    return {
        "id": row.statement_id,
        "number": row.opinion_id,
        "candidate": material.candidate_name(row.candidate_id),
        "candidate_id": row.candidate_id,
        "sender": sender(row),
        "theme": row.cluster_name,
        "label": row.label,
        "end": row.disposition,
        "text": row.text,
    }
