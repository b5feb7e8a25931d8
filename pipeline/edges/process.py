"""The process: opened without looking for rubbish that cannot be there yet, and left without tidying up."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """No search for cyclic rubbish inside, nor later among what was made inside.

    Modules and models are a million objects that stay until the end; looking through them again and again
    takes a fifth of the time of making them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()


def end_at_once(command: Callable[[], None]) -> None:
    """Run a command line's ``main`` and end the process with its exit code, handlers of ``atexit`` included.

    What is skipped is Python taking every module apart, which takes a second or two after a run and gives
    back only memory that the system takes back anyway. Everything written is on the disk by then.
    """
    # An exception nobody expected is printed by Python itself, on its way to the handlers: exit code 1.
    code = 1

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    # First in, last out: every handler registered from here on runs before it.
    atexit.register(leave)
    try:
        command()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        raise
