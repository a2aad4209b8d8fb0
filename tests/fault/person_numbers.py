#!/usr/bin/python3
"""A person number is sent in every field of words of every method that writes, as a person and as a machine,
in several forms, through both doors; then it is looked for everywhere: in the data directory, write-ahead log and
all, in the log, in /metrics, in every answer. And what is in the server's memory cannot be had as a core dump.

    tests/fault/person_numbers.py ROOT STUBS SAMSYND      (ctest fault.person_numbers)
"""
import importlib
import os
import re
import resource
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from load import M, node

# Numbers that nobody has, as people write them; the digits of one are those of all.
DIGITS = b"9001189811"
FORMS = ("900118-9811", "19900118-9811", "9001189811", "199001189811", "900118 9811", "900118+9811",
         "900118\u20139811", "900118\u00a09811", "90\u200b01\u00ad18-9811",
         "".join(chr(ord(c) + 0xfee0) for c in "900118-9811"))
SOURCE = "//larm.example/larm"

# Fields that hold no words, by what they name or mean. Everything else is searched.
NAMES = {"member": "members", "secretary": "members", "organisation": "organisations",
         "organisations": "organisations", "directing_organisations": "organisations",
         "responsible_organisation": "organisations", "on_behalf_of": "organisations", "unit": "units",
         "units": "units", "area": "areas", "areas": "areas", "objects": "areas", "parent": "areas", "place": "areas",
         "reports": "reports", "incident": "incidents", "add": "incidents", "remove": "incidents",
         "problem": "problems", "problems": "problems", "deployment": "deployments",
         "deployments": "deployments", "assignment": "assignments", "name": "reports", "entity": "reports",
         "version": "reports"}
CODES = {"request_id", "operation_id", "municipality", "admiralty_code", "anchor_date", "date", "device_id",
         "digest", "end_wall_time", "etag", "ground_id", "link", "moved_to_date", "phone", "push_endpoint",
         "skipped_dates", "source_id", "source_uri", "source_uris", "start_wall_time", "time_zone", "wall_time"}


class Contract:
    """What the descriptors say of the methods that write."""

    def __init__(self, contract):
        self.contract = contract
        self.behaviour = importlib.import_module("google.api.field_behavior_pb2")
        self.methods = []
        for name in sorted(contract.services):
            module = importlib.import_module(contract.services[name].__module__.replace("_pb2_grpc", "_pb2"))
            for method in module.DESCRIPTOR.services_by_name[name + "Service"].methods:
                if "request_id" in method.input_type.fields_by_name:
                    self.methods.append((name, method.name, method.input_type))

    def behaves(self, field, behaviour):
        return behaviour in field.GetOptions().Extensions[self.behaviour.field_behavior]

    def words_in(self, kind, path=(), within=()):
        """Paths to the fields that hold words, as lists of fields."""
        for field in kind.fields:
            if self.behaves(field, self.behaviour.OUTPUT_ONLY) or field.message_type in within:
                continue
            if field.type == field.TYPE_STRING and field.name not in NAMES and field.name not in CODES:
                yield path + (field,)
            elif field.message_type is not None and field.message_type.file.package == "samsyn.v1":
                yield from self.words_in(field.message_type, path + (field,), within + (kind,))

    def fill(self, message):
        """Gives a message what it must have."""
        for field in message.DESCRIPTOR.fields:
            needed = self.behaves(field, self.behaviour.REQUIRED)
            if not needed and field.name not in ("people", "operation_id"):
                continue
            many = field.label == field.LABEL_REPEATED
            if field.message_type is not None:
                inside = getattr(message, field.name)
                self.fill(inside.add() if many else inside)
                if not many:
                    inside.SetInParent()
            else:
                value = self.value_of(field)
                getattr(message, field.name).append(value) if many else setattr(message, field.name, value)
        if message.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
            message.GetCurrentTime()
        elif message.DESCRIPTOR.name == "TimeWindow":
            message.end_time.seconds = message.start_time.seconds + 3600

    @staticmethod
    def value_of(field):
        if field.enum_type is not None:
            return field.enum_type.values[1].number
        if field.type != field.TYPE_STRING:
            return {"latitude_deg": 59.2, "longitude_deg": 18.1}.get(field.name, 1)
        if field.name in ("request_id", "operation_id"):
            return node.new_id()
        if field.name == "municipality":
            return M
        return "%s/%s/x" % (M, NAMES[field.name]) if field.name in NAMES else "x"

    def request_with(self, kind, path, text):
        """A request of the right form with the text at a path; and the path as the server names it."""
        request = getattr(self.contract, kind.name)()
        self.fill(request)
        at, steps = request, []
        for field in path[:-1]:
            at = getattr(at, field.name)
            many = field.label == field.LABEL_REPEATED
            if many:
                at = at[0] if len(at) else at.add()
            steps.append(field.name + ("[0]" if many else ""))
            at.SetInParent()
            request_id = getattr(at, "request_id", None)
            if not at.ListFields() or request_id == "":
                self.fill(at)
        last = path[-1]
        if last.label == last.LABEL_REPEATED:
            del getattr(at, last.name)[:]
            getattr(at, last.name).append(text)
            steps.append(last.name + "[0]")
        else:
            setattr(at, last.name, text)
            steps.append(last.name)
        return request, ".".join(steps)


