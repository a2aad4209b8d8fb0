// What the secrecy harness asks of findings: gaps, breaks of series and suggested priorities. Each
// must be the same as if what the member may not see had never been there.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_FINDINGS_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_FINDINGS_H_

#include <samsyn/v1/indicator.pb.h>
#include <samsyn/v1/problem.pb.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "server/analysis/gaps.h"
#include "server/analysis/priorities.h"
#include "tests/simulation/secrecy_together.h"

namespace samsyn::simulation {

class SecrecyFindings : public SecrecyTogether {
 public:
  using SecrecyTogether::SecrecyTogether;
  // How many gaps and breaks were looked at.
  int gaps() const { return gaps_; }
  int breaks() const { return breaks_; }

 protected:
  void LookFurther(const std::string& member) override {
    SecrecyTogether::LookFurther(member);
    ListAll<v1::ListIndicatorsResponse>(member, "IndicatorService", v1::ListIndicatorsRequest());
    CheckFindings(member);
    CheckBreaks(member);
    CheckPriorities(member);
  }

  // Records a value of an area and one of the whole municipality, of a few periods and versions, so
  // that series and gaps come about.
  bool RecordSome(const std::string& member, v1::ReleaseClass release_class) {
    const std::string canary = Canary();
    const v1::RecordIndicatorsRequest request = SomeIndicators(canary, release_class);
    v1::RecordIndicatorsResponse response;
    if (!Call(member, "IndicatorService", request, &response).ok()) return false;
    Home(canary, response.indicators(0).name());
    for (const v1::Indicator& one : response.indicators()) {
      made_["indicators"].push_back(one.name());
    }
    return true;
  }

 private:
  v1::RecordIndicatorsRequest SomeIndicators(const std::string& canary,
                                             v1::ReleaseClass release_class) {
    static constexpr const char* kAreas[] = {"handen", "jordbro", "vega", "brandbergen"};
    v1::RecordIndicatorsRequest request;
    request.set_request_id(NewRequestId());
    request.set_municipality(kMunicipality);
    const absl::Time end =
        absl::FromUnixSeconds(1600000000) + absl::Hours(24 * 365 * static_cast<int>(Below(2)));
    const std::string version = absl::StrCat(Below(2));
    for (const bool whole : {false, true}) {
      v1::Indicator& indicator = *request.add_indicators();
      indicator.set_nature(v1::Indicator::NATURE_PERCEIVED);
      indicator.set_instrument(v1::Indicator::INSTRUMENT_SURVEY);
      indicator.set_instrument_version(version);
      indicator.set_measure("Otrygg ute sent");
      *indicator.mutable_period_start_time() = domain::TimestampOf(end - absl::Hours(24 * 61));
      *indicator.mutable_period_end_time() = domain::TimestampOf(end);
      if (!whole) indicator.set_area(AreaName(kAreas[Below(std::size(kAreas))]));
      if (!whole) indicator.set_text(canary);
      indicator.set_value(whole ? 20 : static_cast<double>(Below(100)));
      indicator.set_unit(v1::Indicator::UNIT_PERCENT);
      indicator.set_n(500);
      indicator.set_direction(v1::Indicator::DIRECTION_HIGHER_IS_WORSE);
      indicator.mutable_release()->set_release_class(release_class);
    }
    return request;
  }

  // Gaps and priorities are read from all there is, and from what the member sees alone: both must
  // say the same.
  void CheckFindings(const std::string& member) {
    std::string said;
    const auto read = [&](const domain::Picture& picture, const domain::Audience& audience) {
      std::string findings;
      for (const v1::Gap& gap : analysis::Gaps(picture, audience)) {
        findings += gap.ShortDebugString();
        ++gaps_;
      }
      for (const auto& one : analysis::SuggestPriorities(picture, audience, {}, clock_.Now())) {
        findings += one.ShortDebugString();
      }
      return findings;
    };
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      const std::string name = MemberName(member);
      domain::Picture seen;
      for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
        picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const auto& entity) {
          // Deployments are only named, by what is shown of them.
          const std::string& one = domain::NameOf(*entity);
          const bool named = entity->has_deployment() && model.MaySee(name, one);
          if (named || model.SeesWhole(name, one)) seen.Put(entity);
          return true;
        });
      }
      const domain::Audience audience = domain::AudienceOf(picture, {name, ""});
      said = read(picture, audience);
      EXPECT_EQ(said, read(seen, audience)) << member;
    });
    Judge(member, said, "", "findings");
  }

  // There is an earlier value of another version that the member sees.
  void CheckBreaks(const std::string& member) {
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      const auto all = picture.All<v1::Indicator>();
      for (const auto& one : all) {
        if (!one->breaks_series() || !model.MaySee(MemberName(member), one->name())) continue;
        ++breaks_;
        const bool earlier = std::any_of(all.begin(), all.end(), [&](const auto& other) {
          return other->owner() == one->owner() && other->area() == one->area() &&
                 other->instrument_version() != one->instrument_version() &&
                 other->period_end_time().seconds() < one->period_end_time().seconds() &&
                 model.MaySee(MemberName(member), other->name());
        });
        EXPECT_TRUE(earlier) << member << " is told of a hidden value before "
                             << one->ShortDebugString();
      }
    });
  }

  // What the server answers stands on incidents that the member sees.
  void CheckPriorities(const std::string& member) {
    v1::SuggestPrioritiesRequest request;
    request.set_municipality(kMunicipality);
    v1::SuggestPrioritiesResponse response;
    if (!Call(member, "ProblemService", request, &response).ok()) return;
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      for (const v1::SuggestedPriority& one : response.suggestions()) {
        int sources = 0;
        std::set<std::string> counted;
        for (std::string name : picture.Get<v1::Problem>(one.problem().name())->incidents()) {
          if (!model.SeesWhole(MemberName(member), name)) continue;
          auto incident = picture.Get<v1::Incident>(name);
          while (incident->state() == v1::Incident::STATE_MERGED) {
            incident = picture.Get<v1::Incident>(name = incident->merged_into());
          }
          const bool counts = incident->state() == v1::Incident::STATE_CURRENT &&
                              model.SeesWhole(MemberName(member), name) &&
                              counted.insert(name).second;
          sources += counts ? incident->independent_sources() : 0;
        }
        EXPECT_EQ(one.factors().independent_sources(), sources) << member << "\n" << Dump();
      }
    });
  }

  int gaps_ = 0, breaks_ = 0;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_FINDINGS_H_
