"""Policy: what may be left to the machine, and how reviewing is shared. Data a secretariat may change."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import TaxonomyError


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Judging(_Frozen):
    """How errors weigh against each other when a label is chosen."""

    wrong_exclusion_cost: float = Field(ge=1)
    """How many times worse it is to exclude what should be shared than to share what should be excluded."""


class Automatic(_Frozen):
    """When a label is accepted without a person."""

    max_wrong: float = Field(gt=0, lt=1)
    max_wrong_cross_fitted: float = Field(default=0.03, gt=0, lt=1)
    """Tested in the place of ``max_wrong`` while the evidence is no random stream alone: the next inquiry has
    turned out worse than past ones left out."""
    max_wrongly_excluded: float = Field(gt=0, lt=1)
    confidence: float = Field(gt=0.5, lt=1)


class Audit(_Frozen):
    """The sampling inspection of one batch."""

    allowed_errors: int = Field(ge=0)


class Review(_Frozen):
    """How reviewing is shared among people."""

    random_share: float = Field(ge=0, le=1)
    second_reading_share: float = Field(ge=0, le=1)
    second_reading_risk: float = Field(ge=0, le=1)
    seconds_per_item: float = Field(gt=0)


class Drift(_Frozen):
    """When staff are warned that an inquiry differs from the past."""

    false_alarms: float = Field(default=0.01, gt=0, lt=1)


class Policy(_Frozen):
    """labels/policy.toml, validated."""

    version: int
    judgement: Judging
    automatic: Automatic
    audit: Audit
    review: Review
    drift: Drift = Drift()


def load_policy(path: Path) -> Policy:
    """Read and validate the policy.

    Raises:
        TaxonomyError: The file is missing, is not TOML, or holds a value it may not.
    """
    try:
        return Policy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise TaxonomyError(f"{path}: 方針の設定を読めません。{error}") from error