class Said:
    """All that the server has answered."""

    def __init__(self):
        self.bytes = []

    def refusal(self, call, *arguments):
        try:
            answer = call(*arguments)
        except node.Refused as refused:
            self.bytes.append(repr((str(refused), refused.metadata, refused.violations)).encode())
            return refused
        self.bytes.append(answer.SerializeToString())
        return None


def holds_number(data):
    """Whether the digits stand there in any form: whatever is between them, full-width ones too."""
    plain = re.sub(rb"\xef\xbc([\x90-\x99])", lambda m: bytes([m.group(1)[0] - 0x60]), data)
    return DIGITS in re.sub(rb"[^0-9]", b"", plain) or DIGITS in re.sub(rb"[^0-9]", b"", data)


def search(server, said):
    """Looks everywhere for it."""
    places = [("an answer", data) for data in said.bytes]
    for folder, _, names in os.walk(server.data):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                places.append((os.path.join(folder, name), file.read()))
    with open(server.log_path, "rb") as log:
        places.append(("the log", log.read()))
    assert any(name.endswith("-wal") for name, _ in places) or server.process.poll() is not None
    found = [name for name, data in places if holds_number(data)]
    assert not found, "a person number stands in " + ", ".join(found)
    return len(places), sum(len(data) for _, data in places)


def people_are_refused(contract, client, link_client, said):
    """Every field of every method, named; nothing is changed."""
    before = client.Access.WhoAmI(contract.contract.WhoAmIRequest()).revision
    fields = 0
    for service, method, kind in contract.methods:
        caller = link_client if method == "RedeemLoginLink" else client
        for path in contract.words_in(kind):
            request, name = contract.request_with(kind, path, "Hen, %s, var där." % FORMS[fields % len(FORMS)])
            refused = said.refusal(getattr(getattr(caller, service), method), request)
            assert refused is not None, "%s took %s" % (method, name)
            assert refused.reason == "PERSON_NUMBER", "%s %s: %s" % (method, name, refused)
            assert list(refused.violations) == [name], "%s %s: %s" % (method, name, refused)
            fields += 1
    batch = contract.contract.SubmitReportsRequest()
    for form in FORMS:
        batch.requests.append(report_of(contract.contract, form))
    results = client.Report.SubmitReports(batch)
    said.bytes.append(results.SerializeToString())
    assert all(r.status.code == 3 for r in results.results), results
    after = client.Access.WhoAmI(contract.contract.WhoAmIRequest()).revision
    assert after == before, "a refusal has changed something"
    return fields


def report_of(c, text):
    report = c.Report(category=c.CATEGORY_DISORDER, text="Hen, %s, var där." % text, place_text=text, marks=[text])
    return c.SubmitReportRequest(request_id=node.new_id(), municipality=M, report=report)


def machines_are_masked(c, client, said):
    """Each way of reporting, in each form."""
    batch, pushed = c.SubmitReportsRequest(), []
    for number, form in enumerate(FORMS, 1):
        request = report_of(c, form)
        source = request.report.source
        source.source_uri, source.source_id, source.source_type = SOURCE, str(number), "larm " + form
        source.source_version_time.GetCurrentTime()
        assert said.refusal(client.Report.SubmitReport, request) is None
        report = client.Report.GetReport(c.GetReportRequest(name=c.SubmitReportResponse.FromString(
            said.bytes[-1]).report.name)).report
        assert report.state == c.Report.STATE_SUBMITTED, report
        kinds = [f.kind for f in report.text_findings]
        assert kinds == [c.TextFinding.KIND_MASKED_PERSON_NUMBER] * 4, report
        report.text = "Igen, %s." % form
        amend = c.AmendReportRequest(request_id=node.new_id(), report=report)
        assert said.refusal(client.Report.AmendReport, amend) is None
        batch.requests.append(report_of(c, form))
        pushed.append(c.PushReportsRequest(number=number, request=report_of(c, form)))
    results = client.Report.SubmitReports(batch)
    said.bytes.append(results.SerializeToString())
    assert not any(r.status.code for r in results.results), results
    last = None
    for last in client.Report.stream("PushReports", iter(pushed)):
        said.bytes.append(last.SerializeToString())
        assert not last.refusals, last
    assert last.durable_number == len(FORMS), last
    said.bytes.append(client.Report.ListReports(c.ListReportsRequest(municipality=M)).SerializeToString())
    return 4 * len(FORMS)


