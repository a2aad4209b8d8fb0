"""Samsyn beside the message systems that people would use instead, in one interleaved run: in each round all of them,
one after the other, each with a server of its own on one core and the load generator on another. README.md beside this
file says what is measured, and how."""
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

import cluster
import node
import peers

SERVER_CORE, CLIENT_CORE = 0, 1
ROUNDS = 5
RETRIES = 2  # of what other load has disturbed
DISTURBED = 0.1  # cores that others have used meanwhile
SATURATE, PACE_100, PACE_1000 = "saturate:2", "pace:200:2", "pace:25:2"
# In no figure: a receiver acknowledges the first segments of a connection one by one, so they cost up to twice as much;
# and who does not read takes something until the connection is full.
WARM_UP_100, WARM_UP_1000 = "pace:200:2", "pace:25:1"
PACED, SATURATED = 1, -1  # which phase of a run: what a flood leaves to be written would disturb a pace after it
AUDIENCES = 20
M = "municipalities/0136"
SOURCE = "https://example.org/bench"


def add_partner(c, setup, organisation):
    """An area, and a member who may submit and push reports of SOURCE, which count at once; its name."""
    name = M + "/members/bench"
    setup.municipality.trusted_sources.add(source_uri=SOURCE)
    setup.areas.add(name=M + "/areas/centrum", display_name="Centrum", kind=c.Area.KIND_DISTRICT)
    setup.members.add(name=name, organisation=organisation, display_name="Bench",
                      roles=[c.ROLE_REPORTER, c.ROLE_PARTNER_SYSTEM], source_uris=[SOURCE])
    return name


class Samsyn:
    """A door of the real service, as peers.py describes the others."""
    label = "decided, chained, filtered; fsync each commit"

    def __init__(self, key, system, contract, samsynd):
        self.key, self.system, self.contract, self.samsynd = key, system, contract, samsynd

    def missing(self):
        return None

    def version(self):
        return ""

    def start(self, folder, core, tokens=1, audiences=1, tls=False):
        return RunningSamsyn(self, folder, core, tokens, audiences, tls)


class RunningSamsyn:
    def __init__(self, samsyn, folder, core, tokens, audiences, tls):
        self.server = node.Node(samsyn.contract, samsyn.samsynd, os.path.join(folder, "data"))
        self.server.create("0136")
        self.start(core)
        token_file = os.path.join(folder, "tokens")
        with open(token_file, "w") as f:
            f.write("\n".join(self.set_up(samsyn.contract, tokens, audiences)) + "\n")
        self.arguments = ["--tokens", token_file]
        if tls:
            self.server.stop()
            make_certificates(folder, self.organisation)
            self.start(core, "--tls-cert", folder + "/server.pem", "--tls-key", folder + "/server.key",
                       "--tls-client-ca", folder + "/ca.pem")
            self.arguments += ["--tls", folder]
        self.pid, self.port = self.server.process.pid, self.server.port

    def start(self, core, *tls):
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {core})  # inherited by all of its threads
        try:
            if tls:
                self.server.launch(*node.UNLIMITED, *tls)
                cluster.await_that(lambda: peers.answers(self.server.port, b"", b""), "samsynd takes connections")
            else:
                self.server.start(*node.UNLIMITED)
        finally:
            os.sched_setaffinity(0, cores)

    def set_up(self, c, tokens, audiences):
        """The first token is of a partner system whose reports count at once; the others are its too, or of a member of
        an organisation each."""
        coordinator = self.server.client()
        me = coordinator.Access.WhoAmI(c.WhoAmIRequest())
        self.organisation = me.organisation.name.rsplit("/", 1)[1]
        setup = coordinator.Directory.GetSetup(c.GetSetupRequest(municipality=M)).setup
        members = [add_partner(c, setup, me.organisation.name)]
        for i in range(1, audiences):
            organisation = "%s/organisations/other%d" % (M, i)
            setup.organisations.add(name=organisation, display_name="Other %d" % i,
                                    kind=c.ORGANISATION_KIND_PROPERTY_OWNER)
            members.append("%s/members/other%d" % (M, i))
            setup.members.add(name=members[-1], organisation=organisation, display_name="Other %d" % i,
                              roles=[c.ROLE_REPORTER])
        coordinator.Directory.ApplySetup(c.ApplySetupRequest(request_id=node.new_id(), setup=setup))
        secrets = [coordinator.Access.IssueToken(c.IssueTokenRequest(
            request_id=node.new_id(), member=members[i % audiences], watch_quota=1000)).secret
            for i in range(max(tokens, audiences))]
        coordinator.close()
        return secrets

    def stop(self):
        self.server.__exit__(None, None, None)


