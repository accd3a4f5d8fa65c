# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a program to its end and measures it: seconds of wall clock and of all cores, peak memory."""

import os
import resource
import time
from dataclasses import dataclass


@dataclass
class Run:
    status: int
    wall: float
    cpu: float
    peak: int  # KiB

    def __str__(self):
        return f"{self.wall:8.2f} s  {self.cpu:8.2f} s of CPU  {self.peak / 1024:8.1f} MB"


def run(arguments, stdin=os.devnull, stdout=os.devnull, stderr=os.devnull, cwd=None, env=None, seconds=60):
    """Files for the streams; a program that takes longer is ended, with a negative status."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            for number, (name, flags) in enumerate(
                [(stdin, os.O_RDONLY)] + [(n, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for n in (stdout, stderr)]
            ):
                os.dup2(os.open(name, flags, 0o644), number)
            if cwd:
                os.chdir(cwd)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.execvpe(arguments[0], arguments, env or os.environ)
        finally:
            os._exit(127)
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() - start > seconds:
            os.kill(child, 9)
            seconds = float("inf")
        time.sleep(0.002)
    wall = time.monotonic() - start
    return Run(os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def program():
    """The release build of this checkout, unless REVIEW_PATCH names another."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return os.environ.get("REVIEW_PATCH") or os.path.join(here, ".build/release/review-patch")
