"""Page: report.html, one file that asks nothing of any network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page import charts, figures
from pipeline.edges.outputs.words import records, sender

MAX_POINTS = 2_000
"""Marks on the map; beyond it, every k-th statement, so that the page stays light."""


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
    html = environment.get_template("report.html").render(_context(material))
    path.write_text(html, encoding="utf-8", errors="replace")


def _context(material: Material) -> dict[str, Any]:
    taxonomy = material.result.taxonomy
    nodes, links = figures.flow_parts(material)
    types, prefectures = figures.senders(material)
    chosen = material.rows.iloc[:: max(1, -(-len(material.rows) // MAX_POINTS))]
    return {
        "info": material.result.info,
        "summary": material.summary,
        "counts": material.summary["counts"],
        "ends": [term.code for term in taxonomy.dispositions],
        "labels": taxonomy.label_ids[::-1],
        "taxonomy": taxonomy,
        "flow": charts.flow(nodes, links),
        "flow_nodes": [node for node in nodes if node.value],
        "candidates": figures.candidates(material),
        "themes": figures.themes(material),
        "types": types,
        "prefectures": prefectures,
        "drafts": figures.draft(material),
        "certainty": figures.certainty(material),
        "certainty_chart": charts.columns(figures.certainty(material)),
        "agreement": figures.agreement(material),
        "day": material.day,
        "map": _map(material, chosen.index.tolist()),
        "points": [_point(material, row) for row in records(chosen)],
    }


def _map(material: Material, chosen: list[int]) -> Any:
    embeddings, rows = material.result.embeddings, material.rows.loc[chosen]
    place = {key: i for i, key in enumerate(embeddings.ids)}
    known = rows[rows["statement_id"].isin(place.keys())]
    vectors = embeddings.vectors[[place[key] for key in known["statement_id"]]]
    plane = charts.principal_plane(vectors)
    return charts.scatter(plane, known["statement_id"].tolist(), known["disposition"].tolist())


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
