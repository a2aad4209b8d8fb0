#!/usr/bin/python3
"""What the situation says of the police's real feed, calculated a second time: stockholm.py ROOT PROGRAM

PROGRAM (stockholm.cc) prints counts, ranges and verdicts of Fridays over three years. Here the same archive is
read, counted and judged by other means: titles cut by an expression, days by the calendar, probabilities by adding
up their terms, Benjamini and Hochberg's procedure by its definition. Both must say the same of every row.
"""
import csv
import gzip
import json
import math
import re
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONTHS = ("januari februari mars april maj juni juli augusti september oktober november december").split()
FAMILIES = {
    "violence": "VIOLENCE ROBBERY CLOSE_RELATION_VIOLENCE THREAT_TO_STAFF SEXUAL_OFFENCE",
    "weapons": "WEAPON_OR_EXPLOSION", "drugs-alcohol": "DRUGS ALCOHOL", "theft": "THEFT BURGLARY FRAUD",
    "damage-fire": "VANDALISM FIRE", "traffic": "RECKLESS_TRAFFIC TRAFFIC_ACCIDENT", "disorder": "DISORDER",
    "unsafety": "UNSAFE_ENVIRONMENT WORRY YOUTH_CONCERN EXTREMISM ONLINE"}
FAMILY_OF = {category: family for family, words in FAMILIES.items() for category in words.split()}
TITLE = re.compile(r"^(\d+) (\w+) (\d\d)[.:](\d\d), (.*)$", re.S)


def types(root):
    """Type of the feed -> family of what counts; None: it does not."""
    with open(root + "/clients/connectors/parse/polisen_types.csv", encoding="utf-8") as f:
        return {row["type"].strip(): FAMILY_OF.get(row["category"]) if row["counted"] == "yes" else None
                for row in csv.DictReader(f)}


def place_of(title, kind, known):
    for word in sorted(known, key=len, reverse=True) if not title.startswith(kind + ", ") else [kind]:
        if title.startswith(word + ", "):
            return title[len(word) + 2:].strip()
    return title.rpartition(", ")[2].strip()


def occurred(published, match):
    day, month, hour, minute = int(match[1]), MONTHS.index(match[2].lower()) + 1, int(match[3]), int(match[4])
    at = datetime(published.year, month, day, hour, minute, tzinfo=STOCKHOLM)
    if at - published > timedelta(days=1):
        at = datetime(published.year - 1, month, day, hour, minute, tzinfo=STOCKHOLM)
    return at


def events(root):
    """When published, when occurred, place and family of each event that counts, by its newest version."""
    families = types(root)
    newest = {}
    with gzip.open(root + "/tests/data/polisen-stockholm.jsonl.gz", "rt", encoding="utf-8") as f:
        for line in f:
            event = json.loads(line)["event"]
            newest[event["id"]] = event
    for event in newest.values():
        published = datetime.strptime(re.sub(r" (\d):", r" 0\1:", event["datetime"]), "%Y-%m-%d %H:%M:%S %z")
        published = published.astimezone(STOCKHOLM)
        match = TITLE.match(event["name"].strip())
        kind = event["type"].strip()
        family = families.get(kind)
        if match and family:
            yield published.timestamp(), occurred(published, match).timestamp(), place_of(match[5], kind, families), family


def chi_squared_tail(x, degrees):
    """P(X >= x), by Simpson's rule over the density."""
    norm = math.exp(-(degrees / 2) * math.log(2) - math.lgamma(degrees / 2))
    steps = 4000
    width = x / steps
    def density(t):
        return norm * t ** (degrees / 2 - 1) * math.exp(-t / 2) if t > 0 else 0.0
    total = sum((4 if i % 2 else 2) * density(i * width) for i in range(1, steps))
    return 1 - (density(0) + total + density(x)) * width / 3


def terms(mean, variance):
    """P(0), P(1), …: Poisson without a variance, else negative binomial."""
    k = 0
    while True:
        if variance is None:
            yield math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
        else:
            size = mean * mean / (variance - mean)
            share = size / (size + mean)
            yield math.exp(math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)
                           + size * math.log(share) + k * math.log(1 - share))
        k += 1


