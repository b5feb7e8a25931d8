"""Pictures of the report and the workbook for the documentation.

Usage: python docs/screenshots.py data/out docs/images

Needs chromium, soffice and pdftoppm; run it after ``make run``, so that the pictures show what comes out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

SIZES = {"report": (1280, 1180), "report-dark": (1280, 1180)}
NARROW = (375, 1180)


def shoot(page: Path, picture: Path, size: tuple[int, int], *, is_dark: bool = False) -> None:
    """One picture of a page; in a folder of its own, so that no other browser is disturbed."""
    dark = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if is_dark else []
    with tempfile.TemporaryDirectory() as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *dark]
        options += [f"--user-data-dir={profile}", "--allow-file-access-from-files"]
        options += [f"--window-size={size[0]},{size[1]}", f"--screenshot={picture.resolve()}"]
        subprocess.run(
            ["chromium", *options, page.resolve().as_uri()], check=True, timeout=120, capture_output=True
        )


def shoot_narrow(page: Path, picture: Path) -> None:
    """A browser window cannot be as narrow as a telephone; a frame in it can."""
    width, height = NARROW
    with tempfile.TemporaryDirectory() as folder:
        frame = Path(folder) / "frame.html"
        style = f"width:{width}px;height:{height}px;border:0"
        frame.write_text(
            f'<body style="margin:0"><iframe src="{page.resolve().as_uri()}" style="{style}">', "utf-8"
        )
        shoot(frame, picture, (500, height))
    with Image.open(picture) as image:
        image.crop((0, 0, width, height)).save(picture)


def shoot_workbook(workbook: Path, pictures: Path) -> None:
    """The first page of the workbook as it prints."""
    with tempfile.TemporaryDirectory() as folder:
        options = [f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run(
            ["soffice", *options, "--outdir", folder, str(workbook)],
            check=True,
            timeout=300,
            capture_output=True,
        )
        pdf = Path(folder) / f"{workbook.stem}.pdf"
        target = pictures / "workbook"
        subprocess.run(["pdftoppm", "-r", "110", "-png", "-singlefile", str(pdf), str(target)], check=True)


def main(out: Path, pictures: Path) -> None:
    """All pictures of one run."""
    pictures.mkdir(parents=True, exist_ok=True)
    for name, size in SIZES.items():
        shoot(out / "report.html", pictures / f"{name}.png", size, is_dark=name.endswith("dark"))
    shoot_narrow(out / "report.html", pictures / "report-narrow.png")
    shoot_workbook(out / "results.xlsx", pictures)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
