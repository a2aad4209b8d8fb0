"""What a whole country needs, from a simulated Friday of a part of it: what each municipality, watcher, write and
delivery costs, times as many, in real time. The assumptions stand in deploy/CAPACITY.md."""
NATION, PEOPLE = 290, 100  # municipalities, and people who watch in each
HOUR_S = 3600
ARRIVE_S = 600


def costs(phases, nodes):
    """{what: cost of one}."""
    sizes, quiet, watched = phases["sizes"], phases["quiet"], phases["watched"]
    municipalities, people = sizes["municipalities"], sizes["municipalities"] * PEOPLE

    def rate(phase, group):
        return phase["cpu"][group] / phase["seconds"]

    def work(name, group):
        """CPU seconds of what happened, without what they use by themselves, a municipality."""
        base = quiet if name == "arrive" else watched
        return max(0, phases[name]["cpu"][group] - rate(base, group) * phases[name]["seconds"]) / municipalities

    one = {}
    for group in ("samsynd", "redis", "replicas"):
        one["idle " + group] = rate(quiet, group) / municipalities / (nodes if group == "samsynd" else 1)
        for name in ("arrive", "meeting", "night"):
            one["%s %s" % (name, group)] = work(name, group)
    one["idle watcher"] = max(0, rate(watched, "samsynd") - rate(quiet, "samsynd")) / people
    one["MiB node"] = phases["bare"]["memory_mib"]["samsynd"] / nodes
    one["MiB municipality and node"] = (phases["settle"]["memory_mib"]["samsynd"]
                                        - phases["arrive"]["memory_mib"]["samsynd"]
                                        + phases["quiet"]["memory_mib"]["samsynd"]
                                        - phases["bare"]["memory_mib"]["samsynd"]) / municipalities / nodes
    one["KiB watcher"] = (phases["arrive"]["memory_mib"]["samsynd"]
                          - phases["quiet"]["memory_mib"]["samsynd"]) * 1024 / people
    evening = [phases[name] for name in ("arrive", "meeting", "night", "settle")]
    writes = sum(got["did"]["writes"]["count"] for got in evening)
    one["AOF bytes a write"] = sum(got["redis"]["aof_current_size"] for got in evening) / writes
    one["Redis memory a write"] = sum(got["redis"]["used_memory"] for got in evening) / writes
    one["copy bytes a write"] = sum(got["copy_bytes"] for got in evening) / writes
    one["Redis out bytes a write"] = sum(got["redis"]["total_net_output_bytes"] for got in evening) / writes
    one["first load bytes"] = phases["arrive"]["did"]["bytes"] / people
    for name in ("meeting", "night"):
        did = phases[name]["did"]
        one["writes " + name] = did["writes"]["count"] / municipalities
        one["entities " + name] = did["entities"] / municipalities
        one["bytes %s entity" % name] = did["bytes"] / max(did["entities"], 1)
    return one


def tables(phases, nodes):
    one = costs(phases, nodes)
    yield "What one costs", ("of one", "is"), [(what, "%.6g" % value) for what, value in one.items()]
    watchers = NATION * PEOPLE
    # A second of the simulation is so much of the country's time and size.
    scale = NATION / phases["sizes"]["municipalities"] / phases["sizes"]["speed"]
    rows = []
    for name, seconds in (("arrive", ARRIVE_S), ("meeting", HOUR_S), ("night", HOUR_S)):
        idle = NATION * nodes * one["idle samsynd"] + watchers * one["idle watcher"]
        base = phases["quiet" if name == "arrive" else "watched"]
        peak = {group: scale * max(0, phases[name]["peak_cores"].get(group, 0) - base["cpu"][group] / base["seconds"])
                for group in ("samsynd", "redis")}
        rows.append((name, "%.2f" % (idle + NATION * one[name + " samsynd"] / seconds),
                     "%.2f" % (idle + peak["samsynd"]),
                     "%.2f" % (NATION * (one["idle redis"] + one[name + " redis"] / seconds)),
                     "%.2f" % (NATION * one["idle redis"] + peak["redis"]),
                     "%.2f" % (NATION * (one["idle replicas"] + one[name + " replicas"] / seconds)),
                     "%.1f" % (NATION * one["writes " + name] / seconds) if name != "arrive" else "–",
                     "%.0f" % (NATION * one["entities " + name] / seconds) if name != "arrive" else "–",
                     "%.1f" % (8e-6 * (watchers * one["first load bytes"] / seconds if name == "arrive" else
                                       NATION * one["entities " + name] * one["bytes %s entity" % name] / seconds))))
    yield ("All %d municipalities, on %d nodes: cores in use" % (NATION, nodes),
           ("hour", "samsynd, all nodes", "at its peak", "Redis", "at its peak", "replica", "writes/s",
            "entities to watchers/s", "Mbit/s to watchers"),
           rows)
