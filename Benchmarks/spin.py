#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The reference model beside Spin, on two scenarios that both have: the number of states must be the same, without any
reduction on either side. Of the larger one, states a second on one core and on two, and memory per state, are compared.

    python3 Benchmarks/spin.py [--tool BINARY] [--runs N]

Needs spin and gcc (apt-get install spin gcc)."""

import argparse, json, pathlib, re, resource, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).parent / "spin"


def spin(folder, name, cores, runs):
    """States, seconds and bytes, the best of some runs."""
    # No statement is merged, and no dead variable cleared, behind the model's back.
    subprocess.run(["spin", "-o1", "-o2", "-o3", "-o4", "-o5", "-a", HERE / f"{name}.pml"], cwd=folder, check=True)
    flags = ["-O2", "-DNOREDUCE", "-DSAFETY"] + (["-DBFS_PAR", f"-DNCORE={cores}"] if cores > 1 else [])
    subprocess.run(["gcc", "-w", *flags, "-o", "pan", "pan.c"], cwd=folder, check=True)
    best = None
    for _ in range(runs):
        command = ["./pan", "-n", "-m100000", "-w20"] + ([f"-u{cores}"] if cores > 1 else [])
        text = subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout
        assert "errors: 0" in text or cores > 1, text
        states = int(re.search(r"(\d+) states, stored", text)[1])
        seconds = float(re.search(r"elapsed time ([\d.]+)", text)[1])
        vector = int(re.search(r"State-vector (\d+) byte", text)[1])
        if best is None or seconds < best[1]:
            best = (states, max(seconds, 0.01), vector)
    return best


def ours(tool, scenario, cores, runs):
    best = None
    for _ in range(runs):
        command = [tool, "model", "check", scenario, "--scenarios", HERE / "rounds.md", "--full",
                   "--threads", str(cores), "--format", "json"]
        result = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)[0]
        assert result["verdict"] == "clean", result
        if best is None or result["seconds"] < best[1]:
            best = (result["states"], result["seconds"], result["peakBytes"] / result["states"])
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", default=".build/release/review-patch")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    rows, counts = [], set()
    with tempfile.TemporaryDirectory() as folder:
        promise = {spin(folder, "promise", 1, 1)[0], ours(arguments.tool, "struct-ops-cgroup/promise", 1, 1)[0]}
        for cores in (1, 2):
            for name, (states, seconds, size) in (
                ("spin", spin(folder, "rounds", cores, arguments.runs)),
                ("review-patch", ours(arguments.tool, "spin/rounds", cores, arguments.runs)),
            ):
                counts.add(states)
                rows.append((name, cores, states, seconds, states / seconds, size))
    print(f"struct-ops-cgroup/promise: {', '.join(map(str, sorted(promise)))} states; spin/rounds:")
    print(f"{'':14}{'cores':>6}{'states':>10}{'seconds':>9}{'states/s':>12}{'bytes/state':>13}")
    for name, cores, states, seconds, speed, size in rows:
        print(f"{name:14}{cores:6}{states:10}{seconds:9.2f}{speed:12,.0f}{size:13.0f}")
    for cores in (1, 2):
        pair = {row[0]: row[4] for row in rows if row[1] == cores}
        print(f"review-patch / spin, {cores} core(s): {pair['review-patch'] / pair['spin']:.3f}")
    print(f"peak memory of a child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10} MiB")
    if len(counts) > 1 or len(promise) > 1:
        sys.exit("the numbers of states differ")


if __name__ == "__main__":
    main()
