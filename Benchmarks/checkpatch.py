#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""CPU time beside scripts/checkpatch.pl, on the same mails in the same run.

    Benchmarks/checkpatch.py --mail ../shared/corpus/review/mbox --tree LINUX [--every N]

Without a tree: many mails in one process, and one process a mail, its start included. With the tree, whose index should be
there (`review-patch index --tree LINUX`): all rules. checkpatch takes one process a mail always. Both print a line a finding.
"""

import argparse
import glob
import os
import tempfile

import measure


def total(commands, seconds):
    """CPU seconds of all, and how many ran into the limit."""
    runs = [measure.run(command, cwd=folder, seconds=seconds) for command, folder in commands]
    return sum(run.cpu for run in runs), sum(run.status < 0 for run in runs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mail", required=True)
    parser.add_argument("--tree", required=True)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--without-tree", action="store_true", help="leave out what takes minutes: all that reads the tree")
    arguments = parser.parse_args()
    mails = sorted(os.path.abspath(path) for path in glob.glob(os.path.join(arguments.mail, "*")))[:: arguments.every]
    tree = os.path.abspath(arguments.tree)
    tool = os.path.abspath(measure.program())
    checkpatch = ["perl", os.path.join(tree, "scripts/checkpatch.pl"), "--terse"]
    ours = [tool, "--fail-on", "never", "--format", "lines"]
    with tempfile.TemporaryDirectory() as folder:
        starts = sorted(measure.run([tool, "--version"]).wall for _ in range(20))
        print(f"{len(mails)} mails; start (--version), median of 20: {starts[10] * 1000:.0f} ms")
        show(
            ("checkpatch --no-tree", [(checkpatch + ["--no-tree", mail], folder) for mail in mails], 60),
            ("no tree, one process", [(ours + ["--no-tree"] + mails, folder)], 600),
            ("no tree, one process a mail", [(ours + ["--no-tree", mail], folder) for mail in mails], 60))
        if not arguments.without_tree:
            show(
                ("checkpatch in the tree", [(checkpatch + [mail], tree) for mail in mails], 60),
                ("tree, one process", [(ours + ["--tree", tree] + mails, folder)], 1200),
                ("tree, one process a mail", [(ours + ["--tree", tree, mail], folder) for mail in mails], 60))


def show(*rows):
    """The first is the peer of the others."""
    peer = None
    for name, commands, seconds in rows:
        cpu, late = total(commands, seconds)
        peer = peer or cpu
        print(f"{name:30}{cpu:9.2f} s of CPU {peer / cpu:8.1f} times checkpatch" + (f", {late} broken off" if late else ""))


if __name__ == "__main__":
    main()
