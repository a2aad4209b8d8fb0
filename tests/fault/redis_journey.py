#!/usr/bin/python3
"""A municipality's journal goes to Redis, from one Redis to another under load, through the loss of all of Redis, and
back into a directory of its own; a watch goes on by its token all the way.

    tests/fault/redis_journey.py ROOT STUBS SAMSYND      (ctest fault.redis_journey)
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

import load
from load import M, node, picture
from redis_group import until


class Redis:
    """A redis-server of the test's own, as samsynd needs it, at a Unix socket."""

    def __init__(self, folder, name):
        self.name, self.folder, self.process = name, os.path.join(folder, name), None
        self.socket = os.path.join(self.folder, "redis.sock")
        self.option = "--redis=%s=unix:%s" % (name, self.socket)

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", self.folder, "--appendonly", "yes",
                 "--appendfsync", "always", "--no-appendfsync-on-rewrite", "no", "--maxmemory-policy", "noeviction",
                 "--save", ""], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(lambda: "PONG" in self.ask("ping"), "redis-server does not answer")

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def lose_all(self):
        self.kill()
        shutil.rmtree(self.folder)
        self.start()

    def ask(self, *command):
        return subprocess.run(["redis-cli", "-s", self.socket] + list(command), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL).stdout


class Journey:
    def __init__(self, contract, samsynd, scratch):
        self.contract, self.scratch = contract, scratch
        self.north, self.south = Redis(scratch, "north"), Redis(scratch, "south")
        self.redis = (self.north.option, self.south.option)
        self.server = node.Node(contract, samsynd, data=os.path.join(scratch, "data"))
        self.files = 0

    def tool(self, *arguments, fails=False):
        """Runs `samsynd journal …`; what it says."""
        code, output = self.server.offline("journal", *arguments)
        assert (code != 0) == fails, output
        return output

    def export(self, *options):
        self.files += 1
        path = os.path.join(self.scratch, "export-%d" % self.files)
        self.tool("export", self.server.data, path, *options)
        return path

    def head(self):
        """Revision and digest, as `samsynd journal verify` says."""
        return re.search(r"revision (\d+), digest (\w+)", self.tool("verify", self.server.data)).groups()

    def go_on(self):
        self.watch.wait(lambda p: p.current and p.revision >= max(
            (r for _, r in list(self.writers.acknowledged.values())), default=0), "what was acknowledged")
        assert self.watch.resets == 1, "the watch had to begin anew"

    def begin(self):
        self.server.create("0136")
        self.server.start(*node.UNLIMITED)
        self.client = self.server.client()
        self.watch = picture.Picture(self.client, M)
        self.watch.wait(lambda p: p.current, "the first picture")
        self.writers = load.Writers(self.contract, self.client, count=2)
        self.writers.wait_for_more(200)

    def to_redis(self):
        assert self.server.stop() == 0
        before = self.head()
        path = self.export()
        output = self.tool("import", self.server.data, path, *self.redis)
        assert "put on the Redis north" in output and before[1] in output, output
        assert "has it all already" in self.tool("import", self.server.data, path, *self.redis)
        self.server.start(*node.UNLIMITED, *self.redis)
        self.writers.wait_for_more(50)
        self.go_on()
        # What is on Redis goes on after the export, which therefore is put nowhere.
        output = self.tool("import", os.path.join(self.scratch, "elsewhere"), path, *self.redis, fails=True)
        assert "nothing was put there" in output, output

    def from_one_redis_to_another(self, chance):
        servers = self.redis
        for to in ("south", "north"):
            for _ in range(6):
                move = subprocess.Popen([self.server.samsynd, "journal", "move", "0136", "--to", to, *servers],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.writers.pass_time(chance.uniform(0.005, 0.08))
                move.kill()
                move.wait()
            output = self.tool("move", "0136", "--to", to, *servers)
            print(output.strip(), flush=True)
            assert "moved from" in output or "is on the Redis %s already" % to in output, output
            self.writers.wait_for_more(50)
            self.go_on()
            assert "removed from" in self.tool("move", "0136", "--to", to, "--forget", *servers)
            other = self.north if to == "south" else self.south
            assert "{0136}" not in other.ask("keys", "*"), "something is left"

    def all_of_redis_lost(self):
        self.writers.finish()
        self.go_on()
        self.north.lose_all()
        self.south.lose_all()

        def is_refused():
            try:
                self.client.Report.SubmitReport(load.request_for(self.contract, "förlorad"), timeout=10)
                return False
            except node.Refused as refusal:
                return refusal.code == "UNAVAILABLE"

        until(is_refused, "nobody notices that Redis has lost it")
        load.compare(self.writers.acknowledged, load.all_reports(self.contract, self.client))
        path = self.export()  # beside the node
        output = self.tool("import", self.server.data, path, *self.redis)
        assert "put on the Redis north" in output, output
        earlier = self.writers
        self.writers = load.Writers(self.contract, self.client, count=2, what="senare")
        self.writers.wait_for_more(100)
        self.go_on()
        listed = load.all_reports(self.contract, self.client)
        assert all(name in listed for name, _ in earlier.acknowledged.values()), "something is missing"

    def back(self):
        self.writers.wait_for_more(20)
        path = self.export(*self.redis)  # with what the copy has not yet
        self.writers.finish()
        assert self.server.stop() == 0
        at_end = self.head()
        path = self.export(*self.redis)
        directory = os.path.join(self.scratch, "fresh")
        self.tool("import", directory, path)
        shutil.copytree(os.path.join(self.server.data, "tokens"), os.path.join(directory, "tokens"))
        self.server.data = directory
        assert self.head() == at_end, "not the same history"
        self.north.kill()
        self.south.kill()
        self.server.start(*node.UNLIMITED)
        client = self.server.client()
        request = load.request_for(self.contract, "tillbaka")
        revision = client.Report.SubmitReport(request).revision
        assert revision == int(at_end[0]) + 1, "it does not go on where it was"
        self.watch.wait(lambda p: p.revision >= revision, "what is written after all")
        assert self.watch.resets == 1, "the watch had to begin anew"
        assert client.Audit.VerifyJournal(self.contract.VerifyJournalRequest(municipality=M)).intact
        self.watch.close()
        assert self.server.stop() == 0
        print("%s revisions, %s" % at_end)


def main():
    root, stubs, samsynd = sys.argv[1:4]
    contract = node.make_stubs(root, stubs)
    scratch = tempfile.mkdtemp(prefix="samsyn-test-")
    journey = Journey(contract, samsynd, scratch)
    try:
        journey.north.start()
        journey.south.start()
        with journey.server:
            journey.begin()
            journey.to_redis()
            journey.from_one_redis_to_another(random.Random())
            journey.all_of_redis_lost()
            journey.back()
    finally:
        journey.north.kill()
        journey.south.kill()
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
