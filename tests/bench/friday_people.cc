// What people of a simulated municipality do by themselves.
#include <absl/strings/str_cat.h>

#include "tests/bench/friday_meeting.h"

namespace samsyn::bench {
namespace {

constexpr char kSource[] = "https://example.org/bench";

struct Said {
  v1::Category category;
  const char* text;
};
constexpr Said kSaid[] = {
    {v1::CATEGORY_VANDALISM, "Klotter på väggen mot gångtunneln, nytt sedan i går kväll."},
    {v1::CATEGORY_DISORDER, "Högljutt sällskap på torget till sent, boende har ringt två gånger."},
    {v1::CATEGORY_RECKLESS_TRAFFIC, "Mopeder i hög fart bland gående vid busshållplatsen."},
    {v1::CATEGORY_UNSAFE_ENVIRONMENT,
     "Belysningen på gångvägen är släckt mellan skolan och torget."},
    {v1::CATEGORY_FIRE, "Brand i en papperskorg, släckt av boende innan den spred sig."},
    {v1::CATEGORY_DRUGS, "Misstänkt handel vid infarten till garaget, flera bilar på kort tid."},
    {v1::CATEGORY_THEFT, "Cyklar tagna ur cykelrummet, låset är uppbrutet."},
    {v1::CATEGORY_WORRY, "Boende säger att de undviker gången efter klockan 20."},
};

v1::SubmitReportRequest ReportOf(Person& person, size_t area, size_t kind, int number) {
  v1::SubmitReportRequest request;
  request.set_request_id(NewUuid());
  request.set_municipality(person.municipality());
  v1::Report& report = *request.mutable_report();
  const Said& said = kSaid[kind % std::size(kSaid)];
  report.set_category(said.category);
  report.set_text(absl::StrCat(number, " ", said.text));
  report.set_area(person.Name("areas", absl::StrCat("a", area % model::kAreas)));
  report.set_severity(1 + static_cast<int>(kind % 4));
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  // A while ago, but not before the evening, or the meeting, which are shorter here.
  const absl::Duration ago = person.world().Scaled(600);
  report.mutable_occurred_time()->set_seconds(absl::ToUnixSeconds(absl::Now() - ago));
  return request;
}

void SourceOf(v1::Report& report, const std::string& id) {
  report.mutable_source()->set_source_uri(kSource);
  report.mutable_source()->set_source_id(id);
  report.mutable_source()->mutable_source_version_time()->set_seconds(
      absl::ToUnixSeconds(absl::Now()));
}

}  // namespace

// ---- A unit.

v1::Assignment FieldUnit::Mine() {
  std::lock_guard<std::mutex> lock(mutex_);
  return assignment_;
}

void FieldUnit::Took(const v1::Assignment& assignment) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (assignment.revision() > assignment_.revision()) assignment_ = assignment;
}

v1::DeviceStamp FieldUnit::StampLocked() {
  v1::DeviceStamp stamp;
  stamp.set_operation_id(NewUuid());
  stamp.mutable_device_time()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  stamp.set_device_id("phone");
  stamp.set_sequence(++sequence_);
  stamp.set_definition_version(assignment_.definition_version());
  stamp.set_status_version(assignment_.status_version());
  return stamp;
}

// The phone says that it has what it was offered; a person opens it, and answers.
void FieldUnit::Heard(const v1::WatchResponse& response, std::mt19937_64& chance) {
  for (const v1::Entity& entity : response.upserted()) {
    if (!entity.has_assignment() || entity.assignment().unit() != person_->unit()) continue;
    Took(entity.assignment());
    if (entity.assignment().state() != v1::Assignment::STATE_OFFERED) continue;
    std::lock_guard<std::mutex> lock(mutex_);
    if (answering_) continue;
    answering_ = true;
    seen_seconds_ = std::exponential_distribution<>(1 / model::kSeenSeconds)(chance);
    accepted_seconds_ = std::exponential_distribution<>(1 / model::kAcceptedSeconds)(chance);
    World& world = person_->world();
    world.later.After(world.Scaled(model::kDeliveredSeconds), [this] { Deliver(); });
  }
}

