#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The index of a whole tree, beside universal-ctags and git grep on the same files in the same run.

    Benchmarks/index.py --tree /tmp/review-patch-kernel

Prints seconds and memory of building the index with nothing kept and with everything kept; of opening it
and of look-ups; the same look-ups without an index, and uses and exports beside those of grep. Ends with
1 where a target is missed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

import measure

SKIPPED = "Documentation LICENSES samples scripts tools".split()
NAMES = "kmalloc_noprof cgroup_get_from_fd regmap_field_read schedule drm_dev_enter memcpy PCI_VENDOR_ID_INTEL".split()
HEADERS = ["include/linux/regmap.h", "include/linux/module.h"]


def ask(tree, cache, names, out):
    run = measure.run(
        [measure.program(), "debug", "symbols", "--tree", tree, "--cache", cache, *names], stdout=out,
        stderr="/dev/stderr", seconds=900)
    if run.status:
        sys.exit(f"debug symbols ended with {run.status}")
    with open(out) as file:
        return json.load(file), run


def build(tree, cache, out):
    run = measure.run(
        [measure.program(), "index", "--tree", tree, "--cache", cache, "--format", "json"], stdout=out,
        stderr="/dev/stderr", seconds=900)
    if run.status:
        sys.exit(f"index ended with {run.status}")
    with open(out) as file:
        return json.load(file), run


def grep(tree, name):
    """Files with a word, by git grep, and the run."""
    with tempfile.NamedTemporaryFile() as out:
        run = measure.run(
            ["git", "grep", "--no-index", "-lw", name, "--", *[f"*{s}" for s in (".c", ".h", ".S")]], cwd=tree,
            stdout=out.name, seconds=300)
        files = [line for line in out.read().decode().split("\n") if line and line.split("/")[0] not in SKIPPED]
    return files, run


def exports(tree, folders):
    """Pairs of file and name in lines that begin with EXPORT_SYMBOL or EXPORT_SYMBOL_GPL."""
    printed = subprocess.run(
        ["grep", "-rHoE", r"^EXPORT_SYMBOL(_GPL)?\(\w+\)", "--include=*.c", *folders], cwd=tree, capture_output=True,
        text=True)
    return {(line.split(":")[0], re.search(r"\((\w+)\)", line).group(1)) for line in printed.stdout.splitlines()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", required=True, help="an unpacked kernel")
    parser.add_argument("--no-ctags", action="store_true", help="leave out the slowest peer")
    options = parser.parse_args()
    tree = os.path.abspath(options.tree)
    folders = sorted(f for f in os.listdir(tree) if os.path.isdir(os.path.join(tree, f)) and f not in SKIPPED and f[0] != ".")
    fails = []
    with tempfile.TemporaryDirectory() as scratch:
        out, cache = os.path.join(scratch, "out"), os.path.join(scratch, "cache")
        # Once for the page cache.
        subprocess.run(["grep", "-rqw", "no_such_name_anywhere", *folders], cwd=tree)
        cold, run = build(tree, cache, out)
        print(f"{cold['files']} files, {cold['bytesRead'] / 1e6:.0f} MB: {cold['definitions']} definitions, "
              f"{cold['exports']} exports, {cold['declarations']} declarations; cache {cold['cacheBytes'] / 1e6:.0f} MB")
        print(f"index, nothing kept               {run}")
        fails += ["cold build"] * (run.wall > 60) + ["cache size"] * (cold["cacheBytes"] > 150e6)
        again, run = build(tree, cache, out)
        print(f"index, all kept ({again['parsed']} parsed)        {run}")
        if not options.no_ctags:
            peer = measure.run(
                ["ctags", "-R", "--languages=C", "--langmap=C:.c.h", "--c-kinds=+p", "-f", os.path.join(scratch, "tags"),
                 *folders], cwd=tree, seconds=900)
            size = os.path.getsize(os.path.join(scratch, "tags"))
            print(f"ctags --c-kinds=+p, {size / 1e6:.0f} MB of tags {peer}")
        asked, run = ask(tree, cache, NAMES + HEADERS, out)
        print(f"open the index and {len(NAMES + HEADERS)} look-ups     {run}")
        opened = min((ask(tree, cache, ["none.h"], out)[1] for _ in range(5)), key=lambda one: one.cpu)
        print(f"open the index alone              {opened}")
        # 0.3 s on two cores; the wall clock is that of a busy machine.
        fails += ["open"] * (opened.cpu > 0.6) + ["not indexed"] * (not asked["indexed"])
        lazy, run = ask(tree, os.path.join(scratch, "none"), NAMES[1:3], out)
        print(f"two names without an index        {run}")
        for answer in asked["answers"]:
            seconds = answer["seconds"]
            print(f"  {answer['name']}: " + ", ".join(
                f"{len(answer[key])} {key} in {1000 * seconds[key]:.1f} ms"
                for key in ("definitions", "exports", "declarations", "uses", "includers") if seconds[key]))
            if not answer["name"].endswith(".h"):
                files, run = grep(tree, answer["name"])
                outside = set(answer["uses"]) - set(files)
                print(f"    git grep -lw: {len(files)} files, comments included, in {1000 * run.wall:.0f} ms")
                fails += [f"uses of {answer['name']}: {sorted(outside)[:3]}"] * bool(outside)
        for answer in lazy["answers"]:
            same = next(a for a in asked["answers"] if a["name"] == answer["name"])
            print(f"  {answer['name']} without an index: " + ", ".join(
                f"{key} {1000 * value:.0f} ms" for key, value in answer["seconds"].items() if value))
            fails += [f"{key} of {answer['name']} differ" for key in ("definitions", "exports", "declarations", "uses") if answer[key] != same[key]]
        wanted = exports(tree, [f for f in ("kernel", "mm", "lib", "net", "block", "fs") if f in folders])
        names = sorted({name for _, name in wanted})[::97]
        found, _ = ask(tree, cache, names, out)
        pairs = {(place["path"], answer["name"]) for answer in found["answers"] for place in answer["exports"]}
        lost = {pair for pair in wanted if pair[1] in names} - pairs
        undefined = [a["name"] for a in found["answers"] if not a["definitions"]]
        print(f"exports as grep finds them: {len(lost)} of {len(names)} names lost; "
              f"{len(undefined)} of those have no definition: {' '.join(undefined[:8])}")
        fails += [f"exports lost: {sorted(lost)[:3]}"] * bool(lost)
    for fail in fails:
        print("MISSED:", fail)
    return bool(fails)


if __name__ == "__main__":
    sys.exit(main())
