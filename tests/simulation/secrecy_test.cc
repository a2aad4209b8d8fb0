// The secrecy harness: random histories of reports, reviews, releases, tightenings, deployments,
// meetings, changed rights, passing time, repeats, restarts and forks of the journal, with a canary
// word in every text. After each step the outputs of every member are searched for canaries and
// names that it may not see. A failure prints its seed; SAMSYN_SECRECY_SEED=N repeats that history
// alone, SAMSYN_SECRECY_HISTORIES=N sets how many are run.
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <numeric>

#include "server/domain/incident_rules.h"
#include "tests/simulation/secrecy_evening.h"

namespace samsyn::simulation {
namespace {

class History : public SecrecyEvening {
 public:
  // How often each act went through, and each method, over all histories.
  History(uint64_t seed, std::map<std::string, int>& counts, std::map<std::string, int>& answered)
      : SecrecyEvening(seed, answered), counts_(counts) {}

 private:
  // A meeting is on, something is decided, somebody has it to do.
  void Begin() override {
    Submit();
    StateProblem();
    Meet();
    Meet();
    for (int i = 0; i < 2; ++i) Propose();
    for (int i = 0; i < 5; ++i) Commit();
    for (int i = 0; i < 3; ++i) Decide();
  }

  void Step() override {
    static constexpr struct {
      const char* name;
      void (History::*act)();
      int weight;
    } kActs[] = {{"submit", &History::Submit, 3},
                 {"review", &History::Review, 2},
                 {"repair", &History::Repair, 2},
                 {"amend", &History::Amend, 1},
                 {"retract", &History::Retract, 1},
                 {"merge", &History::Merge, 3},
                 {"split", &History::Split, 1},
                 {"reclassify", &History::Reclassify, 2},
                 {"share", &History::Share, 3},
                 {"decide share", &History::DecideShare, 1},
                 {"end share", &History::EndShare, 2},
                 {"state problem", &History::StateProblem, 1},
                 {"link", &History::Link, 1},
                 {"record", &History::RecordIndicators, 4},
                 {"change a flag", &History::ChangeFlag, 1},
                 {"propose", &History::Propose, 3},
                 {"revise plan", &History::RevisePlan, 1},
                 {"position", &History::Position, 1},
                 {"commit", &History::Commit, 4},
                 {"decide", &History::Decide, 4},
                 {"meet", &History::Meet, 3},
                 {"say", &History::Say, 1},
                 {"assess", &History::Assess, 1},
                 {"prioritise", &History::Prioritise, 1},
                 {"answer", &History::Answer, 4},
                 {"go out", &History::GoOut, 2},
                 {"follow up", &History::FollowUp, 1},
                 {"note", &History::Note, 3},
                 {"say how it went", &History::SayHowItWent, 2},
                 {"sign in", &History::SignIn, 2},
                 {"sign out", &History::SignOut, 1},
                 {"remove a device", &History::RemoveDevice, 1},
                 {"let time pass", &History::LetTimePass, 2},
                 {"change rights", &History::ChangeRights, 1},
                 {"call anything", &History::CallAny, 30},
                 {"call streams", &History::CallStreams, 1},
                 {"repeat", &History::Repeat, 1},
                 {"fork", &History::Fork, 1},
                 {"restart", &History::RestartAll, 1}};
    static const int kTotal =
        std::accumulate(std::begin(kActs), std::end(kActs), 0,
                        [](int sum, const auto& one) { return sum + one.weight; });
    int chosen = static_cast<int>(Below(kTotal));
    const auto* act = std::begin(kActs);
    while (chosen >= act->weight) chosen -= (act++)->weight;
    succeeded_ = true;  // for acts that make no call
    (this->*act->act)();
    counts_[act->name] += succeeded_ ? 1 : 0;
  }

