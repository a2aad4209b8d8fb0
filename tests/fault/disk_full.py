#!/usr/bin/python3
"""The disk is full: writes are refused with a reason and change nothing, reads go on, and when there is
room again it goes on by itself.

    tests/fault/disk_full.py ROOT STUBS SAMSYND      (ctest fault.disk_full)

The data stand on a small file system in memory. Where that cannot be mounted (not root, a container), the
size of the server's files is limited instead: the kernel refuses such a write as it does on a broken disk,
so there the server has to be started again when there is room.
"""
import os
import resource
import subprocess
import sys
import tempfile

import load
from load import node

SIZE = 24 << 20


def fill(contract, client, most=20000):
    """Reports until one is refused; returns the acknowledged and the refusal."""
    acknowledged = {}
    for number in range(most):
        text = ("rapport %d " % number).ljust(3900, ".")
        try:
            report = client.Report.SubmitReport(load.request_for(contract, text)).report
        except node.Refused as refusal:
            return acknowledged, refusal
        acknowledged[text.strip()] = (report.name, report.revision)
    raise AssertionError("the disk never became full")


def check_refusal(refusal):
    assert refusal.code in ("UNAVAILABLE", "RESOURCE_EXHAUSTED"), str(refusal)
    assert refusal.reason in ("JOURNAL_UNAVAILABLE", "OUTCOME_UNKNOWN"), str(refusal)
    assert refusal.message.strip(), "a refusal without a sentence"


def still_reads(contract, client, acknowledged):
    listed = load.all_reports(contract, client)
    load.compare(acknowledged, listed)
    return listed


def small_disk(contract, samsynd, folder):
    """On a file system of its own."""
    with node.Node(contract, samsynd, data=os.path.join(folder, "data")) as server:
        server.create("0136")
        server.start(*node.UNLIMITED)
        client = server.client()
        # What is not needed for the journal is taken by somebody else, so that it fills soon.
        ballast = os.path.join(folder, "ballast")
        room = os.statvfs(folder)
        with open(ballast, "wb") as f:
            f.write(b"\0" * max(0, room.f_bavail * room.f_frsize - (6 << 20)))
        acknowledged, refusal = fill(contract, client)
        check_refusal(refusal)
        assert refusal.reason == "JOURNAL_UNAVAILABLE", "nothing was unknown: " + str(refusal)
        still_reads(contract, client, acknowledged)
        os.remove(ballast)
        report = client.Report.SubmitReport(load.request_for(contract, "det finns plats igen")).report
        acknowledged["det finns plats igen"] = (report.name, report.revision)
        listed = still_reads(contract, client, acknowledged)
        assert len(listed) == len(acknowledged), "a refused report is there"
        finish(server)
    print("full after %d reports (%s); with room again it went on by itself" % (len(acknowledged) - 1, refusal))


def small_files(contract, samsynd):
    """With files that may not grow."""
    with node.Node(contract, samsynd, limit_bytes=4 << 20) as server:
        server.create("0136")
        server.start(*node.UNLIMITED)
        client = server.client()
        acknowledged, refusal = fill(contract, client)
        check_refusal(refusal)
        still_reads(contract, client, acknowledged)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        server.limit_bytes = None
        assert server.stop() == 0
        server.start()
        report = client.Report.SubmitReport(load.request_for(contract, "det finns plats igen"),
                                            wait_for_ready=True).report
        acknowledged["det finns plats igen"] = (report.name, report.revision)
        still_reads(contract, client, acknowledged)
        finish(server)
    print("refused after %d reports (%s); started again with room it went on" % (len(acknowledged) - 1, refusal))


def finish(server):
    assert server.stop() == 0
    code, output = server.offline("journal", "verify", server.data)
    assert code == 0, output


def main():
    root, stubs, samsynd = sys.argv[1:4]
    contract = node.make_stubs(root, stubs)
    folder = tempfile.mkdtemp(prefix="samsyn-test-")
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=%d" % SIZE, "tmpfs", folder], capture_output=True).returncode == 0
    try:
        if mounted:
            small_disk(contract, samsynd, folder)
        else:
            print("no file system of its own to be had here")
        small_files(contract, samsynd)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=False)
        os.rmdir(folder)


if __name__ == "__main__":
    main()
