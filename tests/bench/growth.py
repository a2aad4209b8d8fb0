"""What growth costs: the part `growth` of tests/bench/run. README.md says what is measured, and how.

`bench_growth` makes the data and measures inside its own process; starts and memory are those of the real samsynd.
"""
import csv
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from google.protobuf import json_format

import node

SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 10_000)
COSTS = (("submit", "a submit"), ("get_situation", "GetSituation"), ("watch_start_area", "a watch start for one area"))
WEEKS = ("busier", "same")
MOST_RATIO = 1.2
MOST_START_S = 3.0
MOST_IDLE_MIB = 300


def measure(contract, samsynd, program, root, quick, say):
    """All three; a dict of figures."""
    return {"live": {weeks: live(program, weeks, quick, say) for weeks in WEEKS},
            "journal": journal(contract, samsynd, program, quick, say),
            "municipalities": municipalities(contract, samsynd, program, root, quick, say)}


def run(program, *arguments):
    done = subprocess.run([program] + [str(a) for a in arguments], stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def live(program, weeks, quick, say):
    folder = tempfile.mkdtemp(prefix="samsyn-growth-")
    try:
        places = []
        for size in QUICK_SIZES if quick else SIZES:
            say("growth: a picture of %d incidents, weeks: %s" % (size, weeks))
            places.append(os.path.join(folder, str(size)))
            run(program, "picture", places[-1], size, weeks)
        say("growth: submits, GetSituation and watch starts in turn")
        rows = run(program, "live", 3 if quick else 9, *places)
    finally:
        shutil.rmtree(folder)
    for row in rows:
        # Of the same round: what else the machine did then, it did to both.
        row["ratios"] = {name: statistics.median(here / there for here, there in
                                                 zip(row[name + "_cpu_us"], rows[0][name + "_cpu_us"]))
                         for name, _ in COSTS}
    names = {10_000: "10k", 100_000: "100k", 1_000_000: "1m", 1_000: "1k"}
    sizes = QUICK_SIZES if quick else SIZES
    return {"rows": rows, "ratios": {"%s_%s_vs_%s" % (name, names[sizes[-1]], names[sizes[0]]): rows[-1]["ratios"][name]
                                     for name, _ in COSTS}}


def journal(contract, samsynd, program, quick, say):
    entries, entities = (100_000, 10_000) if quick else (10_000_000, 100_000)
    with node.Node(contract, samsynd) as server:
        say("growth: a journal of %d entries" % entries)
        got = run(program, "journal", server.data, entries, entities)[0]
        path = os.path.join(server.data, "0136.journal")
        got["mib"] = os.path.getsize(path) >> 20
        say("growth: starts from its snapshot")
        got["start_s"] = [started(server) for _ in range(2 if quick else 5)]
        got["cold_start_s"] = []
        for _ in range(1 if quick else 3):
            forget(path)
            got["cold_start_s"].append(started(server))
        server.start(*node.UNLIMITED)
        client = server.client()
        status = client.Admin.GetServerStatus(contract.GetServerStatusRequest(municipality="municipalities/0136"))
        got["entities"] = status.entities
        client.close()
        got["resident_mib"] = resident_mib(server)
    return got


def started(server):
    took = server.start(*node.UNLIMITED)
    server.kill()  # not stopped: an orderly end might keep a new snapshot
    return took


def forget(path):
    """Lets go of what the system keeps of a file in memory."""
    with open(path, "rb") as f:
        os.fsync(f.fileno())
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def municipalities(contract, samsynd, program, root, quick, say):
    with open(os.path.join(root, "deploy", "data", "municipalities.csv"), newline="") as f:
        codes = [row["code"] for row in csv.DictReader(f)][:29 if quick else 290]
    with open(os.path.join(root, "deploy", "setup", "nynashamn.json")) as f:
        setup = f.read()
    got = {"municipalities": len(codes)}
    with node.Node(contract, samsynd) as server:
        say("growth: %d municipalities" % len(codes))
        run(program, "municipalities", server.data, *codes)
        server.start(token=codes[0] + "-coordinator")
        got["empty_mib"] = resident_mib(server)
        for code in codes:
            use(contract, server, code, setup.replace("municipalities/0192", "municipalities/" + code))
        got["after_use_mib"] = resident_mib(server)
        got["idle_mib"], got["idle_cpu_percent"] = idle(server, 2 if quick else 20)
        server.stop()
        # As after every restart: all of them are loaded by it.
        server.start(token=codes[0] + "-coordinator")
        for code in codes:
            look(contract, server, code)
        got["restarted_idle_mib"], _ = idle(server, 2 if quick else 20)
        server.stop()
    return got


def use(contract, server, code, setup):
    """The first use of a municipality: what a coordinator does on its first day."""
    client = server.client(code + "-coordinator")
    parsed = json_format.Parse(setup, contract.Setup())
    parsed.municipality.display_name = "Kommun " + code  # as it was made
    client.Directory.ApplySetup(contract.ApplySetupRequest(request_id=node.new_id(), setup=parsed))
    report = contract.Report(category=contract.CATEGORY_VANDALISM, text="Krossad ruta vid entrén",
                             area=parsed.areas[0].name)
    client.Report.SubmitReport(contract.SubmitReportRequest(
        request_id=node.new_id(), municipality=parsed.municipality.name, report=report))
    client.close()
    look(contract, server, code)


def look(contract, server, code):
    name = "municipalities/" + code
    client = server.client(code + "-coordinator")
    client.Situation.GetSituation(contract.GetSituationRequest(municipality=name))
    stream = client.Watch.stream("Watch", contract.WatchRequest(municipality=name))
    while not next(stream).current:
        pass
    stream.cancel()
    client.close()


def idle(server, seconds):
    """Memory of the process after a while in which nobody asks for anything, and what that costs it."""
    time.sleep(3)  # what was asked for last is let go of
    before = cpu_seconds(server)
    time.sleep(seconds)
    return resident_mib(server), (cpu_seconds(server) - before) / seconds * 100


def cpu_seconds(server):
    with open("/proc/%d/stat" % server.process.pid) as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(server):
    with open("/proc/%d/status" % server.process.pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS:")) / 1024


def tables(got):
    """(title, heads, rows) of each table."""
    rows = [[weeks, row["incidents"], row["entities"], row["cells"]]
            + [cell for name, _ in COSTS for cell in map(statistics.median, (row[name + "_cpu_us"], row[name + "_p50_us"]))]
            + ["%.2f" % row["load_s"], "%.0f" % row["memory_mib"], "%.0f" % row["bytes_an_entity"]]
            for weeks in WEEKS for row in got["live"][weeks]["rows"]]
    yield ("Growth: one more submit, GetSituation, watch start for one area of 400 entities",
           ["weeks", "incidents", "entities", "cells"]
           + [head for name, _ in COSTS for head in (name.split("_")[0] + " CPU µs", "p50 µs")]
           + ["load s", "MiB", "bytes an entity"], rows)
    j, m = got["journal"], got["municipalities"]
    yield ("Growth: start of a journal from its snapshot, as old as it may be",
           ("entries", "snapshot at", "live entities", "made in s", "MiB", "start s", "file not in memory s", "MiB then"),
           [(j["entries"], j["snapshot_at"], j["entities"], j["seconds"], j["mib"], statistics.median(j["start_s"]),
             statistics.median(j["cold_start_s"]), "%.0f" % j["resident_mib"])])
    yield ("Growth: municipalities in one idle process, resident MiB",
           ("municipalities", "empty", "just used", "idle", "idle, restarted", "idle CPU %"),
           [(m["municipalities"], m["empty_mib"], m["after_use_mib"], m["idle_mib"], m["restarted_idle_mib"],
             m["idle_cpu_percent"])])
    yield ("Growth: targets", ("what", "at most", "is", ""), list(targets(got)))


def targets(got):
    def target(what, most, value, form):
        return what, form % most, form % value, "met" if value <= most else "MISSED"

    for weeks in WEEKS:
        for (name, value), (_, words) in zip(got["live"][weeks]["ratios"].items(), COSTS):
            yield target("%s (%s; weeks: %s)" % (words, name, weeks), MOST_RATIO, value, "%.2f")
    yield target("start from the snapshot, s", MOST_START_S, statistics.median(got["journal"]["start_s"]), "%.2f")
    yield target("idle municipalities, MiB", MOST_IDLE_MIB, got["municipalities"]["idle_mib"], "%.0f")
