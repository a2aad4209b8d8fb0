#include "server/engine/judge.h"

#include <memory>
#include <utility>
#include <vector>

#include "server/analysis/possible_verdicts.h"
#include "server/analysis/verdicts.h"

namespace samsyn::engine {
namespace {

std::vector<domain::EntityPtr> Wrapped(std::vector<v1::SituationVerdict> verdicts) {
  std::vector<domain::EntityPtr> entities;
  entities.reserve(verdicts.size());
  for (v1::SituationVerdict& verdict : verdicts) {
    entities.push_back(std::make_shared<const v1::Entity>(domain::Wrap(std::move(verdict))));
  }
  return entities;
}

}  // namespace

watch::Judge SituationJudge() {
  watch::Judge judge;
  judge.verdicts = [](const domain::Picture& picture, const domain::Audience& audience) {
    return Wrapped(analysis::Verdicts(picture, audience));
  };
  judge.possible = [](const domain::Picture& picture) {
    return Wrapped(analysis::PossibleVerdicts(picture));
  };
  return judge;
}

}  // namespace samsyn::engine
