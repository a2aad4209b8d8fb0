"""The message systems that Samsyn is measured beside, as Debian packages them: each a real server on loopback, on one
core, with its files in a folder that the caller gives. All is as it comes, except what would cut off a watcher that is
behind, or what would cost the peer something that is not asked of it."""
import os
import re
import resource
import shutil
import socket
import subprocess
import time

import node

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
FILES = 65536  # that a server may have open: a connection a watcher
# Debian puts servers where only root looks.
PATH = os.environ.get("PATH", "") + ":/usr/sbin"


class Peer:
    """`key`: its name. `label`: what it keeps of what it has acknowledged. `system`: how bench_fanout calls what it
    speaks. `package`: of Debian. `command(folder, port)`: what starts it. `probe`: (what is sent, what is in the answer)
    once it is there."""

    def __init__(self, key, label, system, package, program, command, probe):
        self.key, self.label, self.system, self.package, self.program = key, label, system, package, program
        self.command, self.probe = command, probe

    def missing(self):
        """The Debian package to install, or nothing."""
        return None if shutil.which(self.program, path=PATH) else self.package

    def version(self):
        # mosquitto says it only with its help, and ends with 3.
        option = "-h" if self.program == "mosquitto" else "--version"
        said = subprocess.run([shutil.which(self.program, path=PATH), option], capture_output=True, text=True).stdout
        return re.search(r"\d+\.\d+\.\d+", said).group()

    def start(self, folder, core):
        """A running one that answers. `folder`: an empty one."""
        return Running(self, folder, core)


class Running:
    """A peer's server; `pid` and `port` are its own."""

    def __init__(self, peer, folder, core):
        self.port, self.log = node.free_port(), os.path.join(folder, "log")
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        command = ["prlimit", "--nofile=%d" % files, "taskset", "-c", str(core),
                   shutil.which(peer.program, path=PATH)] + peer.command(folder, self.port)
        with open(self.log, "w") as log:
            # Go would start as many threads as the machine has cores, to take turns on one.
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, GOMAXPROCS="1"))
        self.pid = self.process.pid  # prlimit and taskset become what they start
        try:
            self.await_answer(peer)
        except BaseException:
            self.stop()
            raise

    def await_answer(self, peer):
        deadline = time.monotonic() + START_TIMEOUT_S
        while not answers(self.port, *peer.probe):
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.log) as f:
                    raise RuntimeError("%s does not start:\n%s" % (peer.key, f.read()[-2000:]))
            time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(port, question, expected):
    """Whether who listens there answers so."""
    got = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(question)
            while expected not in got:
                more = connection.recv(4096)
                if not more:
                    return False
                got += more
    except OSError:
        return False
    return True


def written(path, lines):
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")
    return path


def redis(*lines):
    def command(folder, port):
        return [written(os.path.join(folder, "redis.conf"),
                        ("bind 127.0.0.1", "port %d" % port, "dir " + folder, "save \"\"") + lines)]
    return command


# 8 MB behind for a minute and Redis closes the connection. Nobody is that far behind who reads all the time, but the
# load generator has many to read from.
PUBSUB = ("client-output-buffer-limit pubsub 0 0 0",)
# The file is not written anew at 64 MB, which would take from the core while it is measured.
FSYNC = ("appendonly yes", "appendfsync always", "auto-aof-rewrite-percentage 0")


def nats(jetstream=False):
    def command(folder, port):
        # As for Redis: 64 MB or 10 seconds behind, and it would close the connection.
        lines = ["host: 127.0.0.1", "port: %d" % port, "max_pending: 256MB", "write_deadline: \"60s\""]
        if jetstream:
            lines.append("jetstream { store_dir: \"%s\" }" % folder)
        return ["-c", written(os.path.join(folder, "nats.conf"), lines)]
    return command


def etcd(*options):
    def command(folder, port):
        client, peer = ("http://127.0.0.1:%d" % one for one in (port, node.free_port()))
        return ["--data-dir", os.path.join(folder, "data"), "--listen-client-urls", client, "--advertise-client-urls",
                client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
                "default=" + peer] + list(options)
    return command


def mosquitto(folder, port):
    # More than 1,000 messages behind and it would drop what comes, without a word; more than 20 that a watcher has not
    # acknowledged and it would wait, which no other does. And small packets would wait for each other (Nagle).
    return ["-c", written(os.path.join(folder, "mosquitto.conf"),
                          ("listener %d 127.0.0.1" % port, "allow_anonymous true", "max_queued_messages 0",
                           "max_inflight_messages 0", "set_tcp_nodelay true"))]


# What is sent to ask whether it is there, and what must come.
REDIS = (b"PING\r\n", b"+PONG\r\n")
NATS, JETSTREAM = (b"", b"INFO {"), (b"", b'"jetstream":true')
ETCD = (b"GET /health HTTP/1.0\r\n\r\n", b'"health":"true"')
MQTT = (b"\x10\x11\0\4MQTT\4\2\0\0\0\5probe", b"\x20\2\0\0")

MEMORY, PAGE_CACHE, ON_DISK = "memory", "file, page cache", "file, fsync before the answer"

PEERS = (
    Peer("redis_pubsub", "nothing kept", "redis_pubsub", "redis-server", "redis-server", redis(*PUBSUB), REDIS),
    Peer("redis_streams", MEMORY, "redis_streams", "redis-server", "redis-server", redis(), REDIS),
    Peer("redis_streams_fsync", ON_DISK, "redis_streams", "redis-server", "redis-server", redis(*FSYNC), REDIS),
    Peer("nats", "nothing kept", "nats", "nats-server", "nats-server", nats(), NATS),
    Peer("jetstream_memory", MEMORY, "jetstream_memory", "nats-server", "nats-server", nats(True), JETSTREAM),
    # fsync only every two minutes.
    Peer("jetstream_file", PAGE_CACHE, "jetstream_file", "nats-server", "nats-server", nats(True), JETSTREAM),
    Peer("etcd_no_fsync", PAGE_CACHE, "etcd", "etcd-server", "etcd", etcd("--unsafe-no-fsync"), ETCD),
    Peer("etcd", ON_DISK, "etcd", "etcd-server", "etcd", etcd(), ETCD),
    Peer("mosquitto_qos0", "nothing kept", "mqtt0", "mosquitto", "mosquitto", mosquitto, MQTT),
    # For those who are connected.
    Peer("mosquitto_qos1", MEMORY, "mqtt1", "mosquitto", "mosquitto", mosquitto, MQTT),
)
