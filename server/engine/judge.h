// What the watch sends beside the picture: the situation's verdicts.
#ifndef SAMSYN_SERVER_ENGINE_JUDGE_H_
#define SAMSYN_SERVER_ENGINE_JUDGE_H_

#include "server/watch/feed.h"

namespace samsyn::engine {

watch::Judge SituationJudge();

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_JUDGE_H_
