#include "clients/cli/watch_view.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

#include "clients/cli/end_signals.h"
#include "clients/cli/fields.h"
#include "clients/cli/situation_grid.h"
#include "clients/cli/table.h"
#include "clients/cli/times.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

constexpr int kNewestReports = 8;
constexpr int kUnusualMost = 8;
constexpr timespec kRedraw = {0, 200'000'000};

std::string KindWord(const v1::Entity& entity, Language language) {
  const auto* value = v1::EntityKind_descriptor()->FindValueByNumber(entity.entity_case());
  return value == nullptr ? "?" : WordOf(*value, language);
}

// One line a change; JSON is a WatchResponse that holds this one change.
void PrintChanges(Output& out, const ChangeSet& set, AreaNames& areas, absl::Time now) {
  for (const WatchChange& change : set.changes) {
    if (change.after != nullptr && change.after->has_area()) {
      areas[change.name] = change.after->area().display_name();
    }
    if (out.json()) {
      v1::WatchResponse line;
      line.set_revision(set.revision);
      if (change.after != nullptr) *line.add_upserted() = *change.after;
      if (change.after == nullptr) line.add_removed(change.name);
      out.stream() << JsonOf(line) << "\n";
    } else {
      out.stream() << WriteClock(now) << "  " << LineOf(change, areas, out.language()) << "\n";
    }
  }
  if (set.current) {
    v1::WatchResponse line;
    line.set_current(true);
    line.set_revision(set.revision);
    if (out.json()) {
      out.stream() << JsonOf(line) << "\n";
    } else {
      out.stream() << WriteClock(now) << "  " << Say(out.language(), "direkt", "live") << "\n";
    }
  }
  out.stream() << std::flush;
}

// Entities of one kind that still matter tonight, as a table.
template <typename Keep>
std::string Section(const Screen& screen, v1::EntityKind kind, Language language, int width,
                    Keep keep, size_t newest = 0) {
  std::vector<std::unique_ptr<Message>> list;
  for (const auto& [name, entity] : screen.entities) {
    if (static_cast<int>(entity->entity_case()) != kind || !keep(*entity)) continue;
    const Message& inside = Unwrapped(*entity);
    list.emplace_back(inside.New());
    list.back()->CopyFrom(inside);
  }
  if (newest > 0 && list.size() > newest) {
    const auto time = [](const std::unique_ptr<Message>& one) {
      return dynamic_cast<const v1::Report&>(*one).occurred_time().seconds();
    };
    std::nth_element(list.begin(), list.begin() + newest, list.end(),
                     [&](const auto& a, const auto& b) { return time(a) > time(b); });
    list.resize(newest);
  }
  std::ostringstream text;
  if (!list.empty()) Output(text, language, false, width).List(std::move(list));
  return text.str();
}

bool Matters(const v1::Deployment& deployment) {
  return deployment.state() == v1::Deployment::STATE_PROPOSED ||
         deployment.state() == v1::Deployment::STATE_DECIDED ||
         deployment.state() == v1::Deployment::STATE_ACTIVE;
}

bool Matters(const v1::Assignment& assignment) {
  return assignment.state() != v1::Assignment::STATE_CANCELLED &&
         assignment.state() != v1::Assignment::STATE_REPLACED &&
         assignment.window().end_time().seconds() > absl::ToUnixSeconds(absl::Now()) - 6 * 3600;
}

// What is more or fewer than usual, a line each.
std::string Unusual(const Screen& screen, const AreaNames& areas, Language language) {
  std::string text;
  int lines = 0;
  for (const auto& [name, entity] : screen.entities) {
    if (!entity->has_situation_verdict() || !IsUnusual(entity->situation_verdict())) continue;
    if (++lines > kUnusualMost) break;
    absl::StrAppend(&text, InWords(entity->situation_verdict(), areas, language), "\n");
  }
  return text;
}

std::string Heading(absl::string_view text, const std::string& body) {
  return body.empty() ? "" : absl::StrCat("\n\x1b[1m", text, "\x1b[0m\n", body);
}

void Size(int* width, int* height) {
  winsize size = {};
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  *width = size.ws_col > 0 ? size.ws_col : 80;
  *height = size.ws_row > 0 ? size.ws_row : 24;
}

// What the loop's thread tells and the drawing thread shows.
class Shared {
 public:
  void Update(const WatchLoop& loop, const ChangeSet& set) {
    std::lock_guard<std::mutex> lock(mutex_);
    screen_.server_time = set.server_time;
    changed_ = true;
    if (!set.changes.empty()) screen_.entities = loop.entities();
  }
  void State(WatchState state) {
    std::lock_guard<std::mutex> lock(mutex_);
    screen_.state = state;
    changed_ = true;
  }
  void End() {
    std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  bool ended() {
    std::lock_guard<std::mutex> lock(mutex_);
    return ended_;
  }
  // True when there is something new to draw.
  bool Take(Screen* screen) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!std::exchange(changed_, false)) return false;
    *screen = screen_;
    return true;
  }

 private:
  std::mutex mutex_;
  Screen screen_;        // guarded by mutex_
  bool changed_ = true;  // guarded by mutex_
  bool ended_ = false;   // guarded by mutex_
};

Failure Filter(Invocation& call, v1::WatchRequest* request) {
  const Reading reading{&call.names, call.now};
  request->set_municipality(call.client.municipality());
  for (const auto& [flag, path, in] :
       {std::tuple("kind", "kinds", ""), std::tuple("area", "areas", "areas"),
        std::tuple("unit", "unit", "units")}) {
    if (!call.Has(flag)) continue;
    Failure failure = SetField(*request, path, in, call.values.at(flag), reading);
    if (!failure.ok()) return failure;
  }
  return {};
}