def judge(count, earlier):
    said = {"count": count, "earlier": earlier, "model": "MODEL_UNSPECIFIED", "low": 0, "high": 0}
    n = len(earlier)
    if n < 4:
        return dict(said, verdict="VERDICT_NO_PAST")
    plain, mean = sum(earlier) / n, (sum(earlier) + 0.5) / n
    variance = sum((one - plain) ** 2 for one in earlier) / (n - 1)
    spread = variance > mean and chi_squared_tail(variance * (n - 1) / mean, n - 1) < 0.05
    said["model"] = "MODEL_NEGATIVE_BINOMIAL" if spread else "MODEL_POISSON"
    below, sums, term = 0.0, 0.0, terms(mean, variance if spread else None)
    low = high = at_most = None
    for k in range(100000):
        if k == count:
            below = sums
        sums += next(term)
        if k == count:
            at_most = sums
        low = k if low is None and sums >= 0.05 else low
        high = k if high is None and sums >= 0.95 else high
        if at_most is not None and high is not None:
            break
    said.update(low=low, high=high)
    if count < 5 and plain < 5:
        return dict(said, verdict="VERDICT_TOO_FEW")
    return dict(said, verdict="VERDICT_AS_USUAL", probability=min(1.0, 2 * min(at_most, 1 - below)), mean=plain)


def mark(rows):
    tested = [row for row in rows if row["verdict"] == "VERDICT_AS_USUAL"]
    for row in tested:
        # Adjusted by definition: the least, over all that are no smaller, of p·m/rank.
        adjusted = min(other["probability"] * len(tested)
                       / sum(1 for one in tested if one["probability"] <= other["probability"])
                       for other in tested if other["probability"] >= row["probability"])
        row["marked"] = adjusted <= 0.1
    for row in tested:
        if row["marked"]:
            row["verdict"] = "VERDICT_MORE" if row["count"] > row["mean"] else "VERDICT_FEWER"


def situation(at, counted):
    """Rows by name at 05:00 of a Friday without a meeting: seven days back, compared as far as the next 05:00."""
    morning = datetime.fromtimestamp(at, STOCKHOLM)
    begin = at - 7 * 86400  # elapsed: a week in which clocks are changed has 168 hours too
    start, end = datetime.fromtimestamp(begin, STOCKHOLM), morning + timedelta(days=1)
    windows = [((start - timedelta(days=7 * k)).timestamp(), (end - timedelta(days=7 * k)).timestamp())
               for k in range(12, 0, -1)]
    cells = defaultdict(lambda: [0, [0] * 12])
    alive, first = set(), defaultdict(lambda: math.inf)
    for time, place, family in counted:
        names = [f"{place or 'unlocated'}.{family}", f"{place or 'unlocated'}.all", f"all.{family}", "all.all"]
        first[names[0]] = min(first[names[0]], time)
        hits = [i for i, (a, b) in enumerate(windows) if a <= time < b and time < begin]
        if time >= begin or hits:
            alive.add(names[0])
        for name in names if time >= begin or hits else []:
            cells[name][0] += time >= begin
            for i in hits:
                cells[name][1][i] += 1
    known = min((first[name] for name in alive), default=math.inf)
    unknown = sum(1 for a, _ in windows if a < known)
    rows = {name: judge(count, earlier[unknown:]) for name, (count, earlier) in cells.items()}
    totals = [row for name, row in rows.items() if "all" in name.split(".")]
    mark(totals)
    mark([row for name, row in rows.items() if "all" not in name.split(".")])
    return rows


def main():
    root, program = sys.argv[1:]
    printed = subprocess.run([program, root + "/tests/data/polisen-stockholm.jsonl.gz"], check=True,
                             stdout=subprocess.PIPE).stdout.decode()
    said = defaultdict(dict)
    for line in printed.splitlines():
        row = json.loads(line)
        said[row.pop("at")][row.pop("row")] = row
    counted = list(events(root))
    wrong, compared = [], 0
    verdicts = defaultdict(int)
    for at, rows in sorted(said.items()):
        here = situation(at, [event for published, *event in counted if published <= at])
        day = datetime.fromtimestamp(at, STOCKHOLM).date()
        if set(here) != set(rows):
            wrong.append(f"{day}: rows {sorted(set(here) ^ set(rows))[:5]}")
        for name in set(here) & set(rows):
            compared += 1
            verdicts[rows[name]["verdict"]] += 1
            ours, theirs = here[name], rows[name]
            same = all(ours.get(key) == theirs.get(key)
                       for key in ("count", "earlier", "verdict", "model", "low", "high"))
            same = same and abs(ours.get("probability", -1) - theirs.get("probability", -1)) < 1e-6
            if not same:
                wrong.append(f"{day} {name}: {ours} here, {theirs} there")
    print(f"{len(said)} Fridays, {compared} rows, {dict(verdicts)}")
    for line in wrong[:10]:
        print(line)
    # Enough of everything that there is something to agree on.
    enough = compared > 1000 and all(verdicts["VERDICT_" + word] for word in ("MORE", "AS_USUAL", "TOO_FEW"))
    return 0 if enough and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
