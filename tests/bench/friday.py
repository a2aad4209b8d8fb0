"""A national Friday at a tenth of its size: 29 municipalities of 60 participants and 40 field units each, on three
nodes over a Redis with a replica, faster than life. What happens is in friday_model.h; what follows from the figures,
in deploy/CAPACITY.md."""
import concurrent.futures
import math
import os
import threading
import time
import shutil

import cluster
import node

NODES, PARTICIPANTS, UNITS, ORGANISATIONS, UNIT_ORGANISATIONS, AREAS = 3, 60, 40, 20, 10, 12
POLYGON_POINTS = 60
# After the history nodes write their copies and Redis its files; that is not what being quiet costs.
PHASES = (("history", "history"), ("pause", "quiet 5"), ("quiet", "quiet 30"), ("arrive", "arrive"),
          ("meeting", "meeting"), ("night", "night 1"), ("settle", "settle"), ("watched", "quiet 60"))


def measure(contract, samsynd, program, quick, seed, municipalities, speed, say):
    """{phase: figures}, and faults, none of which may be."""
    if quick:
        municipalities, speed = 2, 600
    codes = ["%04d" % (1000 + n) for n in range(municipalities)]
    phases = {}
    with cluster.Cluster(contract, samsynd, "replica", NODES, codes) as one:
        phases["bare"] = sample(one)
        say("people")
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            people = [line for lines in pool.map(lambda code: settle(contract, one, code), codes) for line in lines]
        path = os.path.join(one.folder, "people")
        with open(path, "w") as f:
            f.writelines("\t".join(line) + "\n" for line in people)
        load = cluster.Load([program, path, str(seed), str(speed)] + [n.address for n in one.nodes])
        one.loads.append(load)
        for phase, command in PHASES:
            say(phase)
            before = sample(one)
            with Peaks(one) as peaks:
                answer = load.do("quiet 1" if quick and command.startswith("quiet") else command)
            phases[phase] = difference(answer, before, sample(one))
            phases[phase]["peak_cores"] = peaks.most
        say("a node is lost")
        gone = one.nodes[-1].process.pid
        before = sample(one)
        cpu = cluster.cpu_seconds(gone)
        one.nodes[-1].kill()
        before["cpu"]["samsynd"] -= cpu
        phases["lost"] = difference(load.do("settle"), before, sample(one))
        phases["lost"]["did"]["watchers_moved"] = len(people) // NODES
        phases["sizes"] = {"municipalities": municipalities, "people": len(people), "speed": speed, "seed": seed}
    return phases, wrong(phases)


def wrong(phases):
    faults = []
    for phase, figures in phases.items():
        did = figures.get("did", {})
        if not figures.get("done", True):
            faults.append(phase + ": not all who watch came to be live")
        if did.get("missing"):
            faults.append("%s: %d acknowledged reports are not there" % (phase, did["missing"]))
    return faults


def settle(c, one, code):
    """Makes the people of a municipality; a line each for the load generator."""
    m, coordinator = "municipalities/" + code, one.client(code)
    setup = coordinator.Directory.GetSetup(c.GetSetupRequest(municipality=m), wait_for_ready=True).setup
    setup.municipality.trusted_sources.add(source_uri=cluster.SOURCE)
    kinds = [c.ORGANISATION_KIND_MUNICIPALITY, c.ORGANISATION_KIND_POLICE, c.ORGANISATION_KIND_SCHOOL,
             c.ORGANISATION_KIND_PROPERTY_OWNER, c.ORGANISATION_KIND_SECURITY_COMPANY, c.ORGANISATION_KIND_ASSOCIATION]
    for n in range(ORGANISATIONS):
        setup.organisations.add(name="%s/organisations/o%d" % (m, n), display_name="Organisation %d" % n,
                                kind=kinds[n % len(kinds)], authority=n < 3, default_class=c.RELEASE_CLASS_PARTNER)
    for n in range(AREAS):
        area = setup.areas.add(name="%s/areas/a%d" % (m, n), display_name="Område %d" % n, kind=c.Area.KIND_DISTRICT)
        for latitude, longitude in circle(n):
            area.polygon.points.add(latitude_deg=latitude, longitude_deg=longitude)
    people = add_people(c, setup, m)
    cluster.insist(coordinator.Directory.ApplySetup, c.ApplySetupRequest(request_id=node.new_id(), setup=setup))
    lines = []
    for kind, member, unit in people:
        token = cluster.insist(coordinator.Access.IssueToken,
                               c.IssueTokenRequest(request_id=node.new_id(), member=member)).secret
        lines.append((kind, member, unit, token))
    coordinator.close()
    return lines