  void Submit() {
    static constexpr v1::Category kCategories[] = {
        v1::CATEGORY_VANDALISM,     v1::CATEGORY_BURGLARY, v1::CATEGORY_DISORDER,
        v1::CATEGORY_YOUTH_CONCERN, v1::CATEGORY_WORRY,    v1::CATEGORY_UNSAFE_ENVIRONMENT,
        v1::CATEGORY_PLANNED_EVENT};
    const std::string canary = Canary();
    v1::SubmitReportRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    v1::Report& report = *request.mutable_report();
    report.set_category(kCategories[Below(std::size(kCategories))]);
    if (Chance(70)) report.set_area(SomeAreaOrPlace());
    report.set_text(absl::StrCat("Något hände ", canary));
    if (report.category() == v1::CATEGORY_PLANNED_EVENT && Chance(60)) {
      report.mutable_recurrence()->set_frequency(v1::Recurrence::FREQUENCY_WEEKLY);
    }
    if (Chance(70)) report.mutable_release()->set_release_class(SomeClass());
    const std::string member = SomePerson().id;
    if (Act<v1::SubmitReportResponse>(member, "ReportService", request, canary)) {
      submitted_.emplace_back(member, request);
    }
  }

  void Review() {
    v1::ReviewReportRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("reports"));
    request.set_verdict(Chance(80) ? v1::ReviewReportRequest::VERDICT_ACCEPT
                                   : v1::ReviewReportRequest::VERDICT_RETURN);
    const std::string canary = Canary();
    request.set_note(canary);
    request.set_no_personal_data(true);
    Home(canary, request.name());
    Act<v1::ReviewReportResponse>(SomePerson().id, "ReportService", request);
  }

  void Repair() {
    const v1::UpdateRepairRequest request = SomeRepair();
    Act<v1::UpdateRepairResponse>(SomebodyOf(request.name()), "ReportService", request);
  }

  void Amend() {
    v1::AmendReportRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_report() = Now<v1::Report>(Some("reports"));
    const std::string canary = Canary();
    request.mutable_report()->set_text(canary);
    Home(canary, request.report().name());
    if (!request.report().name().empty()) {
      Act<v1::AmendReportResponse>(SomebodyOf(request.report().name()), "ReportService",
                                   Without(request));
    }
  }
  // Only what its sender knows anyway may stand in a request.
  static v1::AmendReportRequest Without(v1::AmendReportRequest request) {
    v1::Report& report = *request.mutable_report();
    v1::Report kept;
    kept.set_name(report.name());
    kept.set_category(report.category());
    kept.set_area(report.area());
    kept.set_text(report.text());
    report = kept;
    return request;
  }

  void Retract() {
    v1::RetractReportRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("reports"));
    Act<v1::RetractReportResponse>(SomePerson().id, "ReportService", request);
  }

  // A report of this class that counts.
  std::string Accepted(const std::string& member, v1::ReleaseClass release_class) {
    const std::string canary = Canary();
    v1::SubmitReportRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_area(SomeArea());
    request.mutable_report()->set_text(canary);
    request.mutable_report()->mutable_release()->set_release_class(release_class);
    if (!Act<v1::SubmitReportResponse>(member, "ReportService", request, canary)) return "";
    const std::string name = made_["reports"].back();
    v1::ReviewReportRequest accept;
    accept.set_request_id(NewRequestId());
    accept.set_name(name);
    accept.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
    accept.set_no_personal_data(true);
    Act<v1::ReviewReportResponse>(member, "ReportService", accept);
    return name;
  }

  // Of two that were just accepted, mostly of one class; now and then of any report beside.
  void Merge() {
    const v1::ReleaseClass its_class = SomeClass();
    const std::string stays = Accepted("samordnare", its_class);
    const std::string comes =
        Accepted(Chance(50) ? "polis" : "samordnare", Chance(80) ? its_class : SomeClass());
    v1::MergeReportsRequest request;
    request.set_request_id(NewRequestId());
    request.set_incident(Now<v1::Report>(stays).incident());
    request.add_reports(comes);
    if (Chance(30)) request.add_reports(Some("reports"));
    // It stays with the record as long as this report does.
    const std::string canary = Canary();
    request.set_reason(canary);
    Home(canary, comes);
    Act<v1::MergeReportsResponse>("samordnare", "IncidentService", request);
  }

