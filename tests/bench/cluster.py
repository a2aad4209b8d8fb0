"""Nodes of samsynd on one disk, or over real redis-servers, in a folder that goes with them; and what CPU time each of
these processes has used."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import node

SOURCE = "https://example.org/bench"
TICKS = os.sysconf("SC_CLK_TCK")
DURABLE = ("appendonly yes", "appendfsync always", "no-appendfsync-on-rewrite no", "maxmemory-policy noeviction")
ENOUGH = ("min-replicas-to-write 1", "min-replicas-max-lag 2")


class Redis:
    """A redis-server, or with `sentinel` a sentinel, on a port of loopback."""

    def __init__(self, folder, lines, sentinel=False):
        self.port, self.sentinel = node.free_port(), sentinel
        self.folder = os.path.join(folder, "redis-%d" % self.port)
        os.mkdir(self.folder)
        self.configuration = os.path.join(self.folder, "redis.conf")
        own = ["bind 127.0.0.1", "port %d" % self.port, "dir " + self.folder, "logfile %s/log" % self.folder]
        if not sentinel:
            own += ["save \"\"", "repl-diskless-sync-delay 0"]
        with open(self.configuration, "w") as f:
            f.write("\n".join(own + list(lines)) + "\n")
        self.process = None
        self.start()

    def start(self):
        program = "redis-sentinel" if self.sentinel else "redis-server"
        self.process = subprocess.Popen([program, self.configuration], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_that(lambda: self.call("PING") == "PONG", "redis-server answers")

    def call(self, *command):
        return subprocess.run(["redis-cli", "-p", str(self.port)] + list(command), capture_output=True,
                              text=True).stdout.strip()

    def follow(self, master):
        self.call("REPLICAOF", "127.0.0.1", str(master.port))
        await_that(lambda: "master_link_status:up" in self.call("INFO", "replication"), "the replica has all")
        # It counts for the master when it has said so, which it does once a second.
        await_that(lambda: master.info("replication", "min_slaves_good_slaves") not in ("", "0"), "the replica counts")

    def info(self, section, key):
        for line in self.call("INFO", section).splitlines():
            if line.startswith(key + ":"):
                return line.split(":", 1)[1].strip()
        return ""

    def kill(self):
        self.process.kill()
        self.process.wait()


class Cluster:
    """`kind`: embedded (one node), redis, replica (one replica that must have every write), sentinel (a master, two
    replicas and three sentinels, of which two must miss the master for `down_ms`). Use with `with`."""

    def __init__(self, contract, samsynd, kind, nodes=1, codes=("0136",), down_ms=1000, options=node.UNLIMITED):
        self.contract, self.samsynd, self.kind, self.codes = contract, samsynd, kind, codes
        self.options, self.redis_options = list(options), []
        self.redis, self.sentinels, self.nodes, self.loads = [], [], [], []
        self.folder = tempfile.mkdtemp(prefix="samsyn-bench-")
        self.exits = contextlib.ExitStack()
        self.exits.callback(shutil.rmtree, self.folder, ignore_errors=True)
        try:
            self.begin_redis(down_ms)
            self.create()
            for number in range(nodes):
                self.nodes.append(self.exits.enter_context(
                    node.Node(contract, samsynd, os.path.join(self.folder, "node-%d" % number))))
            for one in self.nodes:
                one.start(*self.options, *self.redis_options, token=self.codes[0] + "-coordinator")
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for load in self.loads:
            load.stop()
        with self.exits:
            for one in self.nodes:
                if one.process is not None and one.process.poll() is None:
                    one.kill()
            for one in self.redis + self.sentinels:
                one.kill()

    def begin_redis(self, down_ms):
        if self.kind == "embedded":
            return
        replicas = {"redis": 0, "replica": 1, "sentinel": 2}[self.kind]
        lines = DURABLE + (ENOUGH if replicas else ())
        for number in range(1 + replicas):
            self.redis.append(Redis(self.folder, lines))
            if number:
                self.redis[number].follow(self.redis[0])
        address = "127.0.0.1:%d" % self.redis[0].port
        if self.kind == "sentinel":
            watch = ("sentinel monitor samsyn 127.0.0.1 %d 2" % self.redis[0].port,
                     "sentinel down-after-milliseconds samsyn %d" % down_ms, "sentinel failover-timeout samsyn 10000")
            self.sentinels = [Redis(self.folder, watch, sentinel=True) for _ in range(3)]
            # They must know of each other and of the replicas before one of them is of use.
            for one in self.sentinels:
                await_that(lambda: "slaves=2,sentinels=3" in one.call("INFO", "sentinel"), "the sentinels agree")
            address = "sentinel:samsyn@" + ",".join("127.0.0.1:%d" % one.port for one in self.sentinels)
        self.redis_options = ["--redis", address, "--redis-replicas", str(min(replicas, 1))]

    def create(self):
        for code in self.codes:
            done = subprocess.run([self.samsynd, "--data", os.path.join(self.folder, "node-0"), "--create", code,
                                   "--name", "Kommun " + code, "--county", "Stockholms län"]
                                  + self.redis_options, capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(done.stdout + done.stderr)

    def client(self, code, number=0):
        return node.Client(self.contract, self.nodes[number].address, self.nodes[0].token(code + "-coordinator"))

    def member(self, code):
        """One that may do all that the load does; its token."""
        c, coordinator, m = self.contract, self.client(code), "municipalities/" + code
        me = coordinator.Access.WhoAmI(c.WhoAmIRequest(), wait_for_ready=True)
        setup = coordinator.Directory.GetSetup(c.GetSetupRequest(municipality=m), wait_for_ready=True).setup
        setup.municipality.trusted_sources.add(source_uri=SOURCE)
        setup.areas.add(name=m + "/areas/centrum", display_name="Centrum", kind=c.Area.KIND_DISTRICT)
        setup.members.add(name=m + "/members/bench", organisation=me.organisation.name, display_name="Bench",
                          roles=[c.ROLE_REPORTER, c.ROLE_PARTNER_SYSTEM], source_uris=[SOURCE])
        insist(coordinator.Directory.ApplySetup, c.ApplySetupRequest(request_id=node.new_id(), setup=setup))
        token = insist(coordinator.Access.IssueToken, c.IssueTokenRequest(
            request_id=node.new_id(), member=m + "/members/bench", watch_quota=1000)).secret
        coordinator.close()
        return token

    def load(self, program, codes):
        """A load generator of tests/bench on these municipalities."""
        if not hasattr(self, "tokens"):
            self.tokens = {code: self.member(code) for code in self.codes}
        path = os.path.join(self.folder, "tokens-%d" % len(codes))
        with open(path, "w") as f:
            f.writelines(self.tokens[code] + "\n" for code in codes)
        self.loads.append(Load([program, path] + [one.address for one in self.nodes]))
        return self.loads[-1]

    def processes(self):
        """What runs, by what it is: {group: [process id]}."""
        groups = {"samsynd": [one.process.pid for one in self.nodes if one.process.poll() is None]}
        if self.redis:
            groups["redis"] = [self.redis[0].process.pid]
        if self.redis[1:]:
            groups["replicas"] = [one.process.pid for one in self.redis[1:]]
        if self.sentinels:
            groups["sentinels"] = [one.process.pid for one in self.sentinels]
        groups["load"] = [load.process.pid for load in self.loads if load.process.poll() is None]
        return groups

    def cpu(self):
        return {group: sum(map(cpu_seconds, pids)) for group, pids in self.processes().items()}


class Load:
    """A load generator that takes commands; knows when it is ready."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended with %s" % self.process.wait())
        return json.loads(line)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def do(self, command):
        self.ask(command)
        return self.answer()

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def insist(call, request, limit_s=60):
    """Makes a call, again while the server cannot be reached or is not ready to write."""
    deadline = time.monotonic() + limit_s
    while True:
        try:
            return call(request)
        except node.Refused as refusal:
            if refusal.code != "UNAVAILABLE" or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_kib(pid, what="VmRSS"):
    with open("/proc/%d/status" % pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith(what + ":"))


def await_that(holds, what, limit_s=60):
    deadline = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError("in vain awaited: " + what)
        time.sleep(0.02)
