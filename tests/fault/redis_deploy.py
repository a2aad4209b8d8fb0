#!/usr/bin/python3
"""Redis as deploy/redis sets it up, with real servers and sentinels: tests/fault/redis_deploy.py ROOT

A master, two replicas and three sentinels from what `render` makes: they replicate, another becomes master when the
master is killed, what was acknowledged is there, and the old one comes back as a replica; a master that nobody follows
takes no writes; nobody comes in without a certificate of the authority and a name, and each user may do what it needs
and nothing else. One server is set up, too. (ctest fault.redis_deploy)
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = sys.argv[1]
sys.path.insert(0, os.path.join(ROOT, "tests", "testing"))
from redis_group import GROUP, RedisGroup, until  # noqa: E402

JOURNAL = "samsyn:{0136}:journal"
ENTRIES = "samsyn:{0136}:entries"
# Several writes, as samsynd's have: they stand in Redis' file in another way than a single one.
LIBRARY = """#!lua name=samsyn_test
redis.register_function('samsyn_test_append', function(keys, arguments)
  redis.call('HSET', keys[2], arguments[1], arguments[2])
  return redis.call('XADD', keys[1], arguments[1], 'd', arguments[2])
end)"""


class Group(unittest.TestCase):
    def setUp(self):
        self.group = RedisGroup(ROOT)
        self.addCleanup(lambda: self.group.__exit__(None, None, None))
        self.group.__enter__()

    def keep_the_master(self):
        """For tests of something else: a machine that is busy with other things is no reason to choose another."""
        for name in self.group.names:
            self.assertEqual(self.group.ask(name, "sentinel", "set", GROUP, "down-after-milliseconds", "120000",
                                            kind="sentinel"), "OK")

    def append(self, master, revision):
        """As samsynd does: in a function, and acknowledged when a replica has it."""
        said = self.group.ask(master, "fcall", "samsyn_test_append", "2", JOURNAL, ENTRIES, "%d-0" % revision,
                              "x", user="samsyn")
        self.assertEqual(said, "%d-0" % revision)

    def test_what_is_acknowledged_survives_the_loss_of_the_master(self):
        group = self.group
        self.assertEqual(group.ask("a", "function", "load", LIBRARY, user="samsyn"), "samsyn_test")
        for revision in range(1, 31):
            self.append("a", revision)
        until(lambda: all(group.ask(n, "xlen", JOURNAL) == "30" for n in ("b", "c")), "the replicas lag behind")
        group.kill("a")
        until(lambda: all(group.master(n) in ("b", "c") for n in group.names), "no other master was chosen")
        master = group.master("b")
        other = "c" if master == "b" else "b"
        until(lambda: group.followers(master) == 1, "the other replica does not follow the new master")
        # The function came over, too.
        self.append(master, 31)
        group.start("a")
        until(lambda: group.role("a") == "slave" and group.followers(master) == 2, "the old master is no replica")
        until(lambda: all(group.ask(n, "xlen", JOURNAL) == "31" for n in group.names), "the old master lacks one")
        # It stays so: the roles stand in the files.
        group.kill("a")
        group.start("a")
        self.assertEqual([group.role(n) for n in ("a", master, other)], ["slave", "master", "slave"])
        # The replica cannot be written to.
        self.assertIn("READONLY", group.ask(other, "xadd", JOURNAL, "32-0", "d", "x", user="samsyn"))

    def test_all_of_it_is_there_after_all_were_killed(self):
        group = self.group
        self.keep_the_master()
        group.ask("a", "function", "load", LIBRARY, user="samsyn")
        for revision in range(1, 21):
            self.append("a", revision)
        for name in group.names:
            group.kill(name)
        for name in group.names:
            group.start(name)
        until(lambda: group.followers("a") == 2, "the replicas do not follow")
        for name in group.names:
            self.assertEqual([group.ask(name, "xlen", JOURNAL), group.ask(name, "hlen", ENTRIES)], ["20", "20"])
        self.append("a", 21)

    def test_a_master_that_nobody_follows_takes_no_writes(self):
        group = self.group
        self.keep_the_master()
        self.assertEqual(group.ask("a", "xadd", JOURNAL, "1-0", "d", "x", user="samsyn"), "1-0")
        group.kill("b")
        self.assertEqual(group.ask("a", "xadd", JOURNAL, "2-0", "d", "x", user="samsyn"), "2-0")
        group.kill("c")
        until(lambda: group.followers("a") == 0, "they are still counted")
        self.assertIn("NOREPLICAS", group.ask("a", "xadd", JOURNAL, "3-0", "d", "x", user="samsyn"))
        group.start("b")
        until(lambda: group.followers("a") == 1, "it does not follow any more")
        self.assertEqual(group.ask("a", "xadd", JOURNAL, "3-0", "d", "x", user="samsyn"), "3-0")

class Doors(unittest.TestCase):
    """Nothing is killed here: one group does for all."""

    @classmethod
    def setUpClass(cls):
        cls.group = RedisGroup(ROOT)
        cls.addClassCleanup(lambda: cls.group.__exit__(None, None, None))
        cls.group.__enter__()

    def test_nobody_comes_in_without_certificate_and_name(self):
        group = self.group
        group_of_another = os.path.join(group.folder, "etc", "another")
        subprocess.run([os.path.join(ROOT, "deploy/redis/certificates"), group_of_another, "samsynd"], check=True)
        for kind, port in (("redis", group.ports["a"]), ("sentinel", group.sentinel_ports["a"])):
            self.assertEqual(group.ask("a", "ping", user="samsyn", kind=kind), "PONG")
            # TLS: no certificate, one of another authority, no TLS at all, an older version.
            self.assertNotIn("PONG", group.ask("a", "ping", user="samsyn", kind=kind, certificate=None))
            self.assertNotIn("PONG", group.ask("a", "ping", user="samsyn", kind=kind,
                                               certificate="../another/samsynd"))
            self.assertNotIn("PONG", group.ask("a", "ping", user="samsyn", kind=kind, authority="another/ca"))
            plain = subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True, text=True)
            self.assertNotIn("PONG", plain.stdout)
            self.assertIn("New, (NONE)", self.handshake(port, "-tls1_2"))
            self.assertIn("New, TLSv1.3", self.handshake(port, "-tls1_3"))
            # Names: none, one that there is not, another's password, the user of Redis itself.
            self.assertIn("NOAUTH", group.ask("a", "ping", user=None, kind=kind))
            self.assertIn("WRONGPASS", group.ask("a", "ping", user="somebody", kind=kind, password="samsyn"))
            self.assertIn("WRONGPASS", group.ask("a", "ping", user="samsyn", kind=kind,
                                                 password=group.password("replica")))
            self.assertIn("WRONGPASS", group.ask("a", "ping", user="default", kind=kind, password="samsyn"))
        # Who may not connect over the net may not over the socket either.
        socket = group.path("run", "a", "redis.sock")
        said = subprocess.run(["redis-cli", "-s", socket, "ping"], capture_output=True, text=True).stdout
        self.assertIn("NOAUTH", said)

    def handshake(self, port, version):
        certificates = self.group.path("etc", "certificates")
        return subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:%d" % port, version, "-CAfile",
                               certificates + "/ca.pem", "-cert", certificates + "/samsynd.pem", "-key",
                               certificates + "/samsynd.key", "-verify_return_error", "-verify_ip", "127.0.0.1"],
                              input="", capture_output=True, text=True).stdout

    def test_each_user_may_do_what_it_needs_and_nothing_else(self):
        group = self.group
        for user, kind, line in allowed_lines():
            said = group.ask("a", *line.split(), user=user, kind=kind)
            self.assertNotRegex(said, "NOPERM|unknown|ERR", "%s may not %s" % (user, line))
        for user, kind, line in refused_lines():
            self.assertIn("NOPERM", group.ask("a", *line.split(), user=user, kind=kind), "%s may %s" % (user, line))
        # In a function the same holds.
        tries = (("'FLUSHALL'", True), ("'GET', 'else'", True), ("'GET', KEYS[1]", False))
        for number, (line, refused) in enumerate(tries):
            name = "samsyn_try_%d" % number
            group.ask("a", "function", "load", "#!lua name=%s\nredis.register_function('%s', function(KEYS) "
                      "return redis.call(%s) end)" % (name, name, line), user="samsyn")
            said = group.ask("a", "fcall", name, "1", "samsyn:x", user="samsyn")
            self.assertEqual("The user executing the script can't" in said, refused, line + ": " + said)


def allowed_lines():
    for line in ("info", "role", "time", "config get appendonly", "acl dryrun default xadd samsyn:x 1-0 a b",
                 "client setname samsynd", "wait 0 100", "function list",
                 "xadd samsyn:x 1-0 a b", "xread streams samsyn:x 0", "xrange samsyn:x - +", "xrevrange samsyn:x + -",
                 "xtrim samsyn:x maxlen 10", "hset samsyn:h a b", "hsetnx samsyn:h c d", "hincrby samsyn:h n 1",
                 "hget samsyn:h a", "hmget samsyn:h a", "hgetall samsyn:h", "hdel samsyn:h a",
                 "set samsyn:s a", "get samsyn:s", "exists samsyn:s", "expire samsyn:s 100", "persist samsyn:s",
                 "unlink samsyn:s", "del samsyn:s", "sadd samsyn:codes 0136", "smembers samsyn:codes",
                 "srem samsyn:codes 0136", "rpush samsyn:l a", "lindex samsyn:l 0"):
        yield "samsyn", "redis", line
    for line in ("sentinel get-master-addr-by-name samsyn", "ping"):
        yield "samsyn", "sentinel", line
    yield "replica", "redis", "replconf capa psync2"
    for line in ("info", "client setname sentinel"):
        yield "sentinel", "redis", line


def refused_lines():
    for line in ("flushall", "flushdb", "config set appendonly no", "config rewrite", "keys *", "scan 0", "get else",
                 "set else a", "hlen samsyn:h", "shutdown", "replicaof no one", "acl list",
                 "eval return 0", "function delete samsyn_test", "function flush", "function dump", "monitor",
                 "psync ? -1", "client kill type normal", "client list", "module list", "save", "bgrewriteaof",
                 "publish a b", "subscribe a", "migrate 127.0.0.1 1 samsyn:s 0 1", "script load a", "swapdb 0 1"):
        yield "samsyn", "redis", line
    for line in ("sentinel failover samsyn", "sentinel set samsyn quorum 1", "sentinel remove samsyn",
                 "sentinel monitor a 127.0.0.1 1 1", "sentinel flushconfig", "acl list", "shutdown"):
        yield "samsyn", "sentinel", line
    for line in ("get samsyn:s", "set samsyn:s a", "info", "config get masterauth", "keys *"):
        yield "replica", "redis", line
    for line in ("get samsyn:s", "set samsyn:s a", "config set appendonly no", "flushall", "psync ? -1",
                 "publish samsyn a"):
        yield "sentinel", "redis", line
    for line in ("sentinel set samsyn quorum 1", "sentinel remove samsyn"):
        yield "sentinel", "sentinel", line


class Rights(unittest.TestCase):
    """What samsynd's sources ask of Redis, and what users.acl.in lets it do, are the same."""

    # Commands whose second word is a command, too; and what is no command, or needs no right.
    CONTAINERS = ("ACL", "CLIENT", "CONFIG", "FUNCTION", "SENTINEL")
    OTHERS = {"auth", "noperm"}

    def used(self):
        found = set()
        folder = os.path.join(ROOT, "server/journal/redis")
        for name in os.listdir(folder):
            if name.endswith(".cc"):
                with open(os.path.join(folder, name), encoding="utf-8") as f:
                    text = f.read()
                found |= {word.lower() for word in re.findall(r"redis\.p?call\('(\w+)'", text)}
                for word, second in re.findall(r'\{\s*"([A-Z_]{3,})"(?:,\s*"([A-Z-]+)")?', text):
                    found.add((word + "|" + second if word in self.CONTAINERS else word).lower())
        return found - self.OTHERS

    def granted(self, file):
        with open(os.path.join(ROOT, "deploy/redis", file), encoding="utf-8") as f:
            text = re.sub(r"^#.*$", "", f.read(), flags=re.M)
        rights = re.search(r"^user samsyn (.*?)(?=^user)", text, flags=re.M | re.S).group(1)
        return set(re.findall(r"\+(\S+)", rights)) - {"ping"}

    def test_are_those_that_are_used(self):
        at_sentinels = {command for command in self.used() if command.startswith("sentinel|")}
        self.assertEqual(self.used() - at_sentinels, self.granted("users.acl.in"))
        self.assertEqual(at_sentinels, self.granted("sentinel.acl.in"))


