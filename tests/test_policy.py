from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TaxonomyError
from pipeline.policy import load_policy
from pipeline.settings import Settings


def test_the_policy_promises_what_the_design_says(settings: Settings) -> None:
    automatic = load_policy(settings.policy_path).automatic
    assert (automatic.max_wrong, automatic.max_wrongly_excluded, automatic.confidence) == (0.05, 0.02, 0.9)


@pytest.mark.parametrize(
    ("old", "new"), [("max_wrong = 0.05", "max_wrong = 5"), ("version = 1", "versio = 1")]
)
def test_a_policy_that_makes_no_sense_is_refused(
    settings: Settings, tmp_path: Path, old: str, new: str
) -> None:
    text = settings.policy_path.read_text(encoding="utf-8")
    (tmp_path / "policy.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(TaxonomyError, match=r"policy\.toml"):
        load_policy(tmp_path / "policy.toml")
