"""The bundle for closed networks, as an office gets it: built, installed and run without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.bundle

CLOSED = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "closed"]


def closed(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a network that ends at this machine."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHON": sys.executable, "LANG": "C.UTF-8"}
    return subprocess.run(
        [*CLOSED, *command], capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )


@pytest.fixture(scope="module")
def bundle(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("cutting off the network needs root, unshare and ip")
    folder = tmp_path_factory.mktemp("carried") / "bundle"
    subprocess.run([sys.executable, "bundle/build.py", str(folder)], check=True, cwd=root)
    return folder


def test_it_installs_and_judges_the_sample_without_a_network(bundle: Path, tmp_path: Path) -> None:
    outside = closed(
        "python3", "-c", "import socket; socket.create_connection(('1.1.1.1', 53), 3)", cwd=tmp_path
    )
    assert "Network is unreachable" in outside.stderr
    site = tmp_path / "site"
    installed = closed("sh", str(bundle / "install.sh"), str(site), cwd=tmp_path)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert "異常" not in installed.stdout
    sample = ["data/sample/inquiry.xlsx", "--candidates", "data/sample/candidates", "--out", "data/out"]
    ran = closed(".venv/bin/ikenwake", "run", *sample, cwd=site)
    assert ran.returncode == 0, ran.stderr
    counts = json.loads((site / "data" / "out" / "summary.json").read_text(encoding="utf-8"))["counts"]
    assert counts["rows_in"] == counts["opinions"] + counts["rejected"] == 195
    # A second installation is an update: what an office changed stays.
    policy = site / "labels" / "policy.toml"
    policy.write_text(policy.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    again = closed("sh", str(bundle / "install.sh"), str(site), cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert policy.read_text(encoding="utf-8").endswith("# ours\n")
    assert (site / "data" / "out" / "summary.json").is_file()


def test_a_file_damaged_on_the_way_stops_the_installation(bundle: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "bundle"
    shutil.copytree(bundle, damaged, copy_function=os.link)
    readme = damaged / "program" / "README.md"
    readme.unlink()
    readme.write_text("damaged", encoding="utf-8")
    done = closed("sh", str(damaged / "install.sh"), str(tmp_path / "site"), cwd=tmp_path)
    assert done.returncode == 1
    assert "壊れたファイルがあります" in done.stderr
    assert not (tmp_path / "site").exists()
