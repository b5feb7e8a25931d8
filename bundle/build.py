"""Build the folder that installs without any network: ``python bundle/build.py [FOLDER]`` (``make bundle``).

The folder holds the program as it stands in this checkout (encoder and sample included), a wheel of all it
needs, the hashes of those wheels as pip checks them, and checksums of every file.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = (
    "pipeline",
    "flows.py",
    "labels",
    "models",
    "data",
    "docs",
    "pyproject.toml",
    "constraints.txt",
    "README.md",
    "README.ja.md",
    "SECURITY.md",
    "CHANGELOG.md",
)
EXTRAS = "drafts,postgres"
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.pyc", "*.egg-info")


def main(target: Path) -> None:
    """Build ``target`` anew."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "program").mkdir(parents=True)
    copy_program(target / "program")
    gather_wheels(target / "wheels")
    write_requirements(target)
    for name in ("install.sh", "INSTALL.ja.txt"):
        shutil.copy2(ROOT / "bundle" / name, target / name)
    write_sums(target)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"{target}: {size / 1e6:.0f} MB")


def copy_program(target: Path) -> None:
    """Copy what is committed to be used: of data/ only the sample and the plan of inquiries."""
    for name in PROGRAM:
        source = ROOT / name
        if name == "data":
            shutil.copytree(source / "sample", target / "data" / "sample", ignore=LEFT_OUT)
            for file in ("windows.toml", "README.md"):
                shutil.copy2(source / file, target / "data" / file)
        elif source.is_dir():
            shutil.copytree(source, target / name, ignore=LEFT_OUT)
        else:
            shutil.copy2(source, target / name)


def gather_wheels(target: Path) -> None:
    """Have pip resolve everything to the pinned versions, and keep the wheels; ours is not needed."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    wanted = [*build, f"{ROOT}[{EXTRAS}]"]
    constraints = str(ROOT / "constraints.txt")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(target)]
    subprocess.run([*command, "--constraint", constraints, *wanted], check=True, cwd=ROOT)
    for own in target.glob("ikenwake-*.whl"):
        own.unlink()


def write_requirements(target: Path) -> None:
    """One line per wheel, with its hash: pip takes these files and no others."""
    lines = []
    for wheel in sorted((target / "wheels").glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        lines.append(f"{name}=={version} --hash=sha256:{sha256(wheel)}\n")
    (target / "requirements.txt").write_text("".join(lines), encoding="utf-8")


def write_sums(target: Path) -> None:
    """Checksums of every file, in the form ``sha256sum --check`` reads."""
    files = sorted(path for path in target.rglob("*") if path.is_file())
    lines = [f"{sha256(path)}  {path.relative_to(target)}\n" for path in files]
    (target / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build" / "bundle")