def make_certificates(folder, organisation):
    """ca.pem, and server.pem and client.pem with their keys; the client's is the organisation's."""
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    def openssl(*arguments):
        subprocess.run(["openssl"] + list(arguments), cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=bench")
    for name, subject in (("server", "/CN=localhost"), ("client", "/O=%s/CN=bench" % organisation)):
        openssl("req", "-new", *new_key, "-keyout", name + ".key", "-out", name + ".csr", "-subj", subject)
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                name + ".pem")


class Run:
    """Runs the load generator against fresh servers, and keeps what it says."""

    def __init__(self, contract, samsynd, generator, quick, say):
        self.generator, self.quick, self.say = generator, quick, say
        self.samsyn = [Samsyn(key, key, contract, samsynd) for key in ("samsyn_submit", "samsyn_batch", "samsyn_push")]
        self.systems = [one for one in peers.PEERS if not one.missing()] + self.samsyn
        self.missing = [one for one in peers.PEERS if one.missing()]
        self.got = {}  # (key, what) → figures of each round
        self.faults, self.disturbed = [], 0

    def once(self, system, watchers, phases, options=(), **start):
        """Figures, or None: a fault, kept in `faults`."""
        folder = tempfile.mkdtemp(prefix="samsyn-fanout-")
        running = None
        try:
            running = system.start(folder, SERVER_CORE, **start)
            command = ["taskset", "-c", str(CLIENT_CORE), self.generator, system.system, str(running.port),
                       str(running.pid), str(watchers)]
            done = subprocess.run(command + list(getattr(running, "arguments", ())) + list(options) + list(phases),
                                  capture_output=True, text=True, timeout=300)
            if done.returncode:
                self.faults.append("%s, %d watchers: %s" % (system.key, watchers, done.stderr.strip()))
                return None
            return json.loads(done.stdout)
        finally:
            if running is not None:
                running.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def measure(self, system, what, watchers, phases, options=(), **start):
        for attempt in range(RETRIES + 1):
            figures = self.once(system, watchers, phases, options, **start)
            if figures is None:
                return
            busy = max((p["other_cpu_s"] / p["seconds"] for p in figures["phases"]), default=0)
            if busy <= DISTURBED or self.quick:
                break
            self.disturbed += 1
            self.say("%s, %s: others used %.2f of a core: %s" % (
                system.key, what, busy, "again" if attempt < RETRIES else "left out"))
        else:
            return
        self.got.setdefault((system.key, what), []).append(figures)

    def rounds(self):
        """Quick ones do everything once, with few."""
        few, many, thousands = (10, 20, 40) if self.quick else (100, 1000, 10000)
        saturate = "saturate:0.2" if self.quick else SATURATE
        to_few = ["pace:200:0.2" if self.quick else WARM_UP_100, PACE_100, saturate]
        to_many = [WARM_UP_1000, PACE_1000, saturate]
        push, submit = self.samsyn[2], self.samsyn[0]
        count = 1 if self.quick else ROUNDS
        for i in range(count):
            self.say("round %d of %d" % (i + 1, count))
            for system in self.systems:
                self.measure(system, "100", few, to_few)
                if not self.quick:
                    self.measure(system, "1000", many, to_many)
            self.measure(push, "tls 100", few, to_few, tls=True)
            self.measure(push, "tls 1000", many, to_many, tls=True)
            self.measure(push, "audiences", many, to_many, audiences=AUDIENCES)
            self.measure(push, "10 alone", 10, to_few)
            self.measure(push, "10 of 100", 100, to_few, ["--slow-tenths", "9"])
            if i == 0:
                self.measure(submit, "10000", thousands, ["pace:1:5"], tokens=10)

    def median(self, key, what, figure, phase=SATURATED):
        """Of all rounds; None if there is none."""
        values = [figure(one["phases"][phase]) for one in self.got.get((key, what), ())]
        return statistics.median(values) if values else None

    def kib_a_watcher(self, key, what):
        values = [(one["resident_with_kib"] - one["resident_before_kib"]) / one["watchers"]
                  for one in self.got.get((key, what), ())]
        return statistics.median(values) if values else None


def of(name):
    return lambda phase: phase[name]


def server_us(phase):
    return 1e6 * phase["server_cpu_s"] / phase["deliveries"]


def client_us(phase):
    return 1e6 * phase["client_cpu_s"] / phase["deliveries"]


