#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory and time of reading mailboxes, beside git and Python in the same run.

    Benchmarks/read_mail.py --mail ../shared/corpus/review/mbox

Makes mailboxes of 10 MB and 100 MB out of the mail it is given: each copy has Message-IDs of its own, so
that it is a message and a series of its own. Ends with 1 where memory grows by more than 1.3, or one
mail takes 2 seconds.
"""

import argparse
import glob
import mailbox
import os
import re
import subprocess
import sys
import tempfile

import measure

SUBJECT = re.compile(rb"^(subject:[^\n]*(?:\n[ \t][^\n]*)*)", re.I | re.M)
IDS = re.compile(rb"^(message-id|in-reply-to|references)(:[^\n]*\n(?:[ \t][^\n]*\n)*)", re.I | re.M)


def copy(mail, number):
    """A mail as the number-th copy of itself: a thread and a title of its own."""
    head, blank, body = mail.partition(b"\n\n")
    head = IDS.sub(lambda m: m[1] + m[2].replace(b"<", b"<%d." % number), head + b"\n")[:-1]
    head = SUBJECT.sub(lambda m: m[1] + b" %d" % number, head, count=1)
    return head + blank + body + (b"\n" if body.endswith(b"\n") else b"\n\n")


def make(path, mails, size):
    """Writes a mailbox of at least so many bytes; returns how many messages it has."""
    count = written = 0
    with open(path, "wb") as out:
        while written < size:
            mail = copy(mails[count % len(mails)], count // len(mails))
            written += out.write(mail)
            count += 1
    return count


def split(path, folder):
    """What `git am` does before it applies anything."""
    subprocess.run(["git", "mailsplit", "-o" + folder, path], check=True, stdout=subprocess.DEVNULL)
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as mail:
            subprocess.run(
                ["git", "mailinfo", "msg", "patch"], cwd=folder, stdin=mail,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read(path):
    """What a script would do: every message, its headers and its decoded text."""
    for message in mailbox.mbox(path, create=False):
        for part in message.walk():
            if not part.is_multipart():
                part.get_payload(decode=True)


def show(label, run):
    print(f"{label:34}{run}" + (f"  status {run.status}" if run.status not in (0, 1) else ""), flush=True)
    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--mail", required=True, help="a folder of single mails")
    parser.add_argument("--split", help=argparse.SUPPRESS)
    parser.add_argument("--read", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.split:
        return split(options.split, options.mail)
    if options.read:
        return read(options.read)

    names = sorted(glob.glob(os.path.join(options.mail, "*")))
    mails = []
    for name in names:
        with open(name, "rb") as mail:
            data = mail.read()
        mails.append(data if data.startswith(b"From ") else b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + data)
    review = [measure.program(), "--no-tree", "--format"]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = os.path.join(folder, "cache")
        start = min((measure.run([measure.program(), "--version"]) for _ in range(20)), key=lambda r: r.wall)
        show("review-patch --version (best of 20)", start)
        peaks = {}
        for size in (10, 100):
            path = os.path.join(folder, f"{size}.mbox")
            count = make(path, mails, size * 1_000_000)
            run = show(
                f"review-patch, {size} MB, {count} mails",
                measure.run(review + ["ndjson", path], stdout=os.path.join(folder, "out"), seconds=600))
            records = count_records(os.path.join(folder, "out"))
            print(f"  {records}, status {run.status}")
            peaks[size] = run.peak
        ratio = peaks[100] / peaks[10]
        print(f"  memory for 100 MB / for 10 MB: {ratio:.2f} (at most 1.30)")
        failed |= ratio > 1.3
        small = os.path.join(folder, "10.mbox")
        parts = os.path.join(folder, "split")
        os.mkdir(parts)
        this = [sys.executable, os.path.abspath(__file__)]
        show("git mailsplit + mailinfo, 10 MB", measure.run(this + ["--split", small, "--mail", parts], seconds=600))
        show("Python mailbox, 10 MB", measure.run(this + ["--read", small, "--mail", parts], seconds=600))

        runs = sorted(((measure.run(review + ["json", name]), name) for name in names), key=lambda r: -r[0].wall)
        times = [run.wall for run, _ in runs]
        print(f"{len(runs)} single mails: median {times[len(times) // 2]:.3f} s, slowest:")
        for run, name in runs[:3]:
            show("  " + os.path.basename(name), run)
        bad = [name for run, name in runs if run.status not in (0, 1, 3)]
        print(f"  other statuses than 0, 1, 3: {bad or 'none'}")
        failed |= times[0] >= 2 or bool(bad)
    return int(failed)


WORDS = {"series": "series", "patch": "patches", "finding": "findings", "problem": "problems"}


def count_records(path):
    counts = {}
    with open(path, "rb") as lines:
        for line in lines:
            kind = re.search(rb'"record":"(\w+)"', line)
            if kind:
                counts[kind[1].decode()] = counts.get(kind[1].decode(), 0) + 1
    return ", ".join(f"{counts.get(kind, 0)} {word}" for kind, word in WORDS.items())


if __name__ == "__main__":
    sys.exit(main())