def json_door_says_nothing(address, token, said):
    """What is no JSON, or of the wrong type, is not said again."""
    for form in FORMS:
        for body in ('{"report":{"text":"%s" x}}', '{"report":{"severity":"%s"}}', '{"%s":1}', "%s",
                     '{"report":{"category":"%s"}}', '{"report":{"occurredTime":"%s"}}'):
            request = urllib.request.Request(
                "http://%s/samsyn.v1.ReportService/SubmitReport" % address, (body % form).encode(),
                {"content-type": "application/json", "authorization": "Bearer " + token})
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    raise AssertionError("taken: " + str(answer.read()))
            except urllib.error.HTTPError as error:
                said.bytes.append(error.read() + repr(error.headers.items()).encode())
    with urllib.request.urlopen("http://%s/metrics" % address, timeout=30) as answer:
        said.bytes.append(answer.read())


def dumps_core(process):
    """Ends a child as a crash would; whether its memory was written out."""
    process.send_signal(signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT, status
    process.returncode = -signal.SIGABRT
    return os.WCOREDUMP(status)


def memory_stays_private(server):
    """The server is started with leave to dump core, and does not."""
    with open("/proc/%d/limits" % server.process.pid) as limits:
        line = next(line for line in limits if line.startswith("Max core file size"))
    assert line.split()[4:6] == ["0", "0"], line
    other = subprocess.Popen(["sleep", "600"], cwd=os.path.dirname(server.log_path))
    possible = dumps_core(other)
    assert not dumps_core(server.process), "a core dump was made"
    return possible


def members(c, server, coordinator):
    """A machine of a trusted source, and who signs in by a link."""
    def member(name, roles, **more):
        made = c.Member(organisation=M + "/organisations/kommunen", display_name=name, roles=roles, **more)
        coordinator.Directory.AddMember(c.AddMemberRequest(request_id=node.new_id(), municipality=M, member_id=name,
                                                           member=made))
        return M + "/members/" + name
    setup = coordinator.Directory.GetSetup(c.GetSetupRequest(municipality=M)).setup
    setup.municipality.trusted_sources.add(source_uri=SOURCE)
    coordinator.Directory.ApplySetup(c.ApplySetupRequest(request_id=node.new_id(), setup=setup))
    token = coordinator.Access.IssueToken(c.IssueTokenRequest(
        request_id=node.new_id(), member=member("larm", [c.ROLE_PARTNER_SYSTEM], source_uris=[SOURCE])))
    link = coordinator.Access.CreateLoginLink(c.CreateLoginLinkRequest(
        request_id=node.new_id(), member=member("nisse", [c.ROLE_REPORTER])))
    return (node.Client(c, server.address, token.secret), node.Client(c, server.address, link.secret), token.secret)


def main():
    root, stubs, samsynd = sys.argv[1:4]
    c = node.make_stubs(root, stubs)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    web = "127.0.0.1:%d" % node.free_port()
    said = Said()
    assert all(holds_number(form.encode()) for form in FORMS), "this test would not find it"
    with node.Node(c, samsynd, web=web) as server:
        server.create("0136")
        server.start("--log-level", "debug")
        coordinator = server.client()
        machine, link, token = members(c, server, coordinator)
        fields = people_are_refused(Contract(c), coordinator, link, said)
        reports = machines_are_masked(c, machine, said)
        json_door_says_nothing(web, token, said)
        search(server, said)
        assert server.stop() == 0
        server.start("--log-level", "debug")
        places, size = search(server, said)
        possible = memory_stays_private(server)
        search(server, said)
    print("%d fields refused, %d reports masked; nothing in %d places of %d kB; %s" % (
        fields, reports, places, size // 1000,
        "no core dump" if possible else "core dumps cannot be had here, the limit is 0"))


if __name__ == "__main__":
    main()
