"""Redis servers and sentinels as deploy/redis/render sets them up, on free ports of loopback, for tests.

`with RedisGroup(root) as group:` master, two replicas and three sentinels, over TLS, each let in by name;
`RedisGroup(root, names=("a", "b"), apart=True)` servers of their own. Everything is asked with redis-cli, as an
operator does.
"""
import os
import shutil
import subprocess
import tempfile
import threading
import time

from node import free_port

GROUP = "samsyn"


def until(condition, what, limit_s=60):
    never, end = threading.Event(), time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, what
        never.wait(0.1)


class RedisGroup:
    def __init__(self, root, names=("a", "b", "c"), apart=False):
        self.names, self.apart = names, apart
        self.folder = tempfile.mkdtemp(prefix="samsyn-test-")
        self.out = os.path.join(self.folder, "etc")
        self.ports, self.sentinel_ports = ({name: free_port() for name in names} for _ in range(2))
        self.render = [os.path.join(root, "deploy/redis/render"), self.out, "--etc", self.out, "--data",
                       self.path("data"), "--run", self.path("run"), "--samsyn-etc", self.path("etc/samsynd"),
                       "--memory", "64mb"]
        for servers in [["--group", n, s] for n, s in zip(names, self.servers())] if apart else [self.servers()]:
            subprocess.run(self.render + servers, check=True, stdout=subprocess.DEVNULL)
        self.processes = {}

    def servers(self):
        return ["%s=127.0.0.1:%d:%d" % (n, self.ports[n], self.sentinel_ports[n]) for n in self.names]

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def __enter__(self):
        for name in self.names:
            self.start(name)
        if not self.apart:
            # A sentinel knows the others by what they say at the master.
            until(lambda: self.followers(self.names[0]) == len(self.names) - 1, "the replicas do not follow")
            for name in self.names:
                self.start(name, "sentinel")
            until(lambda: all(self.sentinels_seen(n) == len(self.names) - 1 for n in self.names),
                  "the sentinels do not find each other")
        return self

    def __exit__(self, kind, error, trace):
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        if kind is not None:
            for log in sorted(os.listdir(self.path("log"))):
                with open(self.path("log", log), errors="replace") as said:
                    print("— the end of %s's log —\n%s" % (log, said.read()[-1500:]))
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, kind="redis"):
        """Starts a server or a sentinel, and waits until it answers (a server that loads, too)."""
        for folder in (self.path("data", name), self.path("run", name), self.path("log")):
            os.makedirs(folder, exist_ok=True)
        program = "redis-server" if kind == "redis" else "redis-sentinel"
        with open(self.path("log", kind + "-" + name), "ab") as log:
            process = subprocess.Popen([program, self.path("etc", name, kind + ".conf")], stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log)
        self.processes[kind, name] = process

        def answers():
            assert process.poll() is None, "%s of %s ended" % (kind, name)
            return "PONG" in self.ask(name, "ping", kind=kind)

        until(answers, "%s of %s does not answer" % (kind, name))

    def kill(self, name, kind="redis"):
        self.processes[kind, name].kill()
        self.processes[kind, name].wait()

    def ask(self, name, *command, user="operator", kind="redis", certificate="samsynd", authority="certificates/ca",
            password=None):
        """What redis-cli says, over TLS."""
        port = (self.ports if kind == "redis" else self.sentinel_ports)[name]
        line = ["redis-cli", "-h", "127.0.0.1", "-p", str(port), "--tls", "--cacert",
                self.path("etc", authority + ".pem")]
        if certificate:
            line += ["--cert", self.path("etc/certificates", certificate + ".pem"), "--key",
                     self.path("etc/certificates", certificate + ".key")]
        if user:
            line += ["--user", user]
        environment = dict(os.environ)
        if user or password:
            environment["REDISCLI_AUTH"] = password or self.password(user)
        done = subprocess.run(line + list(command), env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=30)
        return (done.stdout + done.stderr).strip()

    def password(self, user):
        with open(self.path("etc/passwords", user)) as f:
            return f.read().strip()

    def info(self, name, section):
        lines = self.ask(name, "info", section).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))

    def role(self, name):
        return self.info(name, "replication").get("role", "")

    def followers(self, name):
        return int(self.info(name, "replication").get("min_slaves_good_slaves", -1))

    def sentinels_seen(self, name):
        said = self.ask(name, "sentinel", "master", GROUP, kind="sentinel").splitlines()
        known = dict(zip(said[::2], said[1::2]))
        return int(known.get("num-other-sentinels", -1)) if known.get("num-slaves") == str(len(self.names) - 1) else -1

    def master(self, sentinel):
        """Who is master, as a sentinel tells samsynd."""
        said = self.ask(sentinel, "sentinel", "get-master-addr-by-name", GROUP, user="samsyn", kind="sentinel").split()
        return next((n for n in self.names if said == ["127.0.0.1", str(self.ports[n])]), said)
