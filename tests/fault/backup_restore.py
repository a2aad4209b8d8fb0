#!/usr/bin/python3
"""A backup taken under load, restored into an empty directory, started: the same picture.

    tests/fault/backup_restore.py ROOT STUBS SAMSYND      (ctest fault.backup_restore)
"""
import hashlib
import os
import shutil
import sys
import tempfile

import load
from load import M, node


def back_up(contract, client, path):
    """Takes a backup as an operator's program would; returns the revision that it ends at."""
    digest, last = hashlib.sha256(), None
    with open(path, "wb") as f:
        for last in client.Admin.stream("Backup", contract.BackupRequest(municipality=M), timeout=60):
            f.write(last.data)
            digest.update(last.data)
    assert last.sha256 == digest.digest(), "the file is not what the server sent"
    return last.revision


def refuse_to_overwrite(server, backup, directory):
    """A directory that has data is left alone."""
    code, output = server.offline("journal", "restore", directory, backup)
    assert code != 0, "restored over data:\n" + output


def main():
    root, stubs, samsynd = sys.argv[1:4]
    contract = node.make_stubs(root, stubs)
    scratch = tempfile.mkdtemp(prefix="samsyn-test-")
    try:
        with node.Node(contract, samsynd) as server:
            server.create("0136")
            server.start(*node.UNLIMITED)
            secret = server.token("0136-coordinator")
            client = server.client()
            writers = load.Writers(contract, client)
            writers.wait_for_more(300)
            before = dict(writers.acknowledged)
            backup = os.path.join(scratch, "backup")
            coordinator = server.client()
            revision = back_up(contract, coordinator, backup)
            writers.wait_for_more(100)
            writers.finish()
            whole = load.all_reports(contract, client)
            refuse_to_overwrite(server, backup, server.data)
            assert server.stop() == 0
        assert revision >= max(r for _, r in before.values()), "the backup is older than when it was asked for"
        compare_restored(contract, samsynd, scratch, backup, secret, revision, whole)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def compare_restored(contract, samsynd, scratch, backup, secret, revision, whole):
    directory = os.path.join(scratch, "restored")
    with node.Node(contract, samsynd, data=directory) as restored:
        code, output = restored.offline("journal", "restore", directory, backup)
        assert code == 0, output
        code, output = restored.offline("journal", "verify", directory)
        assert code == 0, output
        restored.start()
        client = node.Client(contract, restored.address, secret)
        listed = load.all_reports(contract, client)
        wanted = {name: report for name, report in whole.items() if report.revision <= revision}
        assert listed == wanted, "%d reports restored, %d wanted" % (len(listed), len(wanted))
        request = load.request_for(contract, "efter återställningen")
        request.report.category = contract.CATEGORY_OTHER
        created = client.Report.SubmitReport(request)
        assert created.revision == revision + 1, "it does not go on where the backup ended"
        proof = client.Audit.VerifyJournal(contract.VerifyJournalRequest(municipality=M))
        assert proof.intact, proof.finding
        assert restored.stop() == 0
    print("%d of %d reports restored up to revision %d; it goes on from there" % (len(listed), len(whole), revision))


if __name__ == "__main__":
    main()
