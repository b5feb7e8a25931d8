"""Settings: where things are and how large the batches are. Data, not code."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Read from the environment (``IKENWAKE_…``); every value has a default that works offline."""

    model_config = SettingsConfigDict(env_prefix="IKENWAKE_", frozen=True)

    root: Path = ROOT
    """The checkout: labels/, models/ and data/ are found below it."""
    db_url: str = ""
    """SQLAlchemy URL of the store; empty means data/ikenwake.db."""
    encoder: str = ""
    """A sentence-transformers folder or hub id; empty means the embedded e5-small-ja."""
    encoder_backend: Literal["torch", "torch-bf16", "openvino"] = "torch"
    """What carries the encoder out; another one needs a model of its own (``ikenwake retrain``)."""
    batch_size: int = Field(default=16, ge=1)
    threads: int = Field(default=0, ge=0)
    """Threads the encoder may use; 0 means every core this process may use."""
    dask_scheduler: str = ""
    """Address of a Dask scheduler whose workers encode (``tls://…``); empty means this machine."""

    @property
    def taxonomy_path(self) -> Path:
        """The codebook as data."""
        return self.root / "labels" / "taxonomy.toml"

    @property
    def policy_path(self) -> Path:
        """What may be left to the machine."""
        return self.root / "labels" / "policy.toml"

    @property
    def headings_path(self) -> Path:
        """The words forms use for their headings."""
        return self.root / "labels" / "headings.toml"

    @property
    def windows_path(self) -> Path:
        """The inquiries and when they are processed."""
        return self.root / "data" / "windows.toml"

    @property
    def gold_dir(self) -> Path:
        """Labels confirmed by people."""
        return self.root / "labels" / "gold"

    @property
    def candidates_dir(self) -> Path:
        """The candidate files gold was labelled against, a folder per inquiry."""
        return self.root / "labels" / "candidates"

    @property
    def frozen_path(self) -> Path:
        """The candidates no model is trained on."""
        return self.root / "labels" / "frozen.toml"

    @property
    def models_dir(self) -> Path:
        """The registry."""
        return self.root / "models"

    @property
    def theme_model_path(self) -> Path:
        """The pair model that tells which statements ask for the same thing."""
        return self.models_dir / "themes" / "model.json"

    @property
    def cache_dir(self) -> Path:
        """What can be rebuilt at any time: the unpacked encoder and the embedding cache."""
        return self.root / ".cache"

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the store."""
        return self.db_url or f"sqlite:///{self.root / 'data' / 'ikenwake.db'}"