def circle(n):
    """Corners of an area's outline."""
    for i in range(POLYGON_POINTS + 1):  # closed
        angle = 2 * math.pi * (i % POLYGON_POINTS) / POLYGON_POINTS
        yield 59.17 + 0.02 * (n // 4) + 0.008 * math.sin(angle), 18.14 + 0.04 * (n % 4) + 0.016 * math.cos(angle)


def add_people(c, setup, m):
    people = []
    for n in range(PARTICIPANTS):
        member = "%s/members/p%d" % (m, n)
        roles = [c.ROLE_REPORTER, c.ROLE_DISPATCHER]
        if n == 0:
            roles += [c.ROLE_CHAIR, c.ROLE_SECRETARY, c.ROLE_REVIEWER]
        setup.members.add(name=member, organisation="%s/organisations/o%d" % (m, n % ORGANISATIONS),
                          display_name="Deltagare %d" % n, roles=roles)
        people.append(("participant", member, ""))
    for n in range(UNITS):
        organisation = "%s/organisations/o%d" % (m, n % UNIT_ORGANISATIONS)
        unit, member = "%s/units/u%d" % (m, n), "%s/members/u%d" % (m, n)
        setup.units.add(name=unit, organisation=organisation, display_name="Enhet %d" % n, power=c.Unit.POWER_HOST)
        setup.members.add(name=member, organisation=organisation, display_name="Enhet %d" % n,
                          roles=[c.ROLE_REPORTER, c.ROLE_FIELD], units=[unit])
        people.append(("unit", member, unit))
    member = m + "/members/system"
    setup.members.add(name=member, organisation=m + "/organisations/o1", display_name="System",
                      roles=[c.ROLE_PARTNER_SYSTEM], source_uris=[cluster.SOURCE])
    people.append(("partner", member, ""))
    return people


# What the machine had to do for it.

class Peaks(threading.Thread):
    """The most cores that each kind of process used in any second."""

    def __init__(self, one):
        super().__init__()
        self.one, self.ended, self.most = one, threading.Event(), {}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, error, trace):
        self.ended.set()
        self.join()

    def run(self):
        before, at = self.one.cpu(), time.monotonic()
        while not self.ended.wait(1):
            now, then = self.one.cpu(), time.monotonic()
            for group, used in now.items():
                self.most[group] = max(self.most.get(group, 0), (used - before[group]) / (then - at))
            before, at = now, then


def sample(one):
    master = one.redis[0]
    return {
        "cpu": one.cpu(),
        "memory_mib": {group: sum(cluster.memory_kib(pid) for pid in pids) >> 10
                       for group, pids in one.processes().items()},
        "redis": {key: int(master.info(section, key) or 0) for section, key in (
            ("memory", "used_memory"), ("persistence", "aof_current_size"), ("stats", "total_net_input_bytes"),
            ("stats", "total_net_output_bytes"), ("stats", "total_commands_processed"))},
        "copies": folder_bytes(one.nodes[0].data),
        "loopback": loopback_bytes(),
    }


def difference(answer, before, after):
    answer["cpu"] = {group: used - before["cpu"].get(group, 0) for group, used in after["cpu"].items()}
    answer["memory_mib"] = after["memory_mib"]
    answer["redis"] = {key: value - before["redis"][key] for key, value in after["redis"].items()}
    answer["redis_now"] = after["redis"]
    answer["copy_bytes"] = after["copies"] - before["copies"]
    answer["loopback_bytes"] = after["loopback"] - before["loopback"]
    return answer


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(folder) for name in names)


def loopback_bytes():
    """Everything that processes of this machine have sent to each other, also those of others."""
    with open("/proc/net/dev") as f:
        return next(int(line.split(":")[1].split()[0]) for line in f if line.strip().startswith("lo:"))


def tables(phases):
    rows = []
    for phase, got in phases.items():
        if "did" not in got:
            continue
        did, cpu, memory = got["did"], got["cpu"], got["memory_mib"]
        rows.append((phase, "%.0f" % got["seconds"], did["writes"]["count"], did["reads"]["count"],
                     did["situations"]["count"], did["responses"], did["entities"],
                     did["bytes"] >> 10, "%.1f" % cpu["samsynd"], "%.1f" % cpu["redis"], "%.1f" % cpu["replicas"],
                     "%.1f" % cpu["load"],
                     "/".join("%.2f" % got["peak_cores"].get(group, 0) if "peak_cores" in got else "–"
                              for group in ("samsynd", "redis")), memory["samsynd"], memory["redis"]))
    yield ("What was done, and the CPU seconds and memory that it took",
           ("phase", "seconds", "writes", "reads", "situations", "responses", "entities", "KiB to watchers",
            "CPU samsynd", "Redis", "replica", "load", "peak cores samsynd/Redis", "MiB samsynd", "MiB Redis"), rows)
    yield ("How long it took (p50/p95/p99 ms)", ("phase", "writes", "reads", "situations", "to a watcher", "sign-in"),
           [(phase,) + tuple(quantiles(got["did"][what]) for what in ("writes", "reads", "situations", "deliveries",
                                                                      "arrivals"))
            for phase, got in phases.items() if "did" in got])
    yield ("Kept", ("phase", "Redis memory KiB", "AOF KiB", "copy of a node KiB", "Redis in KiB", "out KiB"),
           [(phase,) + tuple(got["redis"][key] >> 10 for key in ("used_memory", "aof_current_size"))
            + (got["copy_bytes"] >> 10,)
            + tuple(got["redis"][key] >> 10 for key in ("total_net_input_bytes", "total_net_output_bytes"))
            for phase, got in phases.items() if "did" in got])
    refused = {}
    for got in phases.values():
        for why, count in got.get("did", {}).get("refusals", {}).items():
            refused[why[:100]] = refused.get(why[:100], 0) + count
    yield ("Refused", ("times", "what"), sorted(((count, why) for why, count in refused.items()), reverse=True)[:12])


def quantiles(times):
    if not times["count"]:
        return "–"
    return "%.1f/%.1f/%.1f" % (times["p50_ms"], times["p95_ms"], times["p99_ms"])