def number(value, form="%.1f"):
    return "–" if value is None else form % value


def tables(run):
    """(title, heads, rows)."""
    def million(value):
        return None if value is None else value / 1e6

    labels = {one.key: one.label for one in run.systems}
    versions = {one.key: one.version() for one in run.systems}
    rows = []
    for one in run.systems:
        key = one.key
        rows.append((
            key, versions[key], labels[key],
            number(run.median(key, "100", of("acked_per_s")), "%.0f"),
            number(million(run.median(key, "100", of("deliveries_per_s"))), "%.2f"),
            number(million(run.median(key, "1000", of("deliveries_per_s"))), "%.2f"),
            number(run.median(key, "1000", server_us), "%.2f"), number(run.median(key, "1000", client_us), "%.2f"),
            number(run.median(key, "1000", of("bytes_a_delivery")), "%.0f")))
    yield ("As much as it takes: 64 publishes unacknowledged, 100 and 1,000 watchers",
           ("system", "version", "keeps", "100: acked/s", "100: M deliveries/s", "1,000: M deliveries/s",
            "server CPU-s a million", "client CPU-s a million", "bytes a delivery"), rows)
    rows = []
    for one in run.systems:
        key = one.key
        rows.append((
            key, number(run.median(key, "100", of("p50_ms"), PACED), "%.2f"),
            number(run.median(key, "100", of("p99_ms"), PACED), "%.2f"),
            number(run.median(key, "1000", of("p50_ms"), PACED), "%.2f"),
            number(run.median(key, "1000", of("p99_ms"), PACED), "%.2f"),
            number(run.median(key, "1000", server_us, PACED), "%.1f"), number(run.kib_a_watcher(key, "1000"))))
    yield ("At a rate: 200 publishes a second to 100 watchers, 25 a second to 1,000",
           ("system", "100: p50 ms", "p99 ms", "1,000: p50 ms", "p99 ms", "server µs a delivery", "KiB a watcher"), rows)


def ratios(run):
    """Samsyn's figure divided by the peer's; of p99, below 1 is ahead."""
    found = {}

    def add(name, samsyn, what, figure, phase=SATURATED):
        ours = run.median(samsyn, what, figure, phase)
        for peer in run.systems:
            theirs = run.median(peer.key, what, figure, phase)
            if ours and theirs and not peer.key.startswith("samsyn"):
                found["%s_vs_%s" % (name, peer.key)] = round(ours / theirs, 3)

    add("deliveries_1000", "samsyn_push", "1000", of("deliveries_per_s"))
    add("deliveries_1000_submit", "samsyn_submit", "1000", of("deliveries_per_s"))
    add("deliveries_100", "samsyn_push", "100", of("deliveries_per_s"))
    add("deliveries_100_submit", "samsyn_submit", "100", of("deliveries_per_s"))
    add("acked_100", "samsyn_submit", "100", of("acked_per_s"))
    add("acked_100_batch", "samsyn_batch", "100", of("acked_per_s"))
    add("acked_100_push", "samsyn_push", "100", of("acked_per_s"))
    add("p99_1000", "samsyn_submit", "1000", of("p99_ms"), PACED)
    add("p99_100", "samsyn_submit", "100", of("p99_ms"), PACED)
    add("p99_1000_push", "samsyn_push", "1000", of("p99_ms"), PACED)
    add("p99_100_push", "samsyn_push", "100", of("p99_ms"), PACED)
    return found


def own(run):
    """What is Samsyn's own and has no peer: name → figure."""
    push, submit = "samsyn_push", "samsyn_submit"
    found = {}

    def add(name, value, over=1.0):
        if value is not None and over:
            found[name] = round(value / over, 3)

    one = run.median(push, "1000", server_us)
    add("cpu_s_a_million_1000", one)
    add("cpu_us_a_delivery_unbatched", run.median(submit, "1000", server_us, PACED))
    for count in ("100", "1000"):
        add("tls_deliveries_" + count, run.median(push, "tls " + count, of("deliveries_per_s")),
            run.median(push, count, of("deliveries_per_s")))
        add("tls_p99_" + count, run.median(push, "tls " + count, of("p99_ms"), PACED),
            run.median(push, count, of("p99_ms"), PACED))
    add("audiences_20_cpu", run.median(push, "audiences", server_us), one)
    add("audiences_20_cpu_unbatched", run.median(push, "audiences", server_us, PACED),
        run.median(push, "1000", server_us, PACED))
    alone = run.median(push, "10 alone", of("deliveries_per_s"))
    add("beside_slow_readers_deliveries", run.median(push, "10 of 100", of("deliveries_per_s")), alone)
    add("beside_slow_readers_p99", run.median(push, "10 of 100", of("p99_ms"), PACED),
        run.median(push, "10 alone", of("p99_ms"), PACED))
    add("idle_kib_a_watcher", run.kib_a_watcher(submit, "1000"))
    add("idle_kib_a_watcher_of_10000", run.kib_a_watcher(submit, "10000"))
    add("all_of_10000_ms", run.median(submit, "10000", of("max_ms")))
    return found