// Draws until a signal or the end of the loop; returns when either came.
void DrawUntilEnd(Shared& shared, const sigset_t& signals, Output& out, bool live) {
  if (live) out.stream() << "\x1b[?25l";  // no cursor
  while (!shared.ended()) {
    Screen screen;
    if (live && shared.Take(&screen)) {
      int width, height;
      Size(&width, &height);
      out.stream() << "\x1b[H\x1b[2J" << Draw(screen, out.language(), width, height) << std::flush;
    }
    if (sigtimedwait(&signals, nullptr, &kRedraw) > 0) break;
  }
  if (live) out.stream() << "\x1b[?25h\n" << std::flush;
}

}  // namespace

std::string LineOf(const WatchChange& change, const AreaNames& areas, Language language) {
  const v1::Entity& entity = change.after != nullptr ? *change.after : *change.before;
  if (entity.has_situation_verdict()) {
    const v1::SituationVerdict& verdict = entity.situation_verdict();
    if (change.after != nullptr) return InWords(verdict, areas, language);
    return absl::StrCat(SubjectOf(verdict, areas, language), ": ",
                        Say(language, "inget att jämföra längre", "nothing to compare any more"));
  }
  std::string line = absl::StrCat(KindWord(entity, language), " ", ShortId(change.name));
  if (change.after == nullptr) {
    return absl::StrCat(line, " · ", Say(language, "syns inte längre", "no longer in view"));
  }
  const Message& inside = Unwrapped(entity);
  const auto* type = inside.GetDescriptor();
  for (const char* name :
       {"display_name", "area", "areas", "family", "category", "kind", "state", "phase", "level",
        "actual", "unit", "occurred_time", "window", "statement", "aim", "text"}) {
    const auto* field = type->FindFieldByName(name);
    if (field == nullptr) continue;
    const std::string text = TextOf(inside, *field, language);
    if (!text.empty()) absl::StrAppend(&line, " · ", Cut(text, 60));
  }
  return line;
}

std::string Draw(const Screen& screen, Language language, int width, int height) {
  SituationGrid grid;
  AreaNames areas;
  for (const auto& [name, entity] : screen.entities) {
    if (entity->has_area()) {
      grid.Name(name, entity->area().display_name());
      areas[name] = entity->area().display_name();
    }
    if (!entity->has_situation_cell()) continue;
    const v1::SituationCell& cell = entity->situation_cell();
    grid.Add(cell.area(), cell.family(), cell.actual(), cell.perceived());
  }
  std::string text = absl::StrCat(Say(language, "Lägesbild", "Situation"), " · ");
  switch (screen.state) {
    case WatchState::kLive:
      absl::StrAppend(&text, Say(language, "direkt ", "live "), WriteClock(screen.server_time));
      break;
    case WatchState::kLoading:
      absl::StrAppend(&text, Say(language, "hämtar …", "loading …"));
      break;
    case WatchState::kBroken:
      absl::StrAppend(&text, Say(language, "återansluter …", "reconnecting …"));
      break;
  }
  absl::StrAppend(&text, "\n\n", grid.Render(language, width));
  text += Heading(Say(language, "Ovanligt", "Unusual"), Unusual(screen, areas, language));
  text += Heading(Say(language, "Insatser", "Deployments"),
                  Section(screen, v1::ENTITY_KIND_DEPLOYMENT, language, width,
                          [](const v1::Entity& e) { return Matters(e.deployment()); }));
  text += Heading(Say(language, "Uppdrag", "Assignments"),
                  Section(screen, v1::ENTITY_KIND_ASSIGNMENT, language, width,
                          [](const v1::Entity& e) { return Matters(e.assignment()); }));
  text += Heading(Say(language, "Senaste rapporter", "Newest reports"),
                  Section(
                      screen, v1::ENTITY_KIND_REPORT, language, width,
                      [](const v1::Entity&) { return true; }, kNewestReports));
  // What does not fit is left out at the end: the counts stand first.
  size_t end = 0;
  for (int line = 1; line < height && end != std::string::npos; ++line) {
    end = text.find('\n', end == 0 ? 0 : end + 1);
  }
  return end == std::string::npos || end == 0 ? text : text.substr(0, end);
}

Failure RunWatch(Invocation& call) {
  v1::WatchRequest request;
  if (Failure failure = Filter(call, &request); !failure.ok()) return failure;
  const bool once = call.Has("once");
  const bool live = isatty(STDOUT_FILENO) != 0 && !call.out.json() && !once;
  AreaNames areas;  // of the loop's thread

  const sigset_t signals = BlockEndSignals();  // for the drawing loop
  Shared shared;
  WatchLoop* running = nullptr;
  CallError unreached;  // with --once there is no second try
  WatchLoop loop(call.client, request,
                 {.applied =
                      [&](const ChangeSet& set) {
                        if (live) shared.Update(*running, set);
                        if (!live) PrintChanges(call.out, set, areas, absl::Now());
                        if (once && set.current) running->Stop();
                      },
                  .state_changed =
                      [&](WatchState state, const CallError& error) {
                        shared.State(state);
                        if (!once || !error.OutOfReach()) return;
                        unreached = error;
                        running->Stop();
                      }});
  running = &loop;
  CallError end;
  std::thread runner([&] {
    end = loop.Run();
    shared.End();
  });
  DrawUntilEnd(shared, signals, call.out, live);
  loop.Stop();
  runner.join();
  return Failure::Of(end.ok() ? unreached : end);
}

}  // namespace samsyn::cli
