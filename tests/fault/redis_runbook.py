#!/usr/bin/python3
"""What deploy/redis/RUNBOOK.md says to do, done with real servers: tests/fault/redis_runbook.py ROOT STUBS SAMSYND

From one node to Redis and back, with a watcher that goes on by its token; a municipality made, and a node added, while
others run; all of Redis lost and put back from a node's copy; a municipality moved while it is written to. (ctest
fault.redis_runbook)
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT, STUBS, SAMSYND = sys.argv[1:4]
sys.path.insert(0, os.path.join(ROOT, "tests", "testing"))
sys.path.insert(0, os.path.join(ROOT, "tests", "fault"))
import load  # noqa: E402
import node  # noqa: E402
import picture  # noqa: E402
from redis_group import RedisGroup, until  # noqa: E402

CONTRACT = node.make_stubs(ROOT, STUBS)
M = "municipalities/0136"


class Runbook(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="samsyn-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name
        self.acknowledged = {}

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def redis(self, *names):
        group = RedisGroup(ROOT, names=names, apart=True)
        self.addCleanup(lambda: group.__exit__(None, None, None))
        group.__enter__()
        self.node_options = ("--config", group.path("etc/samsynd/redis.toml"))
        return group

    def samsynd(self, *arguments):
        """As an operator types it, with the node's own file where a subcommand is to know its Redis."""
        code, said = node.Node(CONTRACT, SAMSYND, data=self.path("none")).offline(*arguments)
        self.assertEqual(code, 0, said)
        return said

    def node(self, name, *options):
        one = node.Node(CONTRACT, SAMSYND, data=self.path(name))
        self.addCleanup(lambda: one.__exit__(None, None, None))
        one.start(*options)
        return one

    def client(self, one, tokens="one", municipality="0136"):
        with open(self.path(tokens, "tokens", municipality + "-coordinator")) as token:
            client = node.Client(CONTRACT, one.address, token.read().strip())
        self.addCleanup(client.close)
        return client

    def submit(self, client, text):
        report = client.Report.SubmitReport(load.request_for(CONTRACT, text)).report
        self.acknowledged[text] = (report.name, report.revision)
        return report.revision

    def takes(self, client, text):
        try:
            self.submit(client, text)
            return True
        except node.Refused as refused:
            assert refused.code in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "DATA_LOSS"), refused
            return False

    def check(self, client):
        head = max(revision for _, revision in self.acknowledged.values())
        listed = load.all_reports(CONTRACT, client, min_revision=head)
        load.compare(self.acknowledged, listed)
        self.assertEqual(len(listed), len(self.acknowledged))

    def test_from_one_node_to_redis_and_back(self):
        self.samsynd("--data", self.path("one"), "--create", "0136")
        one = self.node("one")
        client = self.client(one)
        watcher = picture.Picture(client, M)
        self.addCleanup(watcher.close)
        self.submit(client, "rapport på en nod")
        self.redis("a")
        # To Redis: the directory stays, and becomes the node's copy.
        one.stop()
        self.samsynd("journal", "export", self.path("one"), self.path("there"))
        said = self.samsynd(*self.node_options, "journal", "import", self.path("one"), self.path("there"))
        self.assertIn("put on the Redis a", said)
        one.start(*self.node_options)
        two = self.node("two", *self.node_options)
        self.submit(self.client(two), "rapport på två noder")
        self.check(client)
        # Back: what Redis has beyond the copy comes with it.
        one.stop()
        self.submit(self.client(two), "rapport medan noden var borta")
        two.stop()
        self.samsynd(*self.node_options, "journal", "export", self.path("one"), self.path("back"))
        os.rename(self.path("one", "0136.journal"), self.path("0136.journal.before"))
        self.samsynd("journal", "import", self.path("one"), self.path("back"))
        one.start()
        until(lambda: self.takes(client, "rapport på en nod igen"), "the node does not take it")
        _, revision = self.acknowledged["rapport på en nod igen"]
        self.check(client)
        watcher.wait(lambda p: p.current and p.revision >= revision, "the watcher did not come along")
        self.assertEqual(watcher.resets, 1, "the watcher had to begin anew")
        self.assertEqual(sorted(r.text for r in watcher.of("report").values()), sorted(self.acknowledged))
        one.stop()
        self.assertIn("intact", self.samsynd("journal", "verify", self.path("one")))

    def test_a_municipality_and_a_node_come_while_others_run(self):
        self.redis("a")
        self.samsynd(*self.node_options, "--data", self.path("one"), "--create", "0136")
        one = self.node("one", *self.node_options)
        self.submit(self.client(one), "rapport")
        two = self.node("two", *self.node_options)
        self.check(self.client(two))
        self.samsynd(*self.node_options, "--data", self.path("new"), "--create", "0192")

        def is_known(at):
            try:
                self.client(at, "new", "0192").Access.WhoAmI(CONTRACT.WhoAmIRequest())
                return True
            except node.Refused as refused:
                assert refused.code in ("UNAUTHENTICATED", "UNAVAILABLE"), refused
                return False

        for at in (one, two):
            until(lambda: is_known(at), "a node does not know the new municipality")
        # A copy that is brought along is read on from.
        self.samsynd("journal", "export", "--code", "0136", self.path("one"), self.path("export"))
        self.samsynd("journal", "import", self.path("three"), self.path("export"))
        self.check(self.client(self.node("three", *self.node_options)))

    def test_all_of_redis_is_lost(self):
        group = self.redis("a")
        self.samsynd(*self.node_options, "--data", self.path("one"), "--create", "0136")
        one, two = (self.node(name, *self.node_options) for name in ("one", "two"))
        for number in range(20):
            self.submit(self.client(one), "rapport %d" % number)
        self.check(self.client(two))
        group.kill("a")
        shutil.rmtree(group.path("data", "a"))
        self.check(self.client(two))
        one.kill()
        group.start("a")
        # Empty, it gets nothing from a node by itself: which copy is the longest a person says.
        self.assertFalse(self.takes(self.client(two), "rapport för tidigt"))
        self.check(self.client(two))
        heads = {name: self.samsynd("journal", "verify", self.path(name)) for name in ("one", "two")}
        longest = max(heads, key=lambda name: int(heads[name].split("revision ")[1].split(",")[0]))
        self.samsynd("journal", "export", self.path(longest), self.path("longest"))
        said = self.samsynd(*self.node_options, "journal", "import", self.path(longest), self.path("longest"))
        self.assertIn("put on the Redis a", said)
        # The one that ran all the time goes on by itself; as the one that comes back.
        one.start(*self.node_options)
        until(lambda: self.takes(self.client(two), "rapport efteråt"), "the node that ran does not go on")
        self.check(self.client(two))
        self.check(self.client(one))

    def test_a_municipality_moves_while_it_is_written_to(self):
        self.redis("north", "south")
        self.samsynd(*self.node_options, "--data", self.path("one"), "--create", "0136")
        one, two = (self.node(name, *self.node_options, *node.UNLIMITED) for name in ("one", "two"))
        client = self.client(one)
        writers = load.Writers(CONTRACT, client)
        writers.wait_for_more(50)
        said = self.samsynd(*self.node_options, "journal", "move", "0136", "--to", "south")
        self.assertIn("moved from the Redis north to south", said)
        print("\n" + said)
        writers.wait_for_more(50)
        writers.finish()
        self.assertIn("removed from north", self.samsynd(*self.node_options, "journal", "move", "0136", "--to", "south",
                                                         "--forget"))
        self.acknowledged = writers.acknowledged
        for at in (one, two):
            self.check(self.client(at))

    def samsyn(self, at, *arguments):
        """The command of clients, as a coordinator at a node."""
        done = subprocess.run([os.path.join(os.path.dirname(SAMSYND), "samsyn"), "--lang", "en", "--server", at.address,
                               "--token-file", self.path("one/tokens/0136-coordinator"), *arguments],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_a_fork_is_looked_at_and_taken_over(self):
        group = self.redis("a")
        self.samsynd(*self.node_options, "--data", self.path("one"), "--create", "0136")
        one, two = (self.node(name, *self.node_options) for name in ("one", "two"))
        self.submit(self.client(one), "rapport som alla har")
        self.check(self.client(two))
        two.stop()
        # Redis is brought back as it was before a write that it had acknowledged, and the node that has it is away.
        shutil.copytree(group.path("data/a"), self.path("before"))
        self.submit(self.client(one), "rapport som går förlorad")
        lost, _ = self.acknowledged.pop("rapport som går förlorad")
        one.stop()
        group.kill("a")
        shutil.rmtree(group.path("data/a"))
        shutil.copytree(self.path("before"), group.path("data/a"))
        group.start("a")
        two.start(*self.node_options)
        until(lambda: self.takes(self.client(two), "rapport på den andra sidan"), "writes do not go on")
        one.start(*self.node_options)
        until(lambda: "fork" in self.samsyn(one, "server", "status"), "nobody notices the fork")
        self.assertFalse(self.takes(self.client(two), "rapport medan det står stilla"))
        said = self.samsyn(one, "journal", "reconcile")
        print("\n" + said)
        self.assertIn("rapport som går förlorad", said)
        self.assertIn("Only that node shows the lost side", self.samsyn(two, "journal", "reconcile"))
        self.samsyn(one, "journal", "reconcile", "--resume")
        until(lambda: self.takes(self.client(two), "rapport efteråt"), "writes do not go on after it")
        self.samsyn(one, "journal", "reconcile", "--take-over", lost.split("/", 2)[2])
        listed = load.all_reports(CONTRACT, self.client(two), min_revision=max(r for _, r in self.acknowledged.values()))
        self.assertEqual(sorted(r.text for r in listed.values()),
                         sorted([*self.acknowledged, "rapport som går förlorad"]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
