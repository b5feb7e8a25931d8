from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.edges.doctor import Finding, examine
from pipeline.edges.store import Store
from pipeline.settings import Settings


@pytest.fixture
def site(tmp_path: Path, root: Path) -> Path:
    """An installation whose parts are borrowed, not copied."""
    for name in ("labels", "models", "data", "pyproject.toml"):
        (tmp_path / name).symlink_to(root / name)
    return tmp_path


def own(site: Path, name: str) -> Path:
    """Give the installation a folder of its own, with links to what was in the borrowed one."""
    borrowed = (site / name).resolve()
    (site / name).unlink()
    (site / name).mkdir()
    for item in borrowed.iterdir():
        (site / name / item.name).symlink_to(item)
    return site / name


def found(site: Path, subject: str, **changes: object) -> list[Finding]:
    settings = Settings(root=site, encoder=str(site / "encoder"), **changes)  # type: ignore[arg-type]
    return [one for one in examine(settings) if one.subject == subject]


def test_every_finding_that_is_not_good_says_what_to_do(site: Path) -> None:
    everything = examine(Settings(root=site, encoder=str(site / "none")))
    assert {one.subject for one in everything} >= {"Python", "パッケージ", "エンコーダー", "モデル", "記録"}
    assert [one for one in everything if one.state != "良" and not one.advice] == []


def test_a_package_of_the_wrong_version_is_named(site: Path) -> None:
    (site / "pyproject.toml").unlink()
    (site / "pyproject.toml").write_text(
        '[project]\ndependencies = ["numpy<1", "pandas", "no-such-package>=2"]\n', encoding="utf-8"
    )
    (finding,) = found(site, "パッケージ")
    assert finding.state == "異常"
    assert "numpy" in finding.said
    assert "no-such-package なし（要 >=2）" in finding.said
    assert "pandas" not in finding.said


def test_a_damaged_encoder_and_a_missing_model_are_wrong(site: Path) -> None:
    models = own(site, "models")
    (models / "CURRENT").unlink()
    (models / "encoders").unlink()
    findings = {one.subject: one for one in examine(Settings(root=site))}
    assert findings["エンコーダー"].state == findings["モデル"].state == "異常"
    assert "weights-q4.npz" in findings["エンコーダー"].said


def test_a_hub_id_is_warned_about(site: Path) -> None:
    (finding,) = [one for one in examine(Settings(root=site, encoder="a/b")) if one.subject == "エンコーダー"]
    assert (finding.state, "IKENWAKE_ENCODER" in finding.advice) == ("注意", True)


def test_a_store_is_looked_at_but_not_made(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    (finding,) = found(site, "記録", db_url=f"sqlite:///{file}")
    assert (finding.state, file.exists()) == ("良", False)
    Store(f"sqlite:///{file}").close()
    file.chmod(0o644)
    assert [one.state for one in found(site, "記録", db_url=f"sqlite:///{file}")] == ["良"]
    assert [one.state for one in found(site, "記録の権限", db_url=f"sqlite:///{file}")] == ["注意"]
    file.chmod(0o640)
    assert found(site, "記録の権限", db_url=f"sqlite:///{file}") == []


def test_a_store_that_is_damaged_newer_or_no_database_is_wrong(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    Store(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    (newer,) = found(site, "記録", db_url=f"sqlite:///{file}")
    file.write_bytes(b"no database at all" * 100)
    (broken,) = found(site, "記録", db_url=f"sqlite:///{file}")
    (nonsense,) = found(site, "記録", db_url="nonsense")
    assert [one.state for one in (newer, broken, nonsense)] == ["異常"] * 3
    assert "新しい版" in newer.said


def test_settings_that_reach_outside_are_warned_about(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "true")
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere.example/api")
    (finding,) = found(site, "外部との通信")
    assert finding.said.endswith("HF_HUB_OFFLINE、PREFECT_SERVER_ANALYTICS_ENABLED")
    assert [one.state for one in found(site, "Prefect のサーバー")] == ["注意"]


@pytest.mark.parametrize(
    ("address", "states"), [("tcp://10.0.0.1:8786", ["注意"]), ("tcp://127.0.0.1:8786", [])]
)
def test_machines_that_would_be_sent_opinions_are_warned_about(
    site: Path, address: str, states: list[str]
) -> None:
    warned = found(site, "Dask のスケジューラー", dask_scheduler=address)
    assert [one.state for one in warned] == states


def test_the_command_prints_a_table_and_ends_with_2_where_something_is_wrong(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IKENWAKE_ROOT", str(site))
    monkeypatch.setenv("IKENWAKE_DB_URL", "nonsense")
    ran = CliRunner().invoke(app, ["doctor"])
    assert ran.exit_code == 2
    assert "調べたもの" in ran.stdout
