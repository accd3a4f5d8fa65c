#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mutation test of the reference model: one line of the repaired variant of struct-ops-cgroup is changed at a time, and the
group is run; a mutant is killed where a scenario is violated.

Usage: mutants.py TOOL TREE PATCH... [--only N]
TREE is a kernel source (6.12), PATCH the mails that the scenarios are about, in their order.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

LINK = "kernel/bpf/bpf_struct_ops.c"
GROUP = "kernel/bpf/cgroup.c"
KEPT = ["include", "kernel/bpf", "kernel/cgroup", "arch/x86/include", "tools/include"]

# What is changed: the file, the function, the line as it stands there (which of several), and what comes instead of it; a
# line that begins with "move:" is put behind another one.
MUTANTS = [
    (LINK, "bpf_struct_ops_map_link_dealloc", "cgroup_bpf_detach_struct_ops(st_link);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_dealloc", "bpf_map_put(&st_map->map);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_dealloc", "kfree(st_link);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_dealloc", "st_map->st_ops_desc->st_ops->unreg(&st_map->kvalue.data, link);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "mutex_lock(&update_mutex);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "mutex_unlock(&update_mutex);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "mutex_unlock(&update_mutex);", 1, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "cgroup_bpf_detach_struct_ops(st_link);", 0, "move:RCU_INIT_POINTER(st_link->map, NULL);"),
    (LINK, "bpf_struct_ops_map_link_detach", "RCU_INIT_POINTER(st_link->map, NULL);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "bpf_map_put(&st_map->map);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "wake_up_interruptible_poll(&st_link->wait_hup, EPOLLHUP);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "st_map->st_ops_desc->st_ops->unreg(&st_map->kvalue.data, link);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "st_map->st_ops_desc->st_ops->unreg(&st_map->kvalue.data, link);", 0, "move:RCU_INIT_POINTER(st_link->map, NULL);"),
    (LINK, "bpf_struct_ops_map_link_detach", "cgroup_bpf_detach_struct_ops(st_link);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_detach", "if (!map) {", 0, "if (0) {"),
    (LINK, "bpf_struct_ops_link_create", "if (attr->link_create.flags & ~BPF_F_CGROUP_FD)", 0, "if (0)"),
    (LINK, "bpf_struct_ops_link_create", "if (attr->link_create.flags & BPF_F_CGROUP_FD) {", 0, "if (0) {"),
    (LINK, "bpf_struct_ops_link_create", "if (!bpf_struct_ops_valid_to_reg(map)) {", 0, "if (0) {"),
    (LINK, "bpf_struct_ops_link_create", "if (!link) {", 0, "if (0) {"),
    (LINK, "bpf_struct_ops_link_create", "init_waitqueue_head(&link->wait_hup);", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "mutex_lock(&update_mutex);", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "link->cgroup = NULL;", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "cgroup_put(cgrp);", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "link->cgroup = cgrp;", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "RCU_INIT_POINTER(link->map, map);", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "RCU_INIT_POINTER(link->map, map);", 0, "move:mutex_unlock(&update_mutex);"),
    (LINK, "bpf_struct_ops_link_create", "mutex_unlock(&update_mutex);", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "mutex_unlock(&update_mutex);", 1, ""),
    (LINK, "bpf_struct_ops_link_create", "bpf_link_cleanup(&link_primer);", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "link = NULL;", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "bpf_map_put(map);", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "kfree(link);", 0, ""),
    (LINK, "bpf_struct_ops_link_create", "goto err_cleanup;", 1, "goto err_out;"),
    (LINK, "bpf_struct_ops_link_create", "goto err_cleanup;", 2, "goto err_out;"),
    (LINK, "bpf_struct_ops_map_link_poll", "return rcu_access_pointer(st_link->map) ? 0 : EPOLLHUP;", 0, "return rcu_access_pointer(st_link->map) ? EPOLLHUP : 0;"),
    (LINK, "bpf_struct_ops_map_link_poll", "poll_wait(file, &st_link->wait_hup, pts);", 0, ""),
    (LINK, "bpf_struct_ops_map_link_fill_link_info", "cgroup_lock();", 0, ""),
    (GROUP, "cgroup_bpf_release", "list_del_init(&st_link->list);", 0, ""),
    (GROUP, "cgroup_bpf_release", "if (IS_ERR(bpf_link_inc_not_zero(&st_link->link)))", 0, "if (0)"),
    (GROUP, "cgroup_bpf_release", "cgroup_unlock();", 0, ""),
    (GROUP, "cgroup_bpf_release", "st_link->link.ops->detach(&st_link->link);", 0, ""),
    (GROUP, "cgroup_bpf_release", "bpf_link_put(&st_link->link);", 0, ""),
    (GROUP, "cgroup_bpf_release", "cgroup_lock();", 1, ""),
    (GROUP, "cgroup_bpf_release", "cgroup_put(cgrp);", 0, ""),
    (GROUP, "cgroup_bpf_attach_struct_ops", "if (percpu_ref_is_zero(&cgrp->bpf.refcnt)) {", 0, "if (0) {"),
    (GROUP, "cgroup_bpf_attach_struct_ops", "list_add_tail(&link->list, &cgrp->bpf.struct_ops_links);", 0, ""),
    (GROUP, "cgroup_bpf_attach_struct_ops", "cgroup_lock();", 0, ""),
    (GROUP, "cgroup_bpf_attach_struct_ops", "cgroup_unlock();", 0, ""),
    (GROUP, "cgroup_bpf_detach_struct_ops", "cgroup_lock();", 0, ""),
    (GROUP, "cgroup_bpf_detach_struct_ops", "cgroup_unlock();", 0, ""),
    (GROUP, "cgroup_bpf_detach_struct_ops", "list_del_init(&link->list);", 0, "list_del(&link->list);"),
    (GROUP, "cgroup_bpf_detach_struct_ops", "list_del_init(&link->list);", 0, ""),
    (GROUP, "cgroup_bpf_detach_struct_ops", "link->cgroup = NULL;", 0, ""),
    (GROUP, "cgroup_bpf_detach_struct_ops", "cgroup_put(cgrp);", 0, ""),
    (GROUP, "cgroup_bpf_detach_struct_ops", "if (cgrp) {", 0, "if (1) {"),
]


def mutated(text, function, line, which, instead):
    """The text with one line of one function changed."""
    lines = text.split("\n")
    head = next(i for i, l in enumerate(lines) if re.match(r"\S.*\b" + function + r"\(", l) and not l.rstrip().endswith(";")
                and "{" in "".join(lines[i:i + 3]) and ";" not in "".join(lines[i:i + 2]))
    end = next(i for i in range(head, len(lines)) if lines[i] == "}")
    places = [i for i in range(head, end) if lines[i].strip() == line]
    if len(places) <= which:
        raise SystemExit(f"{function}: there is no {which + 1}. line {line!r}")
    place = places[which]
    indent = lines[place][:len(lines[place]) - len(lines[place].lstrip())]
    if instead.startswith("move:"):
        behind = next(i for i in range(place, end) if lines[i].strip() == instead[5:])
        moved = lines.pop(place)
        lines.insert(behind, moved)
    else:
        lines[place] = indent + (instead or ";")
    return "\n".join(lines)


def check(tool, tree):
    run = subprocess.run([tool, "model", "check", "struct-ops-cgroup", "--tree", str(tree), "--format", "json"],
                         capture_output=True, text=True)
    return json.loads(run.stdout)


def main():
    arguments = sys.argv[1:]
    only = None
    if "--only" in arguments:
        place = arguments.index("--only")
        only = int(arguments[place + 1])
        del arguments[place:place + 2]
    if len(arguments) < 3:
        raise SystemExit(__doc__)
    tool, source, patches = arguments[0], pathlib.Path(arguments[1]), arguments[2:]
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        for kept in KEPT:
            shutil.copytree(source / kept, tree / kept, symlinks=True)
        for patch in patches:
            subprocess.run(["patch", "-s", "-p1", "--fuzz=3", "-d", folder, "-i", str(pathlib.Path(patch).resolve())], check=True)
        page = (pathlib.Path(__file__).parent.parent / "Scenarios/struct-ops-cgroup/kernel.md").read_text()
        diff = re.search(r"```diff variant=repaired\n(.*?)```", page, re.S).group(1)
        subprocess.run(["patch", "-s", "-p1", "--fuzz=3", "-d", folder], input=diff, text=True, check=True)
        clean = check(tool, tree)
        print("unchanged:", ", ".join(f"{r['scenario'].split('/')[1]} {r['verdict']} {r['states']}" for r in clean))
        killed = 0
        chosen = [(i, m) for i, m in enumerate(MUTANTS, 1) if only in (None, i)]
        for number, (path, function, line, which, instead) in chosen:
            original = (tree / path).read_text()
            (tree / path).write_text(mutated(original, function, line, which, instead))
            results = check(tool, tree)
            (tree / path).write_text(original)
            violated = [r for r in results if r["verdict"] == "violated"]
            killed += bool(violated)
            what = f"{function}: {line} -> {instead or 'nothing'}"
            if violated:
                first = min((v for r in violated for v in r["violations"]), key=lambda v: v["steps"])
                print(f"{number:2} killed    {what}: {first['kind']}, {first['text']} ({first['steps']} steps)")
            else:
                words = "; ".join(sorted({reason for r in results for reason in r["reasons"]}))
                print(f"{number:2} SURVIVES  {what}" + (f": {words}" if words else ""))
            sys.stdout.flush()
        print(f"{killed} of {len(chosen)} killed")


if __name__ == "__main__":
    main()
