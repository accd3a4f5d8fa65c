#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading the C of the kernel, beside universal-ctags on the same files in the same run.

    Benchmarks/read_c.py --tree /tmp/review-patch-kernel

Prints bytes a second of cutting into tokens (with conditionals) and of parsing (bodies included), as
multiples of ctags; what was not understood; functions beside those of ctags; and what the front end says
of names and members in code that compiles: each of those is a mistake. Ends with 1 where a file is slow,
bytes are lost, or one of the ratios is missed.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

import measure

FOLDERS = "kernel mm fs net block io_uring lib include drivers/gpio arch/x86".split()
CTAGS = ["ctags", "--languages=C", "--langmap=C:.c.h", "-R"]


def debug(tree, what, *arguments, out):
    """One command of the program: what it measured of itself, and the run."""
    run = measure.run(
        [measure.program(), "debug", what, *arguments], cwd=tree, stdout=out, stderr="/dev/stderr", seconds=900)
    if run.status:
        sys.exit(f"debug {what} ended with {run.status}")
    with open(out) as file:
        return json.load(file), run


def halves(tree, folders):
    """The folders in two lists of about the same bytes."""
    sizes = {
        f: sum(os.path.getsize(os.path.join(d, n)) for d, _, ns in os.walk(os.path.join(tree, f)) for n in ns if n[-2:] in (".c", ".h"))
        for f in folders
    }
    parts = ([], [])
    for folder in sorted(folders, key=sizes.get, reverse=True):
        min(parts, key=lambda part: sum(sizes[f] for f in part)).append(folder)
    return parts


def together(tree, what, parts):
    """Two processes at a time: seconds until both have ended."""
    both = [
        subprocess.Popen([measure.program(), "debug", what, *part], cwd=tree, stdout=subprocess.PIPE) for part in parts
    ]
    reports = [json.loads(process.communicate()[0]) for process in both]
    return max(r["seconds"] if what == "lex" else sum(r["seconds"].values()) for r in reports)


def functions(tree, folders, report):
    """How many definitions both find, and what only one of the two does; names that are macros left out."""
    printed = subprocess.run(
        CTAGS + ["-x", "--c-kinds=f", "--_xformat=%F\t%N", *folders], cwd=tree, capture_output=True, text=True)
    named = lambda name: not re.fullmatch(r"[A-Z0-9_]+", name)
    theirs = {tuple(line.split("\t")) for line in printed.stdout.splitlines()}
    ours = {(d["path"], d["name"]) for d in report["definitions"]}
    theirs, ours = ({pair for pair in pairs if named(pair[1])} for pairs in (theirs, ours))
    return len(theirs & ours), sorted(theirs - ours), sorted(ours - theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", required=True, help="an unpacked kernel")
    parser.add_argument("--names", nargs="*", default=["kernel", "mm"], help="folders whose names are resolved")
    options = parser.parse_args()
    tree = options.tree
    folders = [f for f in FOLDERS if os.path.isdir(os.path.join(tree, f))]
    fails = []
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "out")
        # Once for the page cache.
        debug(tree, "lex", *folders, out=out)
        peer = measure.run(CTAGS + ["--c-kinds=+p", "-f", "/dev/null", *folders], cwd=tree, seconds=900)
        lex, lexing = debug(tree, "lex", *folders, out=out)
        parse, parsing = debug(tree, "parse", "--definitions", *folders, out=out)
        size = lex["bytes"]
        spent = sum(parse["seconds"].values())
        print(f"{lex['files']} files, {size / 1e6:.1f} MB, {lex['tokens']} tokens, {lex['conditionals']} conditionals")
        print(f"ctags --c-kinds=+p                {peer}")
        print(f"debug lex, reading files included {lexing}")
        print(f"debug parse, the same             {parsing}")
        for name, seconds, wanted in (("cutting, with conditionals", lex["seconds"], 6), ("parsing, bodies included", spent, 2)):
            ratio = peer.cpu / seconds
            print(f"{name}: {size / seconds / 1e6:.0f} MB/s, {ratio:.1f} times ctags ({wanted} wanted)")
            if ratio < wanted:
                fails.append(name)
        parts = halves(tree, folders)
        for what, seconds in (("lex", lex["seconds"]), ("parse", spent)):
            two = together(tree, what, parts)
            print(f"debug {what}, two processes: {size / two / 1e6:.0f} MB/s, {seconds / two:.2f} times one")
        slow = parse["slowest"]
        print(f"slowest file: {slow['seconds']:.3f} s, {slow['path']}")
        share = 100 * parse["opaque"] / parse["functions"]
        print(f"opaque: {parse['opaque']} of {parse['functions']} functions, {share:.3f} %; the commonest constructs:")
        for construct in parse["opaqueConstructs"][:10]:
            print(f"  {construct['count']:5}  {construct['construct']}  {construct['example']}")
        fails += [f"slow: {slow['path']}"] * (slow["seconds"] > 1) + ["opaque"] * (share > 0.5)
        fails += ["bytes are lost"] * (not lex["roundTrip"])
        both, theirs, ours = functions(tree, folders, parse)
        print(
            f"functions: {both} as ctags, {len(theirs)} only ctags, {len(ours)} only here:"
            f" {100 * both / (both + len(theirs)):.2f} % of those of ctags, {100 * both / (both + len(theirs) + len(ours)):.2f} % of all")
        names, _ = debug(tree, "names", "--tree", os.path.abspath(tree), *[os.path.join(os.path.abspath(tree), f) for f in options.names], out=out)
        print(
            f"names of {' '.join(options.names)}: {names['functions']} functions, {names['identifiers']} identifiers,"
            f" {names['members']} members ({100 * names['typed'] / max(1, names['members']):.1f} % with their struct);"
            f" said to be missing: {len(names['undeclaredLocals'])} local names, {len(names['missingLabels'])} labels,"
            f" {len(names['missingMembers'])} members; {names['seconds']:.1f} s")
        flow, _ = debug(tree, "flow", *[f for f in ("kernel", "mm") if f in folders], out=out)
        kinds = collections.Counter(held["family"] for held in flow["held"])
        print(f"locks held at a return, kernel and mm: {len(flow['held'])} in {flow['functions']} functions {dict(kinds)};"
              f" not checked: {flow['notChecked']}; {flow['seconds']:.1f} s")
    for fail in fails:
        print("MISSED:", fail)
    return bool(fails)


if __name__ == "__main__":
    sys.exit(main())
