#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the seeds of every fuzz target: our own fixtures, rules, scenarios and the texts of tests; mail of ../shared and kernel
source where they are there. Nothing of others stays in the checkout.

    Fuzz/seeds.py FOLDER
"""

import hashlib
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.environ.get("REVIEW_PATCH_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
KERNEL = os.environ.get("REVIEW_PATCH_KERNEL", "/tmp/review-patch-kernel")
OUT = sys.argv[1]
# Seeds of others that a target gets: the more there are, the later it begins with its own.
MOST = 400


def add(target, *parts):
    """A seed: parts are divided by a NUL, as the targets cut them."""
    data = b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    folder = os.path.join(OUT, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, hashlib.sha1(data).hexdigest()), "wb") as file:
        file.write(data)


def files(folder, *suffixes, most=None):
    """Files below a folder with their content, sorted; evenly chosen where there are more than wanted."""
    found = sorted(
        os.path.join(where, name)
        for where, _, names in os.walk(folder)
        for name in names
        if name.endswith(suffixes or ("",))
    )
    if most and len(found) > most:
        found = found[:: -(-len(found) // most)]
    for path in found:
        if os.path.isfile(path):
            with open(path, "rb") as file:
                yield path, file.read()


def blocks(page):
    """The fenced blocks of a page: their first line and their text."""
    return re.findall(rb"^```([^\n]*)\n(.*?)^```$", page, re.S | re.M)


def mail(data):
    add("mail", data)
    add("review", data)


def diff(data):
    start = re.search(rb"^(diff --git |--- )", data, re.M)
    if start:
        add("diff", data[start.start() :])


def code(data):
    for form in b"\0\1\2":
        add("code", bytes([form]) + data)


for path, data in files(os.path.join(ROOT, "Fixtures", "mail")):
    if "expected" not in path:
        mail(data)
        diff(data)
for path, data in files(os.path.join(ROOT, "Fixtures", "series")):
    mail(data)
    diff(data)
for path, data in files(os.path.join(ROOT, "Rules"), ".md"):
    add("rule", b"\2" + data)
    for head, text in blocks(data):
        clean = b"".join(line + b"\n" for line in text.split(b"\n")[:-1] if not line.startswith(b"^"))
        if head in (b"diff", b"mail"):
            mail(clean)
            diff(clean)
        elif head.startswith(b"c "):
            code(clean)
for path, data in files(os.path.join(ROOT, "Rules"), ".yaml"):
    add("rule", b"\0" + data)
add("rule", b"\1# comment\nerrno/lost 0123456789abcdef drivers/foo.c\n")
add("rule", b"\1errno/lost=drivers/**/*.c")
for path, data in files(os.path.join(ROOT, "Scenarios"), ".md"):
    add("scenario", data)
    for head, text in blocks(data):
        if head.startswith(b"c"):
            code(text)
head = "---\nid: own/own\ntitle: own\n---\n```c\n"
for path, data in files(os.path.join(ROOT, "Tests", "ModelTests"), ".swift"):
    for text in re.findall(r'(?:"|""")((?:[^"\\]|\\.)*thread_(?:[^"\\]|\\.)*)"', data.decode()):
        add("scenario", head + text.replace("\\n", "\n").replace('\\"', '"') + "\n```\n")
for path, data in files(os.path.join(ROOT, "Tests", "KernelCTests"), ".swift"):
    for text in re.findall(r'"((?:[^"\\\n]|\\.)+)"', data.decode()):
        code(text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').encode())
for path, data in files(os.path.join(ROOT, "Fixtures", "tree")):
    name = os.path.basename(path)
    if name.startswith("Kconfig"):
        add("kconfig", data, "config B\n\tbool \"b\"\n")
    elif name in ("Makefile", "Kbuild"):
        add("makefile", "core-y += drivers/\n", data)
    elif name.endswith((".c", ".h")):
        code(data)
for path, data in files(os.path.join(ROOT, "Tests", "KconfigTests"), ".swift"):
    makes = os.path.basename(path).startswith("Kbuild")
    for text in re.findall(r'"((?:[^"\\\n]|\\.)+)"', data.decode()) + re.findall(r'"""\n(.*?)"""', data.decode(), re.S):
        text = text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')
        if makes:
            add("makefile", "core-y += drivers/\n", text)
        else:
            add("kconfig", text, text)
            add("kconfig", "config MODULES\n\tbool \"m\"\n\tmodules\n" + text)
for path, data in files(os.path.join(SHARED, "corpus"), ".mbox", ".eml", ".patch", most=MOST):
    if len(data) < 16 << 10:
        mail(data)
        diff(data)
for path, data in files(os.path.join(SHARED, "seed"), ".mbox"):
    mail(data)
if os.path.isdir(KERNEL):
    for folder in ("kernel", "lib", "drivers/gpio"):
        for path, data in files(os.path.join(KERNEL, folder), ".c", ".h", most=MOST // 3):
            if len(data) < 8 << 10:
                code(data)
        for path, data in files(os.path.join(KERNEL, folder), "Kconfig", most=50):
            if len(data) < 4 << 10:
                add("kconfig", data)
        for path, data in files(os.path.join(KERNEL, folder), "Makefile", most=50):
            if len(data) < 4 << 10:
                add("makefile", "", data)
