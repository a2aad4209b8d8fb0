#!/usr/bin/python3
"""The rooms keep to themselves: tests/contract/rooms.py ROOT

What ARCHITECTURE.md's table promises and a compiler does not check: a room includes only what stands above
it, the pure rooms reach out to nothing, an outside library is used in the one file that is for it, nothing
generated is committed, no source file has grown out of hand, no test waits for time to pass.
"""
import os
import re
import subprocess
import sys

# Room -> the rooms of server/ that it may include (itself is understood).
ROOMS = {
    "base": [],
    "domain": ["base"],
    "analysis": ["base", "domain"],
    "journal": ["base"],
    "watch": ["base", "domain"],
    "access": ["base", "domain"],
    "engine": ["base", "domain", "analysis", "journal", "watch"],
    "service": ["base", "domain", "analysis", "journal", "watch", "access", "engine"],
    "push": ["base", "domain", "journal", "watch", "engine"],
    "web": ["base", "domain", "analysis", "journal", "watch", "access", "engine", "service"],
}

# Rooms whose results follow from their arguments alone: no clock, chance, file, thread, network.
PURE = ["server/domain/", "server/analysis/", "clients/connectors/parse/"]
REACHES_OUT = re.compile(
    r"grpcpp|hiredis|sqlite3|openssl|spdlog|<thread>|<mutex>|<random>|<fstream>|<iostream>|<filesystem>"
    r"|\bNow\(|\bstd::chrono::system_clock|\bgetenv\(|\bfopen\(|\brand\(|\btime\((nullptr|NULL|0)\)"
    r"|SystemClock\b|RandomBytes\b")

# Outside header -> the files that may include it.
ONE_FILE = {
    "sqlite3.h": re.compile(r"server/journal/sqlite_database\.cc$|tests/journal/"),
    "hiredis": re.compile(r"server/journal/redis/connection\.cc$|tests/testing/redis_process\.cc$"),
    "openssl": re.compile(r"^(?!server/journal/)|server/journal/redis/tls\.cc$"),
    "curl/": re.compile(r"server/push/sender\.cc$|clients/connectors/source\.cc$"),
    "qrencode.h": re.compile(r"clients/cli/qr\.cc$"),
    "spdlog": re.compile(r"server/base/log\.cc$"),
}
# gRPC is met in the rooms that speak it, and nowhere below.
GRPC = re.compile(r"(server/(service|web)/|server/main\.cc|clients/|tests/)")

LINES = 600
# File -> why it may be longer.
LONGER = {}

GENERATED = re.compile(r"\.pb\.(h|cc)$|_pb2(_grpc)?\.py$|(^|/)(node_modules|__pycache__|build[^/]*)/|\.(o|a|so|pyc)$")
WAITS = re.compile(r"\bsleep(_for|_until)?\s*\(|\bSleepFor\(|\busleep\(|\bnanosleep\(|^\s*sleep\s|[;&|]\s*sleep\s")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
CODE = (".cc", ".h", ".py", ".proto", ".cmake", ".txt", ".sh", ".js", ".ts")


def tracked(root):
    out = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, text=True)
    if out.returncode == 0:
        return [f for f in out.stdout.split("\0") if f and os.path.isfile(os.path.join(root, f))]
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [d for d in folders if d not in (".git", "node_modules") and not d.startswith("build")]
        found += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    return found


def code_only(line):
    """The line without a comment at its end, so that words about a thing are not the thing."""
    return re.sub(r"(//|#(?!include)).*", "", line)


def check_includes(file, number, line, fault):
    match = re.match(r'\s*#include ["<]([^">]+)[">]', line)
    if not match:
        return
    header = match.group(1)
    room = re.match(r"server/(\w+)/", file)
    other = re.match(r"server/(\w+)/", header)
    if room and other and room.group(1) in ROOMS:
        mine, theirs = room.group(1), other.group(1)
        if theirs != mine and theirs not in ROOMS[mine]:
            fault(file, number, "server/%s may not use server/%s" % (mine, theirs))
    for part, where in ONE_FILE.items():
        if header.startswith(part) and not where.search(file):
            fault(file, number, "%s is used elsewhere only" % part)
    if header.startswith(("grpcpp/", "grpc/")) or header.endswith(".grpc.pb.h"):
        if not GRPC.match(file):
            fault(file, number, "no gRPC below the doors")


def check(root):
    faults = []

    def fault(file, number, what):
        faults.append("%s:%d: %s" % (file, number, what))

    files = tracked(root)
    for file in files:
        if GENERATED.search(file):
            fault(file, 1, "generated: it does not belong into the repository")
        script = file.startswith(("tests/", "deploy/", ".ci/")) and "." not in os.path.basename(file)
        if not file.endswith(CODE) and not script:
            continue
        with open(os.path.join(root, file), encoding="utf-8", errors="replace") as f:
            lines = f.read().split("\n")
        is_cpp = file.endswith((".cc", ".h"))
        if is_cpp and len(lines) > LINES and file not in LONGER:
            fault(file, LINES, "%d lines: it has more than one subject" % len(lines))
        pure = file.startswith(tuple(PURE))
        for number, line in enumerate(lines, 1):
            if is_cpp:
                check_includes(file, number, line, fault)
            if pure and REACHES_OUT.search(code_only(line)):
                fault(file, number, "this room reaches out to nothing: " + line.strip())
            if file == "tests/contract/rooms.py":
                continue
            # What makes load at a rate (tests/bench) waits for time.
            is_test = file.startswith("tests/") and not file.startswith("tests/bench/")
            if is_test and (is_cpp or script or file.endswith(".py")):
                if WAITS.search(code_only(line)):
                    fault(file, number, "a test waits for a condition, never for time: " + line.strip())
            if UNFINISHED.search(line):
                fault(file, number, "unfinished: " + line.strip())
    return files, faults


def main():
    files, faults = check(sys.argv[1])
    for fault in faults:
        print(fault)
    print("%d files, %d faults" % (len(files), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
