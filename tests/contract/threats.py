#!/usr/bin/python3
"""Every threat in SECURITY.md names a test that is there: tests/contract/threats.py ROOT

The last column of each table holds tests as `path` or `path case`, from tests/. The file must exist, and the case must
be one of its tests.
"""
import os
import re
import sys

HEADS = "shown by"


def rows(text):
    """(line number, cells) of the tables' rows."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("|") and not set(line) <= set("|- "):
            yield number, [cell.strip() for cell in line.strip("|").split(" | ")]


def has_case(source, case):
    name = re.escape(case)
    return re.search(r"^TEST(_F|_P)?\(\w+,\s*%s\)|^\s*def %s\(|^case %s\b" % (name, name, name), source, re.M)


def check(root):
    faults, count = [], 0
    with open(os.path.join(root, "SECURITY.md"), encoding="utf-8") as f:
        text = f.read()
    for number, cells in rows(text):
        if cells[-1].rstrip(" |") == HEADS:
            continue
        if len(cells) != 3 or not cells[1]:
            faults.append("%d: a row has what might be tried, what stands against it, and what shows it" % number)
        proofs = re.findall(r"`([^`]+)`", cells[-1])
        if not proofs:
            faults.append("%d: nothing shows it" % number)
        for proof in proofs:
            count += 1
            path, _, case = proof.partition(" ")
            path = os.path.join(root, "tests", path)
            if not os.path.isfile(path):
                faults.append("%d: there is no %s" % (number, path))
                continue
            with open(path, encoding="utf-8") as f:
                if case and not has_case(f.read(), case):
                    faults.append("%d: %s has no case %s" % (number, path, case))
    return faults, count


def main():
    faults, count = check(sys.argv[1])
    for fault in faults:
        print("SECURITY.md:" + fault)
    print("%d tests named, %d faults" % (count, len(faults)))
    return 1 if faults or count < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
