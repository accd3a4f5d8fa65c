#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Input that is too big for the test suite, each beside a good mail that must be reviewed all the same.
# Prints seconds and memory of each; ends with 1 where one takes too long, too much memory, or crashes.
# Needs 3 GB of disk below TMPDIR. REVIEW_PATCH names another program than the release build.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
export XDG_CACHE_HOME="$work/cache" HOME="$work" work here
cd "$work"

python3 - <<'PYTHON'
import os

DIFF = "diff --git a/foo.c b/foo.c\n--- a/foo.c\n+++ b/foo.c\n@@ -1,2 +1,3 @@\n int foo;\n+int bar;\n int baz;\n"


def mail(name, headers="", log="", diff=DIFF):
    return (f"From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ann <ann@example.org>\nSubject: [PATCH] foo: {name}\n"
            f"Message-ID: <{name}@example.org>\n{headers}\nWords.\n\n{log}Signed-off-by: Ann <ann@example.org>\n---\n{diff}\n")


def write(name, text):
    with open(name, "w") as out:
        out.write(text)


write("good.mbox", mail("good"))
write("100,000-files", mail("files", diff="".join(DIFF.replace("foo.c", f"d{i % 300}/{i}.c") for i in range(100_000))))
write("one-file-60,000-times", mail("same", diff=DIFF * 60_000))
write("1,000,000-messages", "From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: a@b\nSubject: x\n\nhi\n\n" * 1_000_000)
write("header-of-10-MB", mail("header", headers="X-Long: " + "x" * 10_000_000 + "\n"))
write("600,000-headers", mail("headers", headers="X-Long: xxxxxxxxx\n" * 600_000))
write("hunk-of-100,000-lines", mail("hunk", diff="--- a/foo.c\n+++ b/foo.c\n@@ -1,100000 +1,100000 @@\n"
      + "".join(f" same\n-a {i}\n+b {i}\n" for i in range(50_000))))
write("20,000-hunks", mail("hunks", diff="--- a/foo.c\n+++ b/foo.c\n"
      + "".join(f"@@ -{i * 5 + 1},3 +{i * 5 + 1},3 @@\n same\n-nothing\n+b\n same\n" for i in range(20_000))))
write("200,000-tags", mail("tags", log="".join(f'Fixes: {i:012x} ("foo")\n' for i in range(200_000))))
write("500,000-trailers", mail("trailers", log="".join(f"Acked-by: A B <{i}@example.org>\n" for i in range(500_000))))
write("parts-1,000-deep", mail("nested", headers="MIME-Version: 1.0\n" + "".join(
    f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(1_000))))
os.mkdir("folder-of-100,000")
for i in range(100_000):
    write(f"folder-of-100,000/{i:06}.patch", mail(i))
os.mkdir("tree")
write("tree/foo.c", "same\n" * 200_000)
PYTHON
head -c 1073741824 /dev/zero | tr '\0' x > line-of-1-GB
{ head -n 8 good.mbox; cat line-of-1-GB good.mbox; } > mail-with-line-of-1-GB
head -c 1073741824 /dev/zero | gzip -1 > bomb.gz
gzip -1 -c mail-with-line-of-1-GB > mail-bomb.gz
mkfifo pipe

python3 - <<'PYTHON'
import json
import os
import sys

sys.path.insert(0, os.environ["here"])
import measure  # noqa: E402

# Megabytes: the records of a million messages and the patches of the longest series are held, input is not.
MEMORY, SECONDS = 250, 10
failed = []
for name, stdin in [
    ("line-of-1-GB", None), ("-", "line-of-1-GB"), ("mail-with-line-of-1-GB", None), ("-", "mail-with-line-of-1-GB"),
    ("bomb.gz", None), ("mail-bomb.gz", None), ("-", "/dev/zero"), ("/dev/zero", None), ("pipe", None),
    ("100,000-files", None), ("one-file-60,000-times", None), ("folder-of-100,000", None),
    ("1,000,000-messages", None), ("header-of-10-MB", None), ("600,000-headers", None),
    ("hunk-of-100,000-lines", None), ("20,000-hunks", None), ("200,000-tags", None), ("500,000-trailers", None),
    ("parts-1,000-deep", None),
]:
    # Each mail of the folder would be put on the long file: that is work, not a trick.
    tree = ["--no-tree"] if name.startswith("folder") else ["--tree", "tree"]
    run = measure.run(
        [measure.program(), *tree, "--format", "ndjson", name, "good.mbox"],
        stdin=stdin or os.devnull, stdout="report", seconds=60)
    with open("report") as report:
        records = [json.loads(line) for line in report]
    reviewed = any(r["record"] == "patch" and r["input"] > 0 or r.get("subject", "").endswith(": good") for r in records)
    wrong = [word for word, bad in [
        ("status", run.status not in (0, 1)), ("slow", run.wall > SECONDS), ("memory", run.peak > MEMORY * 1024),
        ("the good mail is not reviewed", not reviewed)] if bad]
    problem = next((f"{r['line']}: {r['text'][:50]}" for r in records if r["record"] == "problem"), "")
    label = f"{name} < {stdin}" if stdin else name
    print(f"{label:34}{run}  {', '.join(wrong).upper() or 'ok'}  {problem}", flush=True)
    failed += wrong
left = [os.path.join(folder, name) for folder, _, names in os.walk("cache") for name in names]
print("files left in the cache:", left or "none")
sys.exit(bool(failed or left))
PYTHON
