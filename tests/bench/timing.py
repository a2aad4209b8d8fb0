"""Whether the time of an answer tells of what is hidden: Get of a hidden name against one that is not there, and a
list with hidden entities beside the visible against one without. Calls are interleaved, so that what else the machine
does falls on both. Nothing is asserted."""
import random
import time

import node

CODES = ("0136", "0180")  # two municipalities that look the same to the viewer; the first hides more
VISIBLE, HIDDEN = 50, 2000


def set_up(contract, server, code):
    """A member of another organisation than the one that reports; its client."""
    c, m = contract, "municipalities/" + code
    coordinator = server.client(code + "-coordinator")
    setup = coordinator.Directory.GetSetup(c.GetSetupRequest(municipality=m)).setup
    setup.organisations.add(name=m + "/organisations/granne", display_name="Granne", kind=c.ORGANISATION_KIND_SCHOOL)
    setup.members.add(name=m + "/members/viewer", organisation=m + "/organisations/granne", display_name="Viewer",
                      roles=[c.ROLE_REPORTER])
    coordinator.Directory.ApplySetup(c.ApplySetupRequest(request_id=node.new_id(), setup=setup))
    secret = coordinator.Access.IssueToken(c.IssueTokenRequest(
        request_id=node.new_id(), member=m + "/members/viewer")).secret
    return coordinator, node.Client(contract, server.address, secret)


def submit(contract, client, code, count, release_class):
    """Reports of a class; their names."""
    c, names = contract, []
    while len(names) < count:
        batch = c.SubmitReportsRequest(requests=[c.SubmitReportRequest(
            request_id=node.new_id(), municipality="municipalities/" + code, report=c.Report(
                category=c.CATEGORY_DISORDER, text="rapport %d" % (len(names) + i),
                release=c.ReleaseState(release_class=release_class))) for i in range(min(250, count - len(names)))])
        results = client.Report.SubmitReports(batch).results
        names += [r.name for r in results]
    return names


def milliseconds(call):
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1000


def compare(one, other, rounds):
    """p50 of each, and the ratios of p50 and p95; which goes first is chance."""
    times = ([], [])
    for number in range(rounds + 50):
        order = [0, 1] if random.random() < 0.5 else [1, 0]
        for which in order:
            took = milliseconds((one, other)[which])
            if number >= 50:  # warm
                times[which].append(took)
    for each in times:
        each.sort()
    at = lambda share, which: times[which][int(len(times[which]) * share)]  # noqa: E731
    return "%.3f" % at(0.5, 0), "%.3f" % at(0.5, 1), "%.3f" % (at(0.5, 0) / at(0.5, 1)), "%.3f" % (
        at(0.95, 0) / at(0.95, 1))


def measure(contract, samsynd, rounds):
    c = contract
    with node.Node(contract, samsynd) as server:
        for code in CODES:
            server.create(code)
        server.start(*node.UNLIMITED)
        viewers, hidden = [], []
        for code in CODES:
            coordinator, viewer = set_up(contract, server, code)
            submit(contract, coordinator, code, VISIBLE, c.RELEASE_CLASS_PARTNER)
            if not viewers:
                hidden = submit(contract, coordinator, code, HIDDEN, c.RELEASE_CLASS_RESTRICTED)
            viewers.append(viewer)

        def get(name):
            try:
                viewers[0].Report.GetReport(c.GetReportRequest(name=name))
            except node.Refused as refusal:
                assert refusal.reason == "NOT_FOUND", str(refusal)
                return
            raise AssertionError("it is not hidden")

        def listed(which, request):
            found = viewers[which].Report.ListReports(request).reports
            assert len(found) == VISIBLE, len(found)

        missing = "municipalities/%s/reports/%s"
        rows = [("Get, hidden", "Get, missing") + compare(
            lambda: get(random.choice(hidden)), lambda: get(missing % (CODES[0], node.new_id())), rounds)]
        lists = [c.ListReportsRequest(municipality="municipalities/" + code, page_size=1000) for code in CODES]
        rows.append(("List, %d hidden" % HIDDEN, "List, 0 hidden") + compare(
            lambda: listed(0, lists[0]), lambda: listed(1, lists[1]), rounds // 3))
        situations = [c.GetSituationRequest(municipality="municipalities/" + code) for code in CODES]
        rows.append(("Situation, %d hidden" % HIDDEN, "Situation, 0 hidden") + compare(
            lambda: viewers[0].Situation.GetSituation(situations[0]),
            lambda: viewers[1].Situation.GetSituation(situations[1]), rounds // 3))
        server.stop()
    return rows