  void Split() {
    v1::SplitIncidentRequest request;
    request.set_request_id(NewRequestId());
    for (int i = 0; i < 40 && Now<v1::Incident>(request.name()).reports_size() < 2; ++i) {
      if (i == 20) Merge();
      request.set_name(Now<v1::Report>(Some("reports")).incident());
    }
    const auto incident = Now<v1::Incident>(request.name());
    for (const std::string& report : incident.reports()) {
      if (Chance(50)) request.add_reports(report);
    }
    if (Chance(10)) request.add_reports(Some("reports"));
    Act<v1::SplitIncidentResponse>(SomebodyOf(request.name()), "IncidentService", request);
  }

  void Reclassify() {
    v1::SetClassRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(SomeContent());
    request.set_release_class(SomeClass());
    const std::string canary = Canary();
    request.set_reason(canary);
    HomeOfOwner(canary, request.name());
    Act<v1::SetClassResponse>(SomebodyOf(request.name()), "AccessService", request);
  }

  v1::ReleaseEntityRequest SomeShare() {
    v1::ReleaseEntityRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    v1::Release& release = *request.mutable_release();
    release.set_entity(SomeContent());
    release.add_organisations(SomeOrganisation());
    release.set_purpose(Canary());
    release.set_ground("samtycke");
    for (const v1::Withheld what : {v1::WITHHELD_PLACE, v1::WITHHELD_TIME, v1::WITHHELD_TEXT}) {
      if (Chance(30)) release.add_withheld(what);
    }
    request.set_propose(Chance(25));
    if (Chance(50)) {
      *release.mutable_expire_time() = domain::TimestampOf(clock_.Now() + absl::Hours(2));
    }
    return request;
  }

  void Share() {
    const v1::ReleaseEntityRequest request = SomeShare();
    Act<v1::ReleaseEntityResponse>(SomebodyOf(request.release().entity()), "AccessService", request,
                                   request.release().purpose());
  }

  // Of what somebody proposed; mostly the chair, just before.
  void DecideShare() {
    v1::DecideReleaseRequest request;
    request.set_request_id(NewRequestId());
    if (Chance(70)) {
      v1::ReleaseEntityRequest proposal = SomeShare();
      proposal.set_propose(true);
      for (int i = 0; i < 10; ++i) {
        if (OwnerNow(proposal.release().entity()) == OrganisationName("kommunen")) break;
        proposal.mutable_release()->set_entity(SomeContent());
      }
      Act<v1::ReleaseEntityResponse>("ordforande", "AccessService", proposal,
                                     proposal.release().purpose());
    }
    request.set_name(Some("releases"));
    for (int i = 0; i < 10; ++i) {
      if (Now<v1::Release>(request.name()).state() == v1::Release::STATE_PROPOSED) break;
      request.set_name(Some("releases"));
    }
    request.set_approved(Chance(70));
    Act<v1::DecideReleaseResponse>(SomebodyOf(request.name()), "AccessService", request);
  }

