"""Pictures of the report, the workbook and the review app for the documentation.

Usage: python docs/screenshots.py OUT PICTURES [DATABASE]

OUT is what ``make run`` left, DATABASE the store it wrote to (the one in use where it is left out). Needs
Chromium, LibreOffice and pdftoppm; run it after ``make run``, so that the pictures show what comes out.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

PAGES = {
    "report": (1280, 1180, "light"),
    "report-dark": (1280, 1180, "dark"),
    "report-narrow": (375, 1180, "light"),
}
SHEETS = {"workbook": 1, "workbook-opinions": 0}
"""Pages of the workbook as it prints; 0 is the first page of 意見一覧."""


def shoot_report(browser: Any, page: Path, pictures: Path) -> None:
    """The top of the report, in light and dark, and as narrow as a telephone."""
    for name, (width, height, scheme) in PAGES.items():
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        opened = context.new_page()
        opened.goto(page.resolve().as_uri())
        opened.screenshot(path=str(pictures / f"{name}.png"))
        context.close()


def shoot_review(browser: Any, database: str, pictures: Path) -> None:
    """The first statement that waits for a person."""
    with _review_app(database) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        page.click("a[href$='/next']")
        page.wait_for_selector("#decide")
        page.screenshot(path=str(pictures / "review.png"))


@contextmanager
def _review_app(database: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from pipeline.cli import main; main()"
    options = ["--port", str(port), *(["--db", database] if database else [])]
    app = subprocess.Popen([sys.executable, "-c", code, "review", *options], stdout=subprocess.DEVNULL)
    try:
        for _ in range(120):
            time.sleep(0.5)
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}/"
    finally:
        app.terminate()
        app.wait()


def shoot_workbook(workbook: Path, pictures: Path) -> None:
    """Pages of the workbook as it prints."""
    with tempfile.TemporaryDirectory() as folder:
        options = [f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        command = ["soffice", *options, "--outdir", folder, str(workbook)]
        subprocess.run(command, check=True, timeout=300, capture_output=True)
        pdf = Path(folder) / f"{workbook.stem}.pdf"
        for name, number in SHEETS.items():
            page = str(number or _first_page_of(pdf, "意見一覧"))
            target = str(pictures / name)
            command = [
                "pdftoppm",
                "-r",
                "110",
                "-png",
                "-singlefile",
                "-f",
                page,
                "-l",
                page,
                str(pdf),
                target,
            ]
            subprocess.run(command, check=True)


def _first_page_of(pdf: Path, title: str) -> int:
    read = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return next(i for i, page in enumerate(read.split("\f"), start=1) if page.lstrip().startswith(title))


def main(out: Path, pictures: Path, database: str = "") -> None:
    """All pictures of one run."""
    pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        shoot_report(browser, out / "report.html", pictures)
        shoot_review(browser, database, pictures)
        browser.close()
    shoot_workbook(out / "results.xlsx", pictures)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4])
