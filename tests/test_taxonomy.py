from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.errors import TaxonomyError
from pipeline.taxonomy import Taxonomy, load_taxonomy


def test_the_codebook_has_its_eight_labels_in_precedence(taxonomy: Taxonomy) -> None:
    assert taxonomy.label_ids == (
        "alternative_method",
        "resolved",
        "out_of_scope",
        "local_circumstances",
        "premise_needed",
        "unclear_basis",
        "abstract",
        "share",
    )
    assert taxonomy.excluded_ids == set(taxonomy.label_ids) - {"share"}
    assert taxonomy.candidate_bound_ids == {"alternative_method", "resolved", "out_of_scope"}


def test_five_sources_and_the_coverage_codes(taxonomy: Taxonomy) -> None:
    assert [source.code for source in taxonomy.sources] == [
        "selection_request",
        "ministry_hearing",
        "candidate_inquiry",
        "interim_report",
        "policy_inquiry",
    ]
    assert [term.code for term in taxonomy.coverage] == [
        "stated",
        "reflected",
        "not_reflected",
        "undetermined",
        "empty",
    ]


def test_no_definition_invites_the_undecided(taxonomy: Taxonomy) -> None:
    # A category described as the default draws everything nobody wants to decide.
    for label in taxonomy.labels:
        assert not re.search("その他|原則として|デフォルト|既定", label.definition), label.code


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("precedence = 2", "precedence = 1", "precedence"),
        ('code = "resolved"', 'code = "abstract"', "twice"),
        ('label = "alternative_method"', 'label = "nowhere"', "neighbour"),
        ("excluded = false", "excluded = true", "exactly one"),
    ],
)
def test_a_taxonomy_that_contradicts_itself_is_refused(
    tmp_path: Path, root: Path, old: str, new: str, what: str
) -> None:
    text = (root / "labels" / "taxonomy.toml").read_text(encoding="utf-8")
    broken = tmp_path / "taxonomy.toml"
    broken.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(TaxonomyError, match=what):
        load_taxonomy(broken)


def test_an_unknown_code_names_the_file_to_look_at(taxonomy: Taxonomy) -> None:
    with pytest.raises(TaxonomyError, match=r"labels/taxonomy\.toml"):
        taxonomy.label("nope")
