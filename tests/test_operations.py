"""The files that docs/operations.md tells people to put in place."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from pipeline.edges.window_files import read_windows
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "docs" / "operations"


def test_every_file_is_named_in_the_documentation_and_every_link_leads_somewhere(
    folder: Path, root: Path
) -> None:
    text = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(operations/([^)]+)\)", text)) == {path.name for path in folder.iterdir()}


def test_systemd_finds_nothing_wrong_with_the_units(folder: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    units = [path for path in folder.iterdir() if path.suffix in (".service", ".timer")]
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        # There is no such installation and no such user on this machine.
        text = text.replace("/opt/ikenwake/.venv/bin/ikenwake", "/bin/true").replace("/opt/ikenwake", "/tmp")
        (tmp_path / unit.name).write_text(text.replace("User=ikenwake", "User=root"), encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in units)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_cron_runs_what_is_due_as_the_service_user_every_morning(folder: Path) -> None:
    lines = (folder / "ikenwake.cron").read_text(encoding="utf-8").splitlines()
    (job,) = [line for line in lines if line and not line.startswith(("#", "SHELL="))]
    assert job.split(maxsplit=6) == [
        *("0", "6", "*", "*", "*", "ikenwake"),
        "cd /opt/ikenwake && umask 027 && .venv/bin/ikenwake due",
    ]


def test_prefect_yaml_plans_the_inquiries_as_serve_does(folder: Path, root: Path, settings: Settings) -> None:
    plan = yaml.safe_load((folder / "prefect.yaml").read_text(encoding="utf-8"))
    windows = [one for one in plan["deployments"] if one["entrypoint"] == "flows.py:process_window"]
    assert [(one["name"], one["parameters"], one["schedules"]) for one in windows] == [
        (
            window.id,
            {"window": window.id, "only_changed": True},
            [
                {
                    "rrule": f"DTSTART:{window.starts_at:%Y%m%dT%H%M%S}\n"
                    f"RRULE:FREQ=DAILY;COUNT={window.late_days + 1}",
                    "timezone": window.timezone,
                }
            ],
        )
        for window in read_windows(settings)
    ]
    flows = (root / "flows.py").read_text(encoding="utf-8")
    for one in plan["deployments"]:
        function = one["entrypoint"].removeprefix("flows.py:")
        assert re.search(rf"^@flow\(.*\)\ndef {function}\(", flows, re.MULTILINE), function