  void EndShare() {
    v1::RevokeReleaseRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("releases"));
    Act<v1::RevokeReleaseResponse>(SomebodyOf(request.name()), "AccessService", request);
  }

  void Link() {
    v1::LinkIncidentsRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("problems"));
    const v1::Report report = Now<v1::Report>(Some("reports"));
    if (!report.incident().empty()) request.add_add(report.incident());
    Act<v1::LinkIncidentsResponse>(SomePerson().id, "ProblemService", request);
  }

  // One coordinator asks that an organisation be an authority, or be none; another decides.
  void ChangeFlag() {
    v1::ApplySetupRequest apply;
    apply.set_request_id(NewRequestId());
    FillSetup(apply);
    const int organisations = apply.setup().organisations_size();
    if (organisations == 0) return;
    v1::Organisation& one =
        *apply.mutable_setup()->mutable_organisations(static_cast<int>(Below(organisations)));
    const std::string name = one.name();
    one.set_authority(!Now<v1::Organisation>(name).authority());
    apply.set_validate_only(false);
    v1::ApplySetupResponse applied;
    Call("samordnare", "DirectoryService", apply, &applied);
    v1::DecideAuthorityChangeRequest decide;
    decide.set_request_id(NewRequestId());
    decide.set_name(name);
    decide.set_confirmed(Chance(70));
    Act<v1::DecideAuthorityChangeResponse>(Chance(80) ? "bitradande" : SomePerson().id,
                                           "DirectoryService", decide);
  }

  void RecordIndicators() { succeeded_ = RecordSome(SomePerson().id, SomeClass()); }

  // A link, made by somebody, and what it becomes; both carry words of their own.
  void SignIn() {
    const std::string note = Canary(), device = Canary();
    const std::string who = SomePerson().id;
    v1::CreateLoginLinkRequest request;
    request.set_request_id(NewRequestId());
    if (Chance(60)) request.set_member(MemberName(who));
    request.set_note(note);
    v1::CreateLoginLinkResponse made;
    succeeded_ =
        Call(Chance(50) ? "samordnare" : SomePerson().id, "AccessService", request, &made).ok();
    if (!succeeded_) return;
    Keep(made, note);
    v1::RedeemLoginLinkRequest redeem;
    redeem.set_request_id(NewRequestId());
    redeem.set_device(device);
    v1::RedeemLoginLinkResponse session;
    const std::string member(domain::IdOf(made.token().member()));
    succeeded_ = Call(member, "AccessService", redeem, &session, made.secret()).ok();
    if (!succeeded_) return;
    Home(device, session.session().name());
    sessions_.emplace_back(member, session);
    if (Chance(70)) AgreeToBeWoken(member, session.secret());
  }

  // Somebody's, by who may.
  void RemoveDevice() {
    v1::RemoveDeviceRequest request;
    request.set_request_id(NewRequestId());
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      for (const auto& device : picture.All<v1::Device>()) request.set_name(device->name());
    });
    if (request.name().empty()) {
      succeeded_ = false;
      return;
    }
    Act<v1::RemoveDeviceResponse>("samordnare", "AccessService", request);
  }

  // Its endpoint's word has no home: nobody may ever read it. Its description's is the device.
  void AgreeToBeWoken(const std::string& member, const std::string& session) {
    const std::string description = Canary(), endpoint = Canary();
    v1::RegisterDeviceRequest request;
    request.set_request_id(NewRequestId());
    request.set_push_endpoint(absl::StrCat("https://fcm.googleapis.com/", endpoint));
    request.set_description(description);
    Home(endpoint, "nobody's");
    v1::RegisterDeviceResponse response;
    if (Call(member, "AccessService", request, &response, session).ok()) {
      EXPECT_EQ(response.device().push_endpoint(), "");
      Home(description, response.device().name());
    }
  }

  // In a session: looks around, and signs out or ends another's.
  void SignOut() {
    succeeded_ = !sessions_.empty();
    if (!succeeded_) return;
    const auto& [member, session] = sessions_[Below(sessions_.size())];
    v1::ListReportsRequest list;
    list.set_municipality(kMunicipality);
    v1::ListReportsResponse listed;
    Call(member, "ReportService", list, &listed, session.secret());
    v1::EndSessionRequest request;
    request.set_request_id(NewRequestId());
    if (Chance(50)) request.set_name(sessions_[Below(sessions_.size())].second.session().name());
    v1::EndSessionResponse ended;
    const std::string who = Chance(50) ? member : SomePerson().id;
    succeeded_ =
        Call(who, "AccessService", request, &ended, who == member ? session.secret() : "").ok();
  }

  void LetTimePass() {
    clock_.Advance(absl::Minutes(static_cast<int>(Below(Chance(30) ? 900 : 180))));
    EXPECT_TRUE(nodes_.engine(Below(SecrecyNodes::kNodes)).RunDueTimers(kMunicipality).ok());
    nodes_.Settle();
  }

  // An organisation becomes or ceases to be an authority; a member gets other roles.
  void ChangeRights() {
    const Person& person = SomePerson();
    const bool organisation = Chance(50);
    AsSystem([&](domain::Transaction& transaction) {
      if (organisation) {
        auto changed = *transaction.Get<v1::Organisation>(OrganisationName(person.organisation));
        changed.set_authority(!changed.authority());
        transaction.Put(std::move(changed));
        for (const std::string& incident : domain::MixedIncidents(transaction)) {
          domain::SeparateReleases(incident, transaction, transaction);
        }
      } else if (person.roles.size() > 1) {
        auto changed = *transaction.Get<v1::Member>(MemberName(person.id));
        if (changed.roles_size() > 1) {
          changed.mutable_roles()->RemoveLast();
        } else {
          changed.clear_roles();
          for (const v1::Role role : person.roles) changed.add_roles(role);
        }
        transaction.Put(std::move(changed));
      }
      return absl::OkStatus();
    });
  }

  // The same request again, by the same member (whose rights may be others now) or by somebody
  // else.
  void Repeat() {
    if (submitted_.empty()) return;
    const auto& [member, request] = submitted_[Below(submitted_.size())];
    v1::SubmitReportResponse response;
    if (Chance(70)) {
      Call(member, "ReportService", request, &response);
      return;
    }
    // Somebody else's has another text, so that what it says of its own is no leak of the first.
    v1::SubmitReportRequest other = request;
    const std::string canary = Canary();
    other.mutable_report()->set_text(canary);
    Act<v1::SubmitReportResponse>(SomePerson().id, "ReportService", other, canary);
  }

  void RestartAll() {
    if (Chance(30)) Restart();
  }

  std::map<std::string, int>& counts_;
  std::vector<std::pair<std::string, v1::SubmitReportRequest>> submitted_;
  std::vector<std::pair<std::string, v1::RedeemLoginLinkResponse>> sessions_;
};

