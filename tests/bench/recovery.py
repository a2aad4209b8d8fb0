"""How long it takes until clients write and see again after a node, Redis, or a master is lost: every node has a client
that writes one report after the other and one that watches. Times from the kill to the answer to the first write that
was sent after it, and to the first report that was sent after it and is seen."""
import statistics
import time

import cluster

NODES = 3


def kill_node(one, load):
    one.nodes[1].kill()


def restart_node(one, load):
    one.nodes[1].kill()
    one.nodes[1].launch(*one.options, *one.redis_options)


def restart_redis(one, load):
    one.redis[0].kill()
    one.redis[0].start()


def kill_master(one, load):
    one.redis[0].kill()


# What is done, on which journal, whether clients go to another node, how many seconds are watched after it.
CASES = (
    ("a node is killed; its clients go to another", "redis", 1000, True, kill_node, 8),
    ("a node is killed and started again", "redis", 1000, False, restart_node, 8),
    ("Redis is killed and started again", "redis", 1000, False, restart_redis, 12),
    ("a master is lost, 1 s until it is missed", "sentinel", 1000, False, kill_master, 20),
    ("a master is lost, 5 s until it is missed", "sentinel", 5000, False, kill_master, 25),
)


def measure(contract, samsynd, program, quick, say):
    """Rows of the table; and faults, none of which may be."""
    rows, faults = [], []
    for what, kind, down_ms, moves, break_it, seconds in CASES[:1] if quick else CASES:
        rounds = []
        for turn in range(1 if quick else 3):
            say("%s (%d)" % (what, turn + 1))
            with cluster.Cluster(contract, samsynd, kind, NODES, ("1000",), down_ms) as one:
                load = one.load(program, one.codes)
                load.ask("probe %d %s" % (2 + (2 if quick else seconds), "move" if moves else "stay"))
                time.sleep(1.5)  # of ordinary life before it
                killed = time.time_ns()
                break_it(one, load)
                answer = load.answer()
            if answer["missing"]:
                faults.append("%s: %d acknowledged reports are not there" % (what, answer["missing"]))
            rounds.append(times(answer["probes"], killed))
        rows.append((what,) + tuple(row(rounds, faults, what)))
    return rows, faults


def times(probes, killed):
    """A node's [write, watch]: seconds, None: never; the node that was broken, or is first, stands first."""
    sent = {call[0]: call[1] for probe in probes for call in probe["calls"]}
    found = []
    for probe in probes:
        writes = [(call[2] - killed) / 1e9 for call in probe["calls"] if call[3] == 0 and call[1] >= killed]
        seen = [(at - killed) / 1e9 for number, at in probe["seen"] if sent.get(number, 0) >= killed]
        found.append((min(writes, default=None), min(seen, default=None)))
    return found


def row(rounds, faults, what):
    """For each node: median (longest) of the rounds, of its writes and of its watch."""
    for place in (0, 1):
        for number in range(NODES):
            each = [found[number][place] for found in rounds]
            if None in each:
                faults.append("%s: node %d did not come back" % (what, number + 1))
                yield "never"
            else:
                yield "%.2f (%.2f)" % (statistics.median(each), max(each))


HEADS = ("what happens",) + tuple("node %d: write" % (n + 1) for n in range(NODES)) + tuple(
    "node %d: watch" % (n + 1) for n in range(NODES))
TITLE = "Seconds from the kill (node 2, Redis, the master) to the first write and the first change; median (longest)"
