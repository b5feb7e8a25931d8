from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from pipeline.edges.process import nothing_to_collect

SAYS = "import atexit, sys; from pipeline.edges.process import end_at_once\n"
WORDS = "def main():\n    atexit.register(print, 'handler'); print('main', end=' '); "


@pytest.mark.parametrize(
    ("last", "code", "said"),
    [
        ("pass", 0, ""),
        ("sys.exit(2)", 2, ""),
        ("sys.exit('理由')", 1, "理由"),
        ("raise ValueError('unexpected')", 1, "ValueError: unexpected"),
    ],
)
def test_the_process_ends_with_its_code_its_handlers_run_and_all_it_said_arrives(
    last: str, code: int, said: str
) -> None:
    script = f"{SAYS}{WORDS}{last}\nend_at_once(main)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, "main handler\n")
    assert said in done.stderr
    assert bool(done.stderr) == bool(said)


def test_nothing_is_collected_inside_and_the_collector_is_as_it_was_after() -> None:
    gc.disable()
    with nothing_to_collect():
        pass
    assert not gc.isenabled()
    gc.enable()
    with nothing_to_collect():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    gc.unfreeze()
