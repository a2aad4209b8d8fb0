// Figures for those who run the server, in Prometheus' text form: how many, how long, how much.
// Never who, what or where: labels are methods, codes, doors, and the municipality's code.
#ifndef SAMSYN_SERVER_WEB_METRICS_H_
#define SAMSYN_SERVER_WEB_METRICS_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <string>

#include "server/engine/engine.h"
#include "server/service/call_observer.h"
#include "server/service/server.h"

namespace samsyn::web {

// Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // For ServerOptions::observe: counts the calls of all doors. May be called until this is gone.
  service::CallObserver CallObserver();

  // One answer of the HTTP door; `kind` is one of few fixed words.
  void CountAnswer(absl::string_view kind, int status);

  // What stands at the moment of asking; all must outlive this.
  struct Sources {
    engine::Engine* engine = nullptr;
    const service::Server* server = nullptr;
    std::function<int()> connections;  // of the HTTP door
    std::function<int64_t()> refused;  // by its caps
    std::function<int64_t()> starved;  // of descriptors
  };
  std::string Text(const Sources& sources);

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_METRICS_H_
