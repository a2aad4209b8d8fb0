#!/usr/bin/python3
"""deploy/redis/up, as `deploy/up --redis` calls it: tests/fault/redis_up.py ROOT STUBS SAMSYND

What is written on one node is there on another; the Redis master and a node are killed as its own words suggest, what
was acknowledged stays and what was lost comes back; it ends at SIGINT with all that it started, and the next start goes
on where it was. (ctest fault.redis_up)
"""
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT, STUBS, SAMSYND = sys.argv[1:4]
sys.path.insert(0, os.path.join(ROOT, "tests", "testing"))
import node  # noqa: E402
from redis_group import until  # noqa: E402

CONTRACT = node.make_stubs(ROOT, STUBS)
M = "municipalities/0136"


def free_ports():
    """A number after which the twelve ports that are used are free, hardly the one that another test finds, too."""
    for first in random.sample(range(20000, 32000, 40), 100):
        if all(is_free(first + tens + n) for tens in (0, 10, 20, 30) for n in (1, 2, 3)):
            return first
    raise AssertionError("no ports are free")


def is_free(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) != 0


class Up(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="samsyn-test-")
        self.addCleanup(scratch.cleanup)
        self.data = os.path.join(scratch.name, "data")
        self.said = os.path.join(scratch.name, "said")
        self.ports = free_ports()
        self.process = None
        self.addCleanup(self.end)

    def start(self):
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [os.path.join(ROOT, "deploy/redis/up"), os.path.dirname(os.path.dirname(SAMSYND)), self.data,
                 *node.UNLIMITED], env={**os.environ, "SAMSYN_PORTS": str(self.ports)}, stdin=subprocess.DEVNULL,
                stdout=said, stderr=said)
        until(lambda: self.says("Ctrl-C ends everything"), "it is not up", 240)
        self.clients = [self.client(n) for n in (1, 2, 3)]

    def says(self, what):
        if self.process.poll() is not None:
            raise AssertionError("it ended: " + self.text()[-4000:])
        return what in self.text()

    def text(self):
        with open(self.said, errors="replace") as said:
            return said.read()

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def client(self, number):
        with open(os.path.join(self.data, "node-1/tokens/coordinator")) as token:
            client = node.Client(CONTRACT, "127.0.0.1:%d" % (self.ports + 10 + number), token.read().strip())
        self.addCleanup(client.close)
        return client

    def pid(self, name):
        with open(os.path.join(self.data, "pid", name)) as f:
            return int(f.read())

    def kill(self, name):
        """As a reader of what it says would; returns when it has seen it."""
        before = self.text().count(name + " has ended")
        os.kill(self.pid(name), signal.SIGKILL)
        until(lambda: self.text().count(name + " has ended") > before, "it did not see that %s is gone" % name)

    def submit(self, client, text):
        """Until it is acknowledged, as a client does: the same id again when the server cannot be reached."""
        request = CONTRACT.SubmitReportRequest(request_id=node.new_id(), municipality=M, report=CONTRACT.Report(
            category=CONTRACT.CATEGORY_THEFT, text=text))
        answers = []

        def try_it():
            try:
                answers.append(client.Report.SubmitReport(request))
            except node.Refused as refused:
                assert refused.code in ("UNAVAILABLE", "DEADLINE_EXCEEDED"), refused
            return bool(answers)

        until(try_it, text + " was not taken", 120)
        self.acknowledged[answers[0].report.name] = text
        return answers[0].revision

    def has_all(self, client, revision=0):
        """Whether a node has everything that was acknowledged, each once."""
        names, token = [], ""
        while True:
            try:
                page = client.Report.ListReports(CONTRACT.ListReportsRequest(
                    municipality=M, min_revision=revision, page_size=500, page_token=token))
            except node.Refused as refused:
                assert refused.code == "UNAVAILABLE", refused
                return False
            names += [(r.name, r.text) for r in page.reports if r.text.startswith("Prov ")]
            token = page.next_page_token
            if not token:
                return sorted(names) == sorted(self.acknowledged.items())

    def refused(self):
        """What Redis and its sentinels would not let anybody do."""
        with open(os.path.join(self.data, "etc/passwords/operator")) as password:
            environment = {**os.environ, "REDISCLI_AUTH": password.read().strip()}
        said = ""
        for socket_of in [name + kind for name in "abc" for kind in ("/redis.sock", "/sentinel.sock")]:
            path = os.path.join(self.data, "run", socket_of)
            said += subprocess.run(["redis-cli", "--user", "operator", "-s", path, "acl", "log"], env=environment,
                                   capture_output=True, text=True, check=True).stdout.strip()
        return said

    def running(self):
        """What runs out of the data directory."""
        lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
        # Redis says its address there, not where it is.
        ports = "|".join(str(self.ports + tens + n) for tens in (20, 30) for n in (1, 2, 3))
        return [line for line in lines if self.data in line or re.search(r"redis-\w+ 127.0.0.1:(%s)" % ports, line)]

    def test_a_look_at_three_nodes(self):
        self.acknowledged = {}
        self.start()
        one, two, three = self.clients
        revision = self.submit(one, "Prov 1")
        for client in (two, three):
            self.assertTrue(self.has_all(client, revision))
        begin = time.monotonic()
        self.kill("redis-a")
        revision = self.submit(two, "Prov 2")
        print("\nwrites go on %.1f s after the master was killed" % (time.monotonic() - begin))
        until(lambda: self.has_all(three, revision), "a write after the failover is not seen elsewhere")
        self.kill("node-1")
        revision = self.submit(three, "Prov 3")
        self.assertTrue(self.has_all(two, revision))
        until(lambda: self.has_all(one, revision), "the node did not come back with everything")
        until(lambda: self.says("redis-a is started again"), "the old master did not come back")
        self.assertEqual(self.refused(), "")
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.process.wait(60), 0, self.text())
        self.assertEqual(self.running(), [])
        self.assertEqual(os.listdir(os.path.join(self.data, "pid")), [])
        self.start()
        for client in self.clients:
            self.assertTrue(self.has_all(client, revision))
        self.submit(self.clients[1], "Prov 4")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