void FieldUnit::Deliver() {
  v1::ReportDeliveryRequest request;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    request.set_request_id(NewUuid());
    request.set_name(assignment_.name());
    *request.mutable_stamp() = StampLocked();
  }
  World& world = person_->world();
  person_->Begin<v1::ReportDeliveryRequest, v1::ReportDeliveryResponse>(
      "ReportDelivery", request,
      [](Client& c, auto... a) { c.assignments().async()->ReportDelivery(a...); },
      world.tally.writes,
      [this, &world](const v1::ReportDeliveryResponse& response) {
        Took(response.assignment());
        world.later.After(world.Scaled(seen_seconds_),
                          [this] { Answer(v1::AcknowledgeAssignmentRequest::ANSWER_SEEN); });
      });
}

void FieldUnit::Answer(v1::AcknowledgeAssignmentRequest::Answer answer) {
  v1::AcknowledgeAssignmentRequest request;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    request.set_request_id(NewUuid());
    request.set_name(assignment_.name());
    request.set_answer(answer);
    *request.mutable_stamp() = StampLocked();
  }
  World& world = person_->world();
  person_->Begin<v1::AcknowledgeAssignmentRequest, v1::AcknowledgeAssignmentResponse>(
      "AcknowledgeAssignment", request,
      [](Client& c, auto... a) { c.assignments().async()->AcknowledgeAssignment(a...); },
      world.tally.writes,
      [this, &world, answer](const v1::AcknowledgeAssignmentResponse& response) {
        Took(response.assignment());
        if (answer != v1::AcknowledgeAssignmentRequest::ANSWER_SEEN) return;
        world.later.After(world.Scaled(accepted_seconds_),
                          [this] { Answer(v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED); });
      });
}

// One step on: on its way, there, a pause, there again.
void FieldUnit::Step() {
  v1::UpdateAssignmentRequest request;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    using A = v1::Assignment;
    switch (assignment_.state()) {
      case A::STATE_ACCEPTED:
        request.set_state(A::STATE_EN_ROUTE);
        break;
      case A::STATE_EN_ROUTE:
      case A::STATE_PAUSED:
        request.set_state(A::STATE_ON_SCENE);
        break;
      case A::STATE_ON_SCENE:
        request.set_state(A::STATE_PAUSED);
        break;
      default:
        return;
    }
    request.set_request_id(NewUuid());
    request.set_name(assignment_.name());
    *request.mutable_stamp() = StampLocked();
  }
  person_->Begin<v1::UpdateAssignmentRequest, v1::UpdateAssignmentResponse>(
      "UpdateAssignment", request,
      [](Client& c, auto... a) { c.assignments().async()->UpdateAssignment(a...); },
      person_->world().tally.writes,
      [this](const v1::UpdateAssignmentResponse& response) { Took(response.assignment()); });
}

void FieldUnit::Note() {
  v1::AddFieldUpdateRequest request;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (assignment_.state() < v1::Assignment::STATE_ACCEPTED) return;
    request.set_request_id(NewUuid());
    request.set_name(assignment_.name());
    request.set_text("Lugnt på torget, två samtal med ungdomar, inget att anmärka.");
    request.set_minutes_on_place(12);
    *request.mutable_stamp() = StampLocked();
  }
  person_->Begin<v1::AddFieldUpdateRequest, v1::AddFieldUpdateResponse>(
      "AddFieldUpdate", request,
      [](Client& c, auto... a) { c.assignments().async()->AddFieldUpdate(a...); },
      person_->world().tally.writes);
}

void FieldUnit::ShowPosition() {
  const v1::Assignment mine = Mine();
  if (mine.state() != v1::Assignment::STATE_EN_ROUTE &&
      mine.state() != v1::Assignment::STATE_ON_SCENE) {
    return;
  }
  v1::ReportPositionRequest request;
  request.set_request_id(NewUuid());
  request.set_name(mine.name());
  request.mutable_point()->set_latitude_deg(59.17 +
                                            1e-4 * static_cast<double>(mine.revision() % 100));
  request.mutable_point()->set_longitude_deg(18.14);
  request.set_point_precision_m(20);
  person_->Begin<v1::ReportPositionRequest, v1::ReportPositionResponse>(
      "ReportPosition", request,
      [](Client& c, auto... a) { c.assignments().async()->ReportPosition(a...); },
      person_->world().tally.writes);
}

// ---- A municipality.

void Town::Add(const std::string& kind, std::unique_ptr<Person> person) {
  if (kind == "participant") participants_.push_back(std::move(person));
  if (kind == "unit") units_.push_back(std::make_unique<FieldUnit>(std::move(person)));
  if (kind == "partner") partner_ = std::move(person);
}

