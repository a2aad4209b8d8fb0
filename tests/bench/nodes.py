"""What a durable write costs on one disk, on one Redis, and on a Redis with a replica that must have it: from one to
three nodes, from one to a hundred municipalities. Every round measures all of them, one after the other, so that
ratios compare what ran under the same conditions."""
import statistics

import cluster

SETTINGS = [("embedded", 1)] + [(kind, nodes) for kind in ("redis", "replica") for nodes in (1, 2, 3)]
NAMES = {"embedded": "embedded", "redis": "one Redis", "replica": "Redis + replica, WAIT 1"}
GROUPS = ("samsynd", "redis", "replicas", "load")


def codes(count):
    return ["%04d" % (1000 + number) for number in range(count)]


def phases(municipalities, quick):
    seconds = 0.3 if quick else 3
    return {"one": "submit 1 %s" % seconds, "paced": "paced 40 %s" % seconds, "full": "submit 64 %s" % seconds,
            "push": "push %d %s" % (min(municipalities, 8), seconds)}


def measure(contract, samsynd, program, quick, say):
    """{(kind, nodes, municipalities): [a round's {phase: figures}]}; and faults, none of which may be."""
    rounds, most = (1, 2) if quick else (3, 100)
    got, faults = {}, []
    for turn in range(rounds):
        for municipalities in sorted({most if quick else 1, 2 if quick else 10, most}):
            for kind, nodes in SETTINGS:
                if quick and nodes == 3:
                    continue
                key = (kind, nodes, municipalities)
                say("round %d: %s, %d nodes, %d municipalities" % (turn + 1, kind, nodes, municipalities))
                with cluster.Cluster(contract, samsynd, kind, nodes, codes(municipalities)) as one:
                    load = one.load(program, one.codes)
                    figures = {}
                    for phase, command in phases(municipalities, quick).items():
                        before = one.cpu()
                        figures[phase] = load.do(command)
                        figures[phase]["cpu"] = {group: used - before[group] for group, used in one.cpu().items()}
                        if figures[phase]["missing"]:
                            faults.append("%s in %s: %d acknowledged reports are not there" % (
                                phase, key, figures[phase]["missing"]))
                        if figures[phase]["refused"]:
                            say("%d refused: %s" % (figures[phase]["refused"], figures[phase]["why"]))
                    got.setdefault(key, []).append(figures)
    return got, faults


def median(rounds, value):
    return statistics.median(value(figures) for figures in rounds)


def a_second(phase):
    return lambda figures: figures[phase]["acknowledged"] / figures[phase]["seconds"]


def quantile(phase, what, which):
    return lambda figures: figures[phase][what][which]


def cpu_ms(phase, group):
    """CPU milliseconds a write."""
    return lambda figures: 1000 * figures[phase]["cpu"].get(group, 0) / max(figures[phase]["acknowledged"], 1)


def rate_tables(got):
    """Titles, heads and rows."""
    speed, cost = [], []
    for key in sorted(got, key=lambda k: (k[2], list(NAMES).index(k[0]), k[1])):
        kind, nodes, municipalities = key
        rounds, base = got[key], got[("embedded", 1, municipalities)]
        ratio = statistics.median(a_second("full")(mine) / a_second("full")(theirs)
                                  for mine, theirs in zip(rounds, base))
        name = (municipalities, NAMES[kind], nodes)
        speed.append(name + (
            "%.0f" % median(rounds, a_second("full")), "%.2f" % ratio, "%.0f" % median(rounds, a_second("push")),
            pair(rounds, "one", "acknowledge"), pair(rounds, "paced", "acknowledge"),
            pair(rounds, "paced", "elsewhere"), pair(rounds, "full", "acknowledge")))
        cost.append(name + tuple("%.2f" % median(rounds, cpu_ms("full", group)) for group in GROUPS)
                    + tuple("%.2f" % median(rounds, cpu_ms("paced", group)) for group in GROUPS[:3]))
    return (("Durable single reports: 64 in flight; pushed; one at a time; 40 a second (p50/p99 ms)",
             ("municipalities", "journal", "nodes", "a second", "of embedded", "pushed a second", "one at a time",
              "at 40/s", "at 40/s to a watcher elsewhere", "64 in flight"), speed),
            ("CPU milliseconds a report: 64 in flight | 40 a second",
             ("municipalities", "journal", "nodes") + GROUPS + tuple("at 40/s " + g for g in GROUPS[:3]), cost))


def pair(rounds, phase, what):
    return "%.1f/%.1f" % (median(rounds, quantile(phase, what, "p50_ms")),
                          median(rounds, quantile(phase, what, "p99_ms")))

