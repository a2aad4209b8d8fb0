#!/usr/bin/python3
"""One Friday, end to end, by a stranger's client: python3-grpcio, stubs from the contract, a real samsynd.

    tests/interop/friday.py ROOT STUBS SAMSYND      (ctest interop.python_friday)

Every step is a call of the public API by the member who would make it. A second organisation watches all
the while; at the end what it has equals what it can list.
"""
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "testing"))
import node  # noqa: E402
import picture  # noqa: E402

M = "municipalities/0136"
FEED = "https://example.org/events"


def org(name):
    return M + "/organisations/" + name


def member(name):
    return M + "/members/" + name


def unit(name):
    return M + "/units/" + name


def area(name):
    return M + "/areas/" + name


def said(what):
    print("  " + what, flush=True)


def same(what, got, wanted):
    if got != wanted:
        raise AssertionError("%s: got %r, wanted %r" % (what, got, wanted))


class Friday:
    def __init__(self, contract, server):
        self.c, self.server = contract, server
        self.who = {"coordinator": server.client()}
        self.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.operations = 0

    # Helpers.

    def window(self, begin_h, end_h):
        window = self.c.TimeWindow()
        window.start_time.FromDatetime(self.now + datetime.timedelta(hours=begin_h))
        window.end_time.FromDatetime(self.now + datetime.timedelta(hours=end_h))
        return window

    def refused(self, code, reason, call, request):
        """Makes a call that must be refused so; returns the refusal."""
        try:
            call(request)
        except node.Refused as refusal:
            same("code", refusal.code, code)
            same("reason", refusal.reason, reason)
            same("domain", refusal.domain, "samsyn")
            if not refusal.message.strip():
                raise AssertionError("a refusal without a sentence")
            return refusal
        raise AssertionError("not refused: %s" % request)

    def stamp(self, assignment):
        self.operations += 1
        stamp = self.c.DeviceStamp(operation_id=node.new_id(), device_id="phone", sequence=self.operations,
                                   definition_version=assignment.definition_version,
                                   status_version=assignment.status_version)
        stamp.device_time.GetCurrentTime()
        return stamp

    # The day, in its order.

    def set_up(self):
        c, directory = self.c, self.who["coordinator"].Directory
        setup = directory.GetSetup(c.GetSetupRequest(municipality=M)).setup
        setup.municipality.trusted_sources.add(source_uri=FEED)
        kommunen = self.who["coordinator"].Access.WhoAmI(c.WhoAmIRequest()).organisation.name
        self.kommunen = kommunen
        self.add_organisations(setup)
        self.add_members(setup, kommunen)
        for name, owner, power in (("trygghetsvardar", kommunen, c.Unit.POWER_HOST),
                                   ("patrull", org("polisen"), c.Unit.POWER_POLICE),
                                   ("rondering", org("bostader"), c.Unit.POWER_HOST)):
            setup.units.add(name=unit(name), organisation=owner, display_name=name.title(), power=power)
        for name in ("brandbergen", "handen"):
            setup.areas.add(name=area(name), display_name=name.title(), kind=c.Area.KIND_DISTRICT)

        tried = directory.ApplySetup(c.ApplySetupRequest(request_id=node.new_id(), setup=setup,
                                                         validate_only=True))
        same("nothing is written by validate_only", directory.ListAreas(
            c.ListAreasRequest(municipality=M)).areas[:], [])
        request = c.ApplySetupRequest(request_id=node.new_id(), setup=setup)
        done = directory.ApplySetup(request)
        same("differences", len(done.differences), len(tried.differences))
        again = directory.ApplySetup(request)
        same("a repeat has the first revision", again.revision, done.revision)
        request.setup.areas[0].display_name = "Another"
        self.refused("ALREADY_EXISTS", "REQUEST_ID_REUSED", directory.ApplySetup, request)
        said("set up: %d differences, revision %d" % (len(done.differences), done.revision))
        for name in ("chair", "reviewer", "police", "police-system", "landlord", "field"):
            token = self.who["coordinator"].Access.IssueToken(c.IssueTokenRequest(
                request_id=node.new_id(), member=member(name), note="friday"))
            self.who[name] = node.Client(c, self.server.address, token.secret)
            same("who am I", self.who[name].Access.WhoAmI(c.WhoAmIRequest()).member.name, member(name))

    def add_organisations(self, setup):
        c = self.c
        for name, kind, authority in (("polisen", c.ORGANISATION_KIND_POLICE, True),
                                      ("bostader", c.ORGANISATION_KIND_PROPERTY_OWNER, False)):
            setup.organisations.add(name=org(name), display_name=name.title(), kind=kind, authority=authority,
                                    default_class=c.RELEASE_CLASS_PARTNER)

    def add_members(self, setup, kommunen):
        c = self.c
        for name, owner, roles in (
                ("chair", kommunen, [c.ROLE_CHAIR, c.ROLE_SECRETARY]),
                ("reviewer", kommunen, [c.ROLE_REVIEWER, c.ROLE_REPORTER, c.ROLE_DISPATCHER]),
                ("police", org("polisen"), [c.ROLE_REPORTER, c.ROLE_DISPATCHER]),
                ("police-system", org("polisen"), [c.ROLE_PARTNER_SYSTEM]),
                ("landlord", org("bostader"), [c.ROLE_REPORTER, c.ROLE_DISPATCHER]),
                ("field", kommunen, [c.ROLE_FIELD])):
            one = setup.members.add(name=member(name), organisation=owner, display_name=name.title(),
                                    function=name, roles=roles)
            if name == "police-system":
                one.source_uris.append(FEED)
            if name == "field":
                one.units.append(unit("trygghetsvardar"))

    def event(self, number, text, version_h=-2.0):
        c = self.c
        report = c.Report(category=c.CATEGORY_VANDALISM, area=area("handen"), text=text,
                          release=c.ReleaseState(release_class=c.RELEASE_CLASS_PUBLIC))
        report.occurred_time.FromDatetime(self.now - datetime.timedelta(hours=3))
        report.source.source_uri, report.source.source_id = FEED, str(number)
        report.source.source_type = "Skadegörelse"
        report.source.source_version_time.FromDatetime(self.now + datetime.timedelta(hours=version_h))
        return c.SubmitReportRequest(request_id=node.new_id(), municipality=M, report=report)

    def import_events(self):
        """The police's system: once as a batch, once more as a stream of pushes."""
        c, partner = self.c, self.who["police-system"].Report
        batch = c.SubmitReportsRequest(requests=[self.event(n, "Klotter %d" % n) for n in range(5)])
        effects = [r.effect for r in partner.SubmitReports(batch).results]
        same("new", effects, [c.SubmitReportsResult.EFFECT_CREATED] * 5)
        second = c.SubmitReportsRequest(requests=[
            self.event(0, "Klotter 0"), self.event(1, "Klotter 1, och en ruta", -1.0),
            self.event(2, "Klotter 2, äldre", -3.0)])
        effects = [r.effect for r in partner.SubmitReports(second).results]
        same("R8", effects, [c.SubmitReportsResult.EFFECT_UNCHANGED, c.SubmitReportsResult.EFFECT_AMENDED,
                             c.SubmitReportsResult.EFFECT_UNCHANGED])
        foreign = self.event(9, "Inte vår källa")
        foreign.report.source.source_uri = "https://example.org/other"
        self.refused("PERMISSION_DENIED", "SOURCE_NOT_YOURS", partner.SubmitReport, foreign)
        said("imported: 5 new, 1 amended, 2 unchanged; a foreign source refused")
        self.push_events(partner)

    def push_events(self, partner):
        c, count = self.c, 40
        pushes = [c.PushReportsRequest(number=n, request=self.event(100 + n, "Skadegörelse %d" % n))
                  for n in range(1, count)]
        pushes.append(c.PushReportsRequest(number=count, request=self.event(100 + count, "")))
        covered, refusals = 0, []
        for answer in partner.stream("PushReports", iter(pushes), timeout=30):
            if answer.durable_number < covered:
                raise AssertionError("the covered number went back")
            covered = answer.durable_number
            refusals += answer.refusals
        same("covered", covered, count)
        same("refused pushes", [r.number for r in refusals], [count])
        said("pushed: %d, of them one refused with its number" % count)

    def report(self, who, text, **fields):
        c = self.c
        request = c.SubmitReportRequest(request_id=node.new_id(), municipality=M, report=c.Report(
            category=fields.pop("category", c.CATEGORY_VANDALISM), area=area("brandbergen"), text=text, **fields))
        first = self.who[who].Report.SubmitReport(request)
        again = self.who[who].Report.SubmitReport(request)
        same("a repeat is the same report", (again.report.name, again.report.revision),
             (first.report.name, first.report.revision))
        return first.report

    def people_report(self):
        c = self.c
        bad = c.SubmitReportRequest(request_id="not-a-uuid", municipality=M, report=c.Report(
            area=area("brandbergen"), point=c.LatLng(latitude_deg=18.14, longitude_deg=59.17)))
        refusal = self.refused("INVALID_ARGUMENT", "INVALID_FIELDS", self.who["landlord"].Report.SubmitReport, bad)
        for field in ("request_id", "report.category", "report.text"):
            if field not in refusal.violations:
                raise AssertionError("%s is not among %s" % (field, sorted(refusal.violations)))
        same("swapped coordinates are named", [f for f in refusal.violations if f.startswith("report.point")] != [],
             True)
        swedish = node.Client(c, self.server.address, dict(self.who["landlord"].metadata)["authorization"][7:], "sv")
        other = self.refused("INVALID_ARGUMENT", "INVALID_FIELDS", swedish.Report.SubmitReport, bad)
        swedish.close()
        same("the sentence is in the caller's language", other.message != refusal.message, True)
        self.reports = [self.report("landlord", "Krossad ruta i port 4"), self.report("reviewer", "Klotter på skolan")]
        self.secret = self.report("police", "Samlingar vid garaget", category=c.CATEGORY_DRUGS,
                                  release=c.ReleaseState(release_class=c.RELEASE_CLASS_AUTHORITY))
        self.refused("NOT_FOUND", "NOT_FOUND", self.who["landlord"].Report.GetReport,
                     c.GetReportRequest(name=self.secret.name))
        for report in self.reports + [self.secret]:
            reviewed = self.who["reviewer"].Report.ReviewReport(c.ReviewReportRequest(
                request_id=node.new_id(), name=report.name, etag=report.etag,
                verdict=c.ReviewReportRequest.VERDICT_ACCEPT, no_personal_data=True))
            same("accepted", reviewed.report.state, c.Report.STATE_ACCEPTED)
        said("three organisations reported; all faults of a bad request named at once, in two languages")

    def counts(self, who):
        """(area id, family) -> actual, as that member sees them."""
        rows = self.who[who].Situation.GetSituation(self.c.GetSituationRequest(municipality=M)).rows
        return {(r.area.rsplit("/", 1)[-1], r.family): r.actual for r in rows}

    def state_problem(self):
        c = self.c
        here = ("brandbergen", c.FAMILY_DAMAGE_FIRE)
        same("counted", self.counts("landlord")[here], 2)
        hidden = ("brandbergen", c.FAMILY_DRUGS_ALCOHOL)
        same("the police's is counted for authorities only",
             (self.counts("landlord").get(hidden, 0), self.counts("reviewer").get(hidden, 0)), (0, 1))
        problems = self.who["chair"].Problem
        self.problem = problems.CreateProblem(c.CreateProblemRequest(
            request_id=node.new_id(), municipality=M, problem=c.Problem(
                statement="Skadegörelse i Brandbergen på kvällarna", areas=[area("brandbergen")],
                focus_area=c.FOCUS_AREA_PUBLIC_ENVIRONMENT))).problem
        incidents = [self.who["chair"].Report.GetReport(c.GetReportRequest(name=r.name)).report.incident
                     for r in self.reports]
        self.problem = problems.LinkIncidents(c.LinkIncidentsRequest(
            request_id=node.new_id(), name=self.problem.name, etag=self.problem.etag, add=incidents)).problem
        same("linked", sorted(self.problem.incidents), sorted(incidents))
        said("the problem stands, with %d incidents" % len(incidents))

    def open_meeting(self):
        c, chair = self.c, self.who["chair"].Meeting
        meeting = c.Meeting()
        meeting.scheduled_time.FromDatetime(self.now + datetime.timedelta(hours=1))
        planned = chair.ScheduleMeeting(c.ScheduleMeetingRequest(request_id=node.new_id(), municipality=M,
                                                                 meeting=meeting)).meeting
        self.refused("PERMISSION_DENIED", "ROLE_MISSING", self.who["landlord"].Meeting.OpenMeeting,
                     c.OpenMeetingRequest(request_id=node.new_id(), name=planned.name))
        self.meeting = chair.OpenMeeting(c.OpenMeetingRequest(request_id=node.new_id(), name=planned.name)).meeting
        for who in ("police", "landlord"):
            self.who[who].Meeting.JoinMeeting(c.JoinMeetingRequest(request_id=node.new_id(), name=planned.name))
        self.advance(c.Meeting.PHASE_ROUND)
        self.who["police"].Meeting.AddRoundEntry(c.AddRoundEntryRequest(
            request_id=node.new_id(), name=planned.name, entry=c.RoundEntry(kind=c.RoundEntry.KIND_ORAL)))
        spoken = chair.AddRoundEntry(c.AddRoundEntryRequest(
            request_id=node.new_id(), name=planned.name, on_behalf_of=org("bostader"),
            entry=c.RoundEntry(kind=c.RoundEntry.KIND_SAID, text="Vi har bytt lås i två portar."))).round_entry
        same("said by", (spoken.organisation, spoken.recorded_by), (org("bostader"), member("chair")))
        self.advance(c.Meeting.PHASE_LEVELS)
        chair.AssessAreas(c.AssessAreasRequest(
            request_id=node.new_id(), name=planned.name, unchanged_for_the_rest=True,
            levels=[c.AssessAreasRequest.Level(area=area("brandbergen"), level=c.AREA_LEVEL_YELLOW,
                                               reason="Skadegörelse flera kvällar")]))
        self.advance(c.Meeting.PHASE_PRIORITIES)
        chair.SetPriorities(c.SetPrioritiesRequest(request_id=node.new_id(), name=planned.name,
                                                   problems=[self.problem.name]))
        self.advance(c.Meeting.PHASE_DECISIONS)
        said("the meeting %s is open; the round, levels and priorities are done" % planned.name)

    def advance(self, phase):
        c = self.c
        self.meeting = self.who["chair"].Meeting.AdvanceMeeting(c.AdvanceMeetingRequest(
            request_id=node.new_id(), name=self.meeting.name, phase=phase)).meeting
        same("phase", self.meeting.phase, phase)

    def propose(self):
        c, chair = self.c, self.who["chair"].Deployment
        wanted = c.Deployment(problem=self.problem.name, aim="Synliga vuxna i Brandbergen i kväll",
                              kind=c.Deployment.KIND_VISIBLE_PATROL, areas=[area("brandbergen")],
                              window=self.window(-0.5, 5), instruction="Gå slingan förbi port 4.")
        self.deployment = chair.ProposeDeployment(c.ProposeDeploymentRequest(
            request_id=node.new_id(), municipality=M, deployment=wanted)).deployment
        same("proposed", self.deployment.state, c.Deployment.STATE_PROPOSED)
        # The landlord's unit is wanted, and the landlord objects to how.
        self.who["landlord"].Deployment.CommitUnit(c.CommitUnitRequest(
            request_id=node.new_id(), name=self.deployment.name, unit=unit("rondering")))
        objection = c.TakePositionRequest(request_id=node.new_id(), name=self.deployment.name,
                                          stance=c.Position.STANCE_OBJECT)
        try:
            self.who["landlord"].Deployment.TakePosition(objection)
            raise AssertionError("an objection without a reason was taken")
        except node.Refused as refusal:
            same("an objection needs a reason", refusal.code, "INVALID_ARGUMENT")
        objection.request_id, objection.reason = node.new_id(), "Vår personal går inte ensam efter 22."
        self.who["landlord"].Deployment.TakePosition(objection)
        self.deployment = chair.GetDeployment(c.GetDeploymentRequest(name=self.deployment.name)).deployment
        self.refused("FAILED_PRECONDITION", "DECISION_INCOMPLETE", chair.DecideDeployment, self.decision())
        said("proposed; objected to; not to be decided so")

    def decision(self):
        return self.c.DecideDeploymentRequest(request_id=node.new_id(), name=self.deployment.name,
                                              etag=self.deployment.etag)

    def revise(self):
        c, chair = self.c, self.who["chair"].Deployment
        revised = c.Deployment()
        revised.CopyFrom(self.deployment)
        revised.responsible_organisation = self.kommunen
        revised.follow_up_due_time.FromDatetime(self.now + datetime.timedelta(days=7))
        revised.window.CopyFrom(self.window(-0.5, 4))
        request = c.ReviseDeploymentRequest(request_id=node.new_id(), etag='"1"', deployment=revised)
        self.refused("ABORTED", "ETAG_MISMATCH", chair.ReviseDeployment, request)
        request.request_id, request.etag = node.new_id(), self.deployment.etag
        self.deployment = chair.ReviseDeployment(request).deployment
        if any(p.stance == c.Position.STANCE_OBJECT for p in self.deployment.positions):
            self.refused("FAILED_PRECONDITION", "OBJECTION_STANDS", chair.DecideDeployment, self.decision())
        self.who["landlord"].Deployment.TakePosition(c.TakePositionRequest(
            request_id=node.new_id(), name=self.deployment.name, stance=c.Position.STANCE_SUPPORT))
        said("revised to end earlier; the landlord supports it")

    def decide(self):
        c, chair = self.c, self.who["chair"].Deployment
        self.refused("PERMISSION_DENIED", "NOT_YOUR_ORGANISATION", self.who["landlord"].Deployment.CommitUnit,
                     c.CommitUnitRequest(request_id=node.new_id(), name=self.deployment.name,
                                         unit=unit("trygghetsvardar")))
        self.who["reviewer"].Deployment.CommitUnit(c.CommitUnitRequest(
            request_id=node.new_id(), name=self.deployment.name, unit=unit("trygghetsvardar")))
        behalf = chair.CommitUnit(c.CommitUnitRequest(
            request_id=node.new_id(), name=self.deployment.name, unit=unit("patrull"),
            on_behalf_of=org("polisen"))).deployment
        recorded = [x.recorded_by for x in behalf.commitments if x.organisation == org("polisen")]
        same("said aloud in the meeting", recorded, [member("chair")])
        self.deployment = chair.GetDeployment(c.GetDeploymentRequest(name=self.deployment.name)).deployment
        self.deployment = chair.DecideDeployment(self.decision()).deployment
        same("decided", self.deployment.state, c.Deployment.STATE_DECIDED)
        self.take_twice()
        said("decided; the police's patrol committed on its behalf; nobody is booked twice")

    def take_twice(self):
        """R3: the same unit in an overlapping window."""
        c, chair = self.c, self.who["chair"].Deployment
        second = chair.ProposeDeployment(c.ProposeDeploymentRequest(
            request_id=node.new_id(), municipality=M, deployment=c.Deployment(
                problem=self.problem.name, aim="Handen också", kind=c.Deployment.KIND_FOOT_STOP,
                areas=[area("handen")], window=self.window(3, 6)))).deployment
        clash = self.refused("FAILED_PRECONDITION", "UNIT_TAKEN", self.who["reviewer"].Deployment.CommitUnit,
                             c.CommitUnitRequest(request_id=node.new_id(), name=second.name,
                                                 unit=unit("trygghetsvardar")))
        if not clash.metadata.get("clash"):
            raise AssertionError("the clash is not named")
        chair.CancelDeployment(c.CancelDeploymentRequest(request_id=node.new_id(), name=second.name,
                                                         etag=second.etag, reason="Dubbelbokat"))

    def in_the_field(self):
        c, field = self.c, self.who["field"].Assignment
        mine = field.ListAssignments(c.ListAssignmentsRequest(municipality=M, unit=unit("trygghetsvardar")))
        same("one assignment", len(mine.assignments), 1)
        one = mine.assignments[0]
        same("offered at once", one.state, c.Assignment.STATE_OFFERED)
        self.refused("NOT_FOUND", "NOT_FOUND", self.who["landlord"].Assignment.GetAssignment,
                     c.GetAssignmentRequest(name=one.name))
        delivery = c.ReportDeliveryRequest(request_id=node.new_id(), name=one.name, stamp=self.stamp(one))
        one = field.ReportDelivery(delivery).assignment
        same("delivered", one.state, c.Assignment.STATE_DELIVERED)
        for answer, state in ((c.AcknowledgeAssignmentRequest.ANSWER_SEEN, c.Assignment.STATE_SEEN),
                              (c.AcknowledgeAssignmentRequest.ANSWER_ACCEPTED, c.Assignment.STATE_ACCEPTED)):
            one = field.AcknowledgeAssignment(c.AcknowledgeAssignmentRequest(
                request_id=node.new_id(), name=one.name, answer=answer, stamp=self.stamp(one))).assignment
            same("acknowledged", one.state, state)
        for state in (c.Assignment.STATE_EN_ROUTE, c.Assignment.STATE_ON_SCENE):
            one = field.UpdateAssignment(c.UpdateAssignmentRequest(
                request_id=node.new_id(), name=one.name, state=state, stamp=self.stamp(one))).assignment
            same("on its way", one.state, state)
        deployment = self.who["chair"].Deployment.GetDeployment(
            c.GetDeploymentRequest(name=self.deployment.name)).deployment
        same("the first on scene makes it active", deployment.state, c.Deployment.STATE_ACTIVE)
        back = c.UpdateAssignmentRequest(request_id=node.new_id(), name=one.name,
                                         state=c.Assignment.STATE_EN_ROUTE, stamp=self.stamp(one))
        self.refused("FAILED_PRECONDITION", "WRONG_STATE", field.UpdateAssignment, back)
        one = field.UpdateAssignment(c.UpdateAssignmentRequest(
            request_id=node.new_id(), name=one.name, state=c.Assignment.STATE_DONE, minutes_on_place=35,
            text="Lugnt. Två samtal.", stamp=self.stamp(one))).assignment
        same("done", one.state, c.Assignment.STATE_DONE)
        said("offered, delivered, seen, accepted, on its way, on scene, done")

    def close(self):
        c, chair = self.c, self.who["chair"].Meeting
        closed = chair.CloseMeeting(c.CloseMeetingRequest(request_id=node.new_id(), name=self.meeting.name)).meeting
        same("closed", closed.phase, c.Meeting.PHASE_CLOSED)
        minutes = chair.GetMinutes(c.GetMinutesRequest(name=self.meeting.name))
        same("minutes", (minutes.draft, len(minutes.entries)), (False, 2))
        if "Brandbergen" not in minutes.markdown:
            raise AssertionError("the minutes do not name the area:\n" + minutes.markdown)
        same("the edition", (minutes.edition, minutes.state, len(minutes.decisions)),
             (1, c.Minutes.STATE_DRAFT, 1))
        approved = chair.ApproveMinutes(c.ApproveMinutesRequest(
            request_id=node.new_id(), name=self.meeting.name, digest=minutes.digest))
        same("approved", (approved.meeting.phase, approved.minutes.state),
             (c.Meeting.PHASE_APPROVED, c.Minutes.STATE_APPROVED))
        self.revision = approved.revision
        same("a new period begins", self.counts("landlord").get(("brandbergen", c.FAMILY_DAMAGE_FIRE), 0), 0)
        said("closed; the minutes are there and approved; a new period has begun")

    def lists(self, who):
        """Everything that a member can list: name -> message."""
        c, client, found = self.c, self.who[who], {}
        for service, plural in (("Directory", "Organisations"), ("Directory", "Members"), ("Directory", "Units"),
                                ("Directory", "Areas"), ("Report", "Reports"), ("Incident", "Incidents"),
                                ("Problem", "Problems"), ("Meeting", "Meetings"), ("Deployment", "Deployments"),
                                ("Assignment", "Assignments")):
            token = ""
            while True:
                request = getattr(c, "List%sRequest" % plural)(
                    municipality=M, page_size=7, page_token=token, min_revision=self.revision)
                page = getattr(getattr(client, service), "List" + plural)(request)
                for one in getattr(page, plural.lower()):
                    if one.name in found:
                        raise AssertionError("listed twice: " + one.name)
                    found[one.name] = one
                token = page.next_page_token
                if not token:
                    break
        return found

    def compare(self, who, watched):
        listed = self.lists(who)
        watched.wait(lambda p: p.current and p.revision >= self.revision, "revision %d" % self.revision)
        seen = {}
        for kind in ("organisation", "member", "unit", "area", "report", "incident", "problem", "meeting",
                     "deployment", "assignment"):
            seen.update(watched.of(kind))
        same("%s: only in one of list and picture" % who, sorted(set(listed) ^ set(seen)), [])
        for name, one in listed.items():
            same("%s: %s" % (who, name), seen[name], one)
        said("%s watched %d entities, equal to what it lists" % (who, len(listed)))


def main():
    root, stubs, samsynd = sys.argv[1:4]
    contract = node.make_stubs(root, stubs)
    with node.Node(contract, samsynd) as server:
        server.create("0136")
        server.start()
        friday = Friday(contract, server)
        friday.set_up()
        watched = {who: picture.Picture(friday.who[who], M) for who in ("landlord", "police", "field")}
        for step in (friday.import_events, friday.people_report, friday.state_problem, friday.open_meeting,
                     friday.propose, friday.revise, friday.decide, friday.in_the_field, friday.close):
            step()
            watched["police"].cut()
        for who, one in watched.items():
            friday.compare(who, one)
        hidden = friday.secret.name
        same("the landlord never had it", hidden in watched["landlord"].entities, False)
        same("the police did", hidden in watched["police"].entities, True)
        proof = friday.who["coordinator"].Audit.VerifyJournal(contract.VerifyJournalRequest(municipality=M))
        same("the chain", (proof.intact, proof.finding), (True, ""))
        for one in watched.values():
            one.close()
        same("samsynd ends well", server.stop(), 0)
    print("A Friday went through.")


if __name__ == "__main__":
    main()
