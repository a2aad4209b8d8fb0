// What the secrecy harness asks of answers that tell of many things at once: the agenda, minutes,
// what was delivered, coverage, the log, the card of a unit, what came of a report. Each must read,
// to the byte, as if what the member may not see had never been there.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_TOGETHER_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_TOGETHER_H_

#include <string>
#include <vector>

#include "server/analysis/coverage.h"
#include "server/analysis/feedback.h"
#include "server/domain/agenda.h"
#include "server/domain/delivery.h"
#include "server/domain/minutes.h"
#include "server/domain/minutes_parts.h"
#include "server/domain/minutes_rules.h"
#include "server/domain/night_log.h"
#include "server/domain/unit_checks.h"
#include "server/domain/unit_sheet.h"
#include "tests/simulation/secrecy_reading.h"

namespace samsyn::simulation {

class SecrecyTogether : public SecrecyReading {
 public:
  using SecrecyReading::SecrecyReading;
  // How many answers would have been others with all there is.
  int narrowed() const { return narrowed_; }

 protected:
  void LookFurther(const std::string& member) override {
    AskTheServer(member);
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      const std::string name = MemberName(member);
      domain::Picture seen;
      KeepWhatIsSeen(name, model, picture, seen);
      const domain::Audience audience = domain::AudienceOf(picture, {name, ""});
      domain::Audience all;
      all.municipality = kMunicipality;
      all.everything = true;
      const std::vector<std::string> told = Told(picture, audience);
      const std::vector<std::string> alone = Told(seen, audience);
      const std::vector<std::string> whole = Told(picture, all);
      ASSERT_EQ(told.size(), alone.size());
      for (size_t i = 0; i < told.size(); ++i) {
        EXPECT_TRUE(told[i] == alone[i]) << member << "\n" << Apart(told[i], alone[i]);
        narrowed_ += told[i] == whole[i] ? 0 : 1;
      }
    });
  }

 private:
  // Where two answers begin to differ.
  static std::string Apart(const std::string& told, const std::string& alone) {
    size_t at = 0;
    while (at < told.size() && at < alone.size() && told[at] == alone[at]) ++at;
    const size_t from = at < 100 ? 0 : at - 100;
    return absl::StrCat("told:  ", told.substr(from, 400), "\nalone: ", alone.substr(from, 400));
  }

  // Asks each question: `ask(request, response, service, read)`, where `read(request, view,
  // audience, &response)` answers it from a picture.
  template <typename Ask>
  void EachQuestion(Ask ask) {
    using domain::Audience;
    using domain::View;
    const absl::Time now = clock_.Now();
    for (const std::string& meeting : made_["meetings"]) {
      for (int rendition = 0; rendition <= v1::GetMinutesRequest::Rendition_MAX; ++rendition) {
        v1::GetMinutesRequest request;
        request.set_name(meeting);
        request.set_rendition(static_cast<v1::GetMinutesRequest::Rendition>(rendition));
        ask(request, v1::GetMinutesResponse(), "MeetingService", domain::GetMinutes);
      }
      v1::GetAgendaRequest agenda;
      agenda.set_name(meeting);
      ask(agenda, v1::GetAgendaResponse(), "MeetingService", domain::GetAgenda);
    }
    for (const std::string& deployment : made_["deployments"]) {
      v1::GetDeliveryRequest delivery;
      delivery.set_name(deployment);
      ask(delivery, v1::GetDeliveryResponse(), "DeploymentService",
          [=](const auto& request, const View& view, const Audience& audience, auto* response) {
            return domain::GetDelivery(request, view, audience, now, response);
          });
      v1::CheckUnitsRequest checks;
      checks.set_name(deployment);
      ask(checks, v1::CheckUnitsResponse(), "DeploymentService", domain::CheckUnits);
    }
    v1::GetCoverageRequest coverage;
    coverage.set_municipality(kMunicipality);
    *coverage.mutable_window() = Around();
    ask(coverage, v1::GetCoverageResponse(), "DeploymentService",
        [=](const auto& request, const View& view, const Audience& audience, auto* response) {
          return analysis::GetCoverage(request, view, audience, now, response);
        });
    v1::GetLogRequest log;
    log.set_municipality(kMunicipality);
    ask(log, v1::GetLogResponse(), "DeploymentService",
        [=](const auto& request, const View& view, const Audience& audience, auto* response) {
          return domain::GetLog(request, view, audience, now, response);
        });
    for (const char* unit : kUnits) {
      v1::GetUnitSheetRequest sheet;
      sheet.set_unit(UnitName(unit));
      ask(sheet, v1::GetUnitSheetResponse(), "AssignmentService",
          [=](const auto& request, const View& view, const Audience& audience, auto* response) {
            return domain::GetUnitSheet(request, view, audience, now, response);
          });
    }
    for (const std::string& report : made_["reports"]) {
      v1::GetReportFeedbackRequest feedback;
      feedback.set_name(report);
      ask(feedback, v1::GetReportFeedbackResponse(), "ReportService", analysis::GetReportFeedback);
    }
  }

  // Over the wire, where canaries and names are looked for in the answers.
  void AskTheServer(const std::string& member) {
    EachQuestion([&](const auto& request, auto response, const char* service, auto) {
      Call(member, service, request, &response);
    });
  }

  // The same, read from a picture.
  std::vector<std::string> Told(const domain::View& view, const domain::Audience& audience) {
    std::vector<std::string> told;
    EachQuestion([&](const auto& request, auto response, const char*, auto read) {
      const absl::Status status = read(request, view, audience, &response);
      told.push_back(status.ok() ? response.ShortDebugString() : std::string(status.message()));
    });
    return told;
  }

  // The entity that a part of minutes was.
  static v1::Entity PartOf(const v1::MinutesItem& item) {
    if (item.has_problem()) return domain::Wrap(item.problem());
    if (item.has_deployment()) return domain::Wrap(item.deployment());
    return domain::Wrap(item.meeting_part());
  }

  // All that the member may see, and nothing else. What proves that minutes are whole is worked out
  // of that, too.
  static void KeepWhatIsSeen(const std::string& member, const SecrecyModel& model,
                             const domain::Picture& picture, domain::Picture& seen) {
    for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
      picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& entity) {
        if (model.MaySeeVersion(
                member, entity->has_minutes_item() ? PartOf(entity->minutes_item()) : *entity)) {
          seen.Put(entity);
        }
        return true;
      });
    }
    domain::Audience all;
    all.municipality = kMunicipality;
    all.everything = true;
    for (const auto& one : seen.All<v1::Minutes>()) {
      v1::Minutes minutes = *one;
      minutes.set_digest(
          domain::DigestOf(domain::PartsFor(seen, all, minutes.meeting()),
                           domain::CorrectionsUpTo(seen, minutes.meeting(), minutes.edition())));
      seen.Put(std::make_shared<v1::Entity>(domain::Wrap(std::move(minutes))));
    }
  }

  v1::TimeWindow Around() const {
    v1::TimeWindow window;
    *window.mutable_start_time() = domain::TimestampOf(clock_.Now() - absl::Hours(12));
    *window.mutable_end_time() = domain::TimestampOf(clock_.Now() + absl::Hours(12));
    return window;
  }

  static constexpr const char* kUnits[] = {"vakt-1", "vakt-2", "patrull", "vardar", "ordning"};
  int narrowed_ = 0;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_TOGETHER_H_