class Render(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="samsyn-test-")
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def render(self, *arguments, code=0):
        done = subprocess.run([os.path.join(ROOT, "deploy/redis/render"), self.path("etc"), "--etc", self.path("etc"),
                               "--data", self.path("data"), "--run", self.path("run"), *arguments],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def contents(self):
        found = {}
        for folder, _, files in os.walk(self.path("etc")):
            for name in files:
                path = os.path.join(folder, name)
                self.assertEqual(os.stat(path).st_mode & 0o077, 0, path + " can be read by others")
                with open(path) as f:
                    found[os.path.relpath(path, self.path("etc"))] = f.read()
        return found

    def test_one_server_on_the_same_machine_is_at_its_socket_alone(self):
        self.render("--memory", "64mb", "one")
        for folder in ("data", "run"):
            os.makedirs(self.path(folder, "one"))
        server = subprocess.Popen(["redis-server", self.path("etc/one/redis.conf")], stdout=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        found = self.contents()
        socket = self.path("run/one/redis.sock")
        self.assertIn('redis = ["samsyn=unix:%s"]' % socket, found["samsynd/redis.toml"])
        self.assertNotRegex(found["samsynd/redis.toml"], "tls|replicas")

        environment = {**os.environ, "REDISCLI_AUTH": found["samsynd/redis.password"].strip()}

        def ask(*command):
            return subprocess.run(["redis-cli", "-s", socket, "--user", "samsyn", *command], env=environment,
                                  capture_output=True, text=True).stdout

        until(lambda: ask("ping") == "PONG\n", "it does not answer")
        self.assertEqual(os.stat(socket).st_mode & 0o777, 0o770)
        for setting, value in (("port", "0"), ("tls-port", "0"), ("appendonly", "yes"), ("appendfsync", "always"),
                               ("maxmemory-policy", "noeviction"), ("save", ""), ("maxmemory", str(64 << 20))):
            self.assertEqual(ask("config", "get", setting).split("\n")[:2], [setting, value])
        self.assertIn("cluster_enabled:0", ask("info", "cluster"))

    def test_what_is_there_stays_and_a_machine_is_added(self):
        three = ["a=10.0.0.1", "b=10.0.0.2:7000", "c=[fd00::3]:7000:27000"]
        self.render(*three)
        before = self.contents()
        self.assertIn("replicaof 10.0.0.1 6379", before["b/redis.conf"])
        self.assertNotIn("replicaof", before["a/redis.conf"])
        self.assertIn("bind fd00::3\n", before["c/redis.conf"])
        self.assertIn("sentinel monitor samsyn 10.0.0.1 6379 2\n", before["c/sentinel.conf"])
        self.assertIn('"samsyn=sentinel:samsyn@10.0.0.1:26379,10.0.0.2:26379,[fd00::3]:27000"', before["samsynd/redis.toml"])
        for name, text in before.items():
            self.assertNotRegex(text, "@[A-Z_]+@", name)
        self.assertIn("nothing new", self.render(*three))
        self.assertEqual(self.contents(), before)
        self.assertIn(": d;", self.render("b=10.0.0.2:7000", "a=10.0.0.1", "c=[fd00::3]:7000:27000", "d=10.0.0.4"))
        after = self.contents()
        self.assertIn("replicaof 10.0.0.2 7000", after["d/redis.conf"])
        self.assertEqual(after["d/users.acl"], before["a/users.acl"])
        for name in set(before) - {"groups", "samsynd/redis.toml"}:
            self.assertEqual(after[name], before[name], name)

    def test_another_group_is_made_for_the_same_nodes(self):
        self.render("--group", "north", "a=10.0.0.1", "b=10.0.0.2", "c=10.0.0.3")
        before = self.contents()
        self.render("--group", "south", "d=10.0.0.4", "e=10.0.0.5", "f=10.0.0.6")
        after = self.contents()
        self.assertIn('redis = ["north=sentinel:north@10.0.0.1:26379,10.0.0.2:26379,10.0.0.3:26379", '
                      '"south=sentinel:south@10.0.0.4:26379,10.0.0.5:26379,10.0.0.6:26379"]',
                      after["samsynd/redis.toml"])
        self.assertIn("redis-replicas = 1\n", after["samsynd/redis.toml"])
        for name in ("a/users.acl", "passwords/samsyn", "certificates/ca.pem", "samsynd/redis-cert.pem"):
            self.assertEqual(after[name], before[name])
        self.assertEqual(after["d/users.acl"], before["a/users.acl"])
        self.assertIn("do not mix", self.render("--group", "west", "g=10.0.0.7", code=2))

    def test_passwords_are_with_those_who_must_say_them(self):
        self.render("a=10.0.0.1", "b=10.0.0.2", "c=10.0.0.3")
        found = self.contents()

        def where(user):
            password = found["passwords/" + user].strip()
            return sorted(n for n, text in found.items() if password in text and not n.startswith("passwords/"))

        self.assertEqual({user: where(user) for user in ("samsyn", "replica", "sentinel", "operator")},
                         {"samsyn": ["samsynd/redis.password"], "operator": [],
                          "replica": [n + "/redis.conf" for n in "abc"],
                          "sentinel": [n + "/sentinel.conf" for n in "abc"]})

    def test_what_cannot_work_is_refused(self):
        for wrong in (["a=10.0.0.1", "b=10.0.0.2"], ["a=10.0.0.1", "a=10.0.0.2", "c=10.0.0.3"], ["a=somewhere"],
                      ["a", "b", "c"], ["samsynd=10.0.0.1"], ["a=10.0.0.1", "--memory", "much"], ["--data"],
                      ["a", "--run", "run"], ["a", "--group", "a b"], ["a b=10.0.0.1"], ["--unknown", "a"]):
            self.render(*wrong, code=2)
            self.assertFalse(os.path.exists(self.path("etc")), wrong)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