void Town::PushHistory() {
  grpc::ClientContext context;
  Client& client = partner_->At(0);
  client.Prepare(context);
  const auto stream = client.reports().PushReports(&context);
  for (int number = 1; number <= model::kPastReports; ++number) {
    v1::PushReportsRequest item;
    item.set_number(number);
    *item.mutable_request() = ReportOf(*partner_, Below(model::kAreas), Below(100), 0);
    v1::Report& report = *item.mutable_request()->mutable_report();
    SourceOf(report, absl::StrCat("past ", number));
    report.mutable_occurred_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) - 3600 -
                                                static_cast<int64_t>(Below(12 * 7 * 24 * 3600)));
    // The server takes some hundred before it has answered the first.
    if (!stream->Write(item)) break;
  }
  stream->WritesDone();
  v1::PushReportsResponse answer;
  int64_t durable = 0;
  while (stream->Read(&answer)) durable = answer.durable_number();
  world_.tally.Call(durable == model::kPastReports ? "PushReports" : "PushReports cut short", 0,
                    stream->Finish());
}

void Town::ArriveOne(Person& person, bool situation,
                     std::function<void(const v1::WatchResponse&)> heard) {
  const absl::Duration after =
      world_.Scaled(static_cast<double>(Below(model::kArriveMinutes * 60)));
  world_.later.After(after, [this, &person, situation, heard = std::move(heard)] {
    person.Begin<v1::WhoAmIRequest, v1::WhoAmIResponse>(
        "WhoAmI", {}, [](Client& c, auto... a) { c.access().async()->WhoAmI(a...); },
        world_.tally.reads);
    person.Watch(heard);
    if (situation) AskSituation(person);
  });
}

void Town::Arrive() {
  for (size_t i = 0; i < participants_.size(); ++i) {
    Person& person = *participants_[i];
    const bool situation =
        static_cast<double>(i) < model::kSituationShare * static_cast<double>(participants_.size());
    const auto waits = std::make_shared<std::atomic<bool>>(false);
    ArriveOne(person, situation, [this, &person, situation, waits](const v1::WatchResponse& heard) {
      bool counts = false;
      for (const v1::Entity& entity : heard.upserted()) counts |= entity.has_situation_cell();
      if (!situation || !counts || waits->exchange(true)) return;
      world_.later.After(world_.Scaled(model::kSituationSeconds), [this, &person, waits] {
        *waits = false;
        AskSituation(person);
      });
    });
  }
  for (size_t i = 0; i < units_.size(); ++i) {
    FieldUnit& unit = *units_[i];
    const auto chance = std::make_shared<std::mt19937_64>(chance_());
    ArriveOne(unit.person(), false,
              [&unit, chance](const v1::WatchResponse& heard) { unit.Heard(heard, *chance); });
    if (static_cast<double>(i) >= model::kShowing * static_cast<double>(units_.size())) continue;
    v1::SetPositionConsentRequest consent;
    consent.set_request_id(NewUuid());
    consent.set_consents(true);
    unit.person().Begin<v1::SetPositionConsentRequest, v1::SetPositionConsentResponse>(
        "SetPositionConsent", consent,
        [](Client& c, auto... a) { c.access().async()->SetPositionConsent(a...); },
        world_.tally.writes);
  }
}

void Town::Leave() {
  for (auto& person : participants_) person->StopWatching();
  for (auto& unit : units_) unit->person().StopWatching();
}

bool Town::IsCurrent() {
  for (auto& person : participants_) {
    if (!person->IsCurrent()) return false;
  }
  for (auto& unit : units_) {
    if (!unit->person().IsCurrent()) return false;
  }
  return true;
}

void Town::Spread(double times, double hours, std::function<void()> act) {
  const int count = std::poisson_distribution<>(times * hours)(chance_);
  for (int i = 0; i < count; ++i) {
    world_.later.After(world_.Scaled(hours * static_cast<double>(Below(3'600'000)) / 1000), act);
  }
}

