"""What a file may do to its reader; run in the other process by test_isolation.py."""

from __future__ import annotations

import os
import signal
import time

from oncometry.core import Code, CorruptInputError


def double(number: int) -> int:
    return 2 * number


def act(what: str) -> str:
    if what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "exit":
        os._exit(7)
    elif what == "spin":
        while True:
            pass
    elif what == "sleep":
        time.sleep(60)
    elif what == "swell":
        return str(len(bytearray(1 << 30)))
    elif what == "fail":
        return str(1 / 0)
    elif what == "recurse":
        return act(what)
    elif what == "refuse":
        raise CorruptInputError(Code.EMPTY, "nothing there")
    elif what == "print":
        os.write(1, b"noise\n")
    return what