# (name in ratios or own, at least or at most, must, stretch)
TARGETS = (
    ("deliveries_1000_vs_redis_pubsub", ">", 1.5, 2), ("deliveries_1000_vs_redis_streams_fsync", ">", 2.5, 2.5),
    ("deliveries_1000_vs_jetstream_file", ">", 5, 5), ("deliveries_1000_vs_etcd", ">", 8, 8),
    ("deliveries_100_vs_redis_pubsub", ">", 0.5, 0.8), ("deliveries_100_vs_redis_streams_fsync", ">", 1.5, 2),
    ("acked_100_vs_redis_streams_fsync", ">", 0.8, 1), ("acked_100_push_vs_redis_streams_fsync", ">", 1.5, 2),
    ("p99_1000_vs_redis_streams_fsync", "<", 1.1, 0.8), ("p99_1000_vs_etcd", "<", 0.5, 0.5),
    ("p99_1000_vs_jetstream_file", "<", 0.6, 0.6), ("p99_100_vs_redis_streams_fsync", "<", 2, 1.5),
    ("p99_100_vs_jetstream_file", "<", 1, 1), ("p99_100_vs_etcd", "<", 1, 1),
    ("cpu_s_a_million_1000", "<", 0.3, 0.3), ("cpu_us_a_delivery_unbatched", "<", 15, 15),
    ("idle_kib_a_watcher", "<", 40e3 / 1024, 40e3 / 1024), ("all_of_10000_ms", "<", 1000, 1000),
    ("audiences_20_cpu", "<", 1.3, 1.3), ("audiences_20_cpu_unbatched", "<", 1.3, 1.3),
    ("beside_slow_readers_deliveries", ">", 0.9, 0.9), ("beside_slow_readers_p99", "<", 1.1, 1.1),
)


def verdicts(figures):
    """Rows: each target with its figure."""
    for name, sense, must, stretch in TARGETS:
        value = figures.get(name)
        if value is None:
            yield name, "–", sense, must, stretch, "not measured"
            continue

        def holds(limit):
            return value >= limit if sense == ">" else value <= limit

        word = "stretch" if holds(stretch) else "met" if holds(must) else "missed"
        yield name, number(value, "%.2f"), sense, number(must, "%.2f"), number(stretch, "%.2f"), word


NOT_COMPARABLE = """What is not the same: Samsyn checks who sends and what, decides, counts it in the situation, chains and keeps it on
disk before it answers, and sends each watcher what it may see; the others pass bytes on. Redis pub/sub, NATS and
mosquitto at QoS 0 keep nothing; JetStream's file and etcd without fsync are in the page cache; mosquitto at QoS 1 keeps
what is on its way in memory. A delivery of Samsyn is a whole report, larger than what was sent (see bytes a delivery).
Redis answers a publish when it has written to its watchers; NATS when it has read it."""


def measure(contract, samsynd, generator, quick, say):
    """(tables, what is kept, faults)."""
    begin = time.monotonic()
    run = Run(contract, samsynd, generator, quick, say)
    for one in run.missing:
        say("%s is left out: install Debian's %s" % (one.key, one.missing()))
    run.rounds()
    found = ratios(run)
    all_tables = list(tables(run))
    all_tables.append(("Samsyn beside the peers: its figure divided by theirs", ("ratio", ""), sorted(found.items())))
    figures = own(run)
    all_tables.append(("Samsyn by itself", ("figure", ""), list(figures.items())))
    all_tables.append(("Where Samsyn is ahead and where not", ("figure", "measured", "", "must", "stretch", "verdict"),
                       list(verdicts(dict(found, **figures)))))
    kept = {"ratios": found, "samsyn": figures, "disturbed": run.disturbed, "seconds": time.monotonic() - begin,
            "rounds": {"%s %s" % key: rounds for key, rounds in run.got.items()}}
    return all_tables, kept, run.faults