void Town::Live(const model::Hour& hour, double share) {
  const auto report = [this](Person& person) {
    const size_t area = Below(model::kAreas), kind = Below(100);
    const bool reviewed = static_cast<double>(Below(1000)) < 1000 * model::kReviewed;
    const double seconds = Exponential(60 * model::kReviewMinutes);
    return [=, this, &person] { Report(person, area, kind, reviewed, seconds); };
  };
  const auto read = [this](Person& person) {
    return [this, &person, which = Below(3)] { Read(person, which); };
  };
  for (auto& person : participants_) {
    Spread(hour.reports_a_participant, share, report(*person));
    Spread(hour.reads_a_participant, share, read(*person));
  }
  for (size_t i = 0; i < units_.size(); ++i) {
    FieldUnit& unit = *units_[i];
    Spread(hour.reports_a_unit, share, report(unit.person()));
    Spread(hour.reads_a_unit, share, read(unit.person()));
    Spread(hour.steps_a_unit, share, [&unit] { unit.Step(); });
    Spread(hour.notes_a_unit, share, [&unit] { unit.Note(); });
    if (static_cast<double>(i) < model::kShowing * static_cast<double>(units_.size())) {
      Spread(hour.positions_a_showing, share, [&unit] { unit.ShowPosition(); });
    }
  }
  const int partner = std::poisson_distribution<>(hour.partner_reports * share)(chance_);
  for (int i = 0; i < partner; ++i) {
    const size_t area = Below(model::kAreas), kind = Below(100);
    const double at = share * static_cast<double>(Below(3600));
    world_.later.After(world_.Scaled(at), [this, area, kind, number = ++pushed_] {
      PartnerReport(area, kind, number);
    });
  }
}

void Town::Report(Person& person, size_t area, size_t kind, bool reviewed, double review_seconds) {
  const int number = world_.numbered.Next();
  ++world_.tally.reports;
  person.Begin<v1::SubmitReportRequest, v1::SubmitReportResponse>(
      "SubmitReport", ReportOf(person, area, kind, number),
      [](Client& c, auto... a) { c.reports().async()->SubmitReport(a...); }, world_.tally.writes,
      [=, this](const v1::SubmitReportResponse& response) {
        world_.numbered.Acknowledged(number);
        if (!reviewed) return;
        world_.later.After(world_.Scaled(review_seconds), [this, name = response.report().name()] {
          v1::ReviewReportRequest review;
          review.set_request_id(NewUuid());
          review.set_name(name);
          review.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
          review.set_no_personal_data(true);
          chair().Begin<v1::ReviewReportRequest, v1::ReviewReportResponse>(
              "ReviewReport", review,
              [](Client& c, auto... a) { c.reports().async()->ReviewReport(a...); },
              world_.tally.writes);
        });
      });
}

void Town::PartnerReport(size_t area, size_t kind, int number) {
  const int known = world_.numbered.Next();
  ++world_.tally.reports;
  v1::SubmitReportRequest request = ReportOf(*partner_, area, kind, known);
  SourceOf(*request.mutable_report(), absl::StrCat("now ", number));
  partner_->Begin<v1::SubmitReportRequest, v1::SubmitReportResponse>(
      "SubmitReport of a system", request,
      [](Client& c, auto... a) { c.reports().async()->SubmitReport(a...); }, world_.tally.writes,
      [this, known](const v1::SubmitReportResponse&) { world_.numbered.Acknowledged(known); });
}

void Town::AskSituation(Person& person) {
  v1::GetSituationRequest request;
  request.set_municipality(person.municipality());
  person.Begin<v1::GetSituationRequest, v1::GetSituationResponse>(
      "GetSituation", request,
      [](Client& c, auto... a) { c.situation().async()->GetSituation(a...); },
      world_.tally.situations);
}

void Town::Read(Person& person, size_t which) {
  if (which == 0) {
    v1::ListReportsRequest request;
    request.set_municipality(person.municipality());
    request.set_page_size(50);
    return person.Begin<v1::ListReportsRequest, v1::ListReportsResponse>(
        "ListReports", request,
        [](Client& c, auto... a) { c.reports().async()->ListReports(a...); }, world_.tally.reads);
  }
  if (which == 1) {
    v1::ListDeploymentsRequest request;
    request.set_municipality(person.municipality());
    return person.Begin<v1::ListDeploymentsRequest, v1::ListDeploymentsResponse>(
        "ListDeployments", request,
        [](Client& c, auto... a) { c.deployments().async()->ListDeployments(a...); },
        world_.tally.reads);
  }
  v1::GetCoverageRequest request;
  request.set_municipality(person.municipality());
  person.Begin<v1::GetCoverageRequest, v1::GetCoverageResponse>(
      "GetCoverage", request,
      [](Client& c, auto... a) { c.deployments().async()->GetCoverage(a...); }, world_.tally.reads);
}

}  // namespace samsyn::bench