int FromEnvironment(const char* name, int otherwise) {
  int value = otherwise;
  const char* text = std::getenv(name);
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

// Every second history each, so that two processors have work.
class Secrecy : public ::testing::TestWithParam<int> {};

TEST_P(Secrecy, R6_NobodyIsToldWhatTheyMayNotSee) {
  const int seed = FromEnvironment("SAMSYN_SECRECY_SEED", 0);
  if (seed != 0 && GetParam() > 0) GTEST_SKIP() << "one history";
  const int histories = seed != 0 ? 1 : FromEnvironment("SAMSYN_SECRECY_HISTORIES", 1000) / 2;
  int64_t outputs = 0;
  std::map<std::string, int> counts, answered;
  for (int i = 0; i < histories; ++i) {
    const int this_seed = seed != 0 ? seed : 1 + 2 * i + GetParam();
    SCOPED_TRACE(absl::StrCat("SAMSYN_SECRECY_SEED=", this_seed));
    History history(this_seed, counts, answered);
    history.Run();
    outputs += history.outputs();
    counts["(without place)"] += history.redacted();
    counts["(gaps)"] += history.gaps();
    counts["(breaks of series)"] += history.breaks();
    counts["(answers narrowed)"] += history.narrowed();
    if (HasFailure()) return;
  }
  std::cout << histories << " histories, " << outputs << " outputs searched\n";
  for (const auto& [act, count] : counts) {
    std::cout << "  " << act << ": " << count << "\n";
    // Histories in which nothing happens prove nothing.
    if (histories >= 100) {
      EXPECT_GT(count, 0) << act;
    }
  }
  // Nor do those in which a method of the contract was never called with success.
  for (const auto* method : testing::AllMethods()) {
    const int times = answered[testing::PathOf(*method)];
    std::cout << "  " << method->full_name() << ": " << times << "\n";
    if (histories >= 100) {
      EXPECT_GT(times, 0) << method->full_name();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Half, Secrecy, ::testing::Values(0, 1));

}  // namespace
}  // namespace samsyn::simulation
