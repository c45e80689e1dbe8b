"""The other side of `isolation`: a process that is given files to look at, and limits.

Started as `python -m oncometry.io.isolated_child`. Messages are pickles over its standard input and output, from and
to the program that started it: first the limits, then batches of (module, function, [arguments, ...]); each
arguments is answered by its result or error.
"""

from __future__ import annotations

import os
import pickle
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

from oncometry.core import Code, CorruptInputError, OncometryError, interrupt

__all__ = ["main"]

GIB = 2**30


def main() -> None:
    """Answer until the other side is gone, be it in the middle of a word."""
    interrupt.deaf()
    try:
        _answer_each()
    except (EOFError, pickle.UnpicklingError, BrokenPipeError):
        os._exit(0)


def _answer_each() -> None:
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    warnings.simplefilter("ignore")
    memory_gib, seconds = pickle.load(given)  # noqa: S301 -- from the program that started this one
    _limit_memory(memory_gib)
    while True:
        module, name, every = pickle.load(given)  # noqa: S301 -- as above
        function = getattr(import_module(module), name)
        for arguments in every:
            _limit_seconds(seconds)
            pickle.dump(_answer(function, arguments), answers, protocol=5)
            answers.flush()


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return function(*arguments)
    except OncometryError as error:
        return error
    except MemoryError:
        return CorruptInputError(Code.BOMB, "reading it takes more memory than a file may have.")
    except OSError as error:
        return CorruptInputError(Code.UNREADABLE, f"it cannot be read ({error.strerror or error}).")
    except Exception as error:  # noqa: BLE001 -- whatever a file does to a reader is the file's, and is told
        return CorruptInputError(Code.CORRUPT, f"it cannot be parsed ({type(error).__name__}: {error}).")


def _limit_memory(gib: float) -> None:
    """Of what is allocated from now on; mapped files do not count."""
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 -- not on Windows

    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 -- one read of a kernel's file
        pages = int(statm.read().split()[5])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + int(gib * GIB)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _limit_seconds(seconds: int) -> None:
    """Of processor time, from now on: the kernel ends the process that takes more."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 -- not on Windows

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
