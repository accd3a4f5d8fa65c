#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What it costs to know what can be built: reading Kconfig beside kconfiglib, a series against a tree without and with
its index, and an index of a tree in which 100 files are others; all in one run.

    pip install kconfiglib
    Benchmarks/build.py --tree LINUX --series SERIES.mbox
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile

import measure

KCONFIGLIB = "import kconfiglib; k = kconfiglib.Kconfig('Kconfig', warn=False); print(len(k.unique_defined_syms))"
FOLDERS = ["include", "kernel", "lib", "mm"]
CHANGED = 100


def times(arguments, count=3, **streams):
    """The median of some runs; the first is not counted."""
    runs = [measure.run(arguments, seconds=600, **streams) for _ in range(count + 1)][1:]
    for run in runs:
        if run.status not in (0, 1):
            sys.exit(f"{arguments[0]} ended with {run.status}: {' '.join(arguments)}")
    return statistics.median(run.wall for run in runs)


def index(tree, cache, out):
    run = measure.run([measure.program(), "index", "--tree", tree, "--cache", cache, "--format", "json"], stdout=out,
                      seconds=900)
    if run.status:
        sys.exit(f"index ended with {run.status}")
    with open(out) as file:
        return json.load(file), run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", required=True, help="an unpacked kernel")
    parser.add_argument("--series", required=True, help="a mailbox with patches for it")
    options = parser.parse_args()
    tree, program = os.path.abspath(options.tree), measure.program()
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "out")
        environment = dict(os.environ, srctree=tree, ARCH="x86", SRCARCH="x86", CC="gcc", LD="ld", KERNELVERSION="6",
                           RUSTC="rustc", BINDGEN="bindgen", PAHOLE="pahole")
        ours = times([program, "debug", "kconfig", "--tree", tree, "USB"])
        peer = times([sys.executable, "-c", KCONFIGLIB], cwd=tree, env=environment)
        print(f"Kconfig of x86, one symbol shown   {ours:6.2f} s   kconfiglib {peer:6.2f} s   ratio {peer / ours:5.1f}")

        alone = times([program, "--no-tree", options.series])
        cold = times([program, "--tree", tree, "--cache", os.path.join(scratch, "none"), options.series])
        cache = os.path.join(scratch, "cache")
        _, run = index(tree, cache, out)
        warm = times([program, "--tree", tree, "--cache", cache, options.series])
        print(f"index of the tree                  {run.wall:6.2f} s")
        print(f"the series alone                   {alone:6.2f} s")
        print(f"with the tree, no index            {cold:6.2f} s")
        print(f"with the tree and its index        {warm:6.2f} s")

        copy = os.path.join(scratch, "copy")
        for folder in FOLDERS:
            shutil.copytree(os.path.join(tree, folder), os.path.join(copy, folder), symlinks=True)
        shutil.copy(os.path.join(tree, "Kconfig"), copy)
        first, run = index(copy, cache, out)
        sources = sorted(os.path.join(at, name) for at, _, names in os.walk(os.path.join(copy, "kernel"))
                         for name in names if name.endswith(".c"))[:CHANGED]
        for source in sources:
            with open(source, "a") as file:
                file.write("int benchmark_marker;\n")
        again, second = index(copy, cache, out)
        print(f"{' '.join(FOLDERS)}: {first['files']} files    {run.wall:6.2f} s")
        print(f"{len(sources)} of them changed: {again['parsed']} parsed   {second.wall:6.2f} s")


if __name__ == "__main__":
    main()
