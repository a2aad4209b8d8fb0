#include "server/watch/verdicts.h"

#include <utility>

#include "server/watch/ring.h"

namespace samsyn::watch {
namespace {

using List = std::vector<Verdict>;

// What the response has said of `now`, then what is left of `had`.
VerdictsPtr Spliced(const List& now, List::const_iterator said, const List& had,
                    List::const_iterator left) {
  auto list = std::make_shared<List>(now.begin(), said);
  list->insert(list->end(), left, had.end());
  return list;
}

}  // namespace

VerdictsPtr NoVerdicts() {
  static const auto* const none = new VerdictsPtr(std::make_shared<List>());
  return *none;
}

VerdictsPtr ListOf(const std::vector<domain::EntityPtr>& verdicts, const VerdictsPtr& before) {
  auto list = std::make_shared<List>();
  list->reserve(verdicts.size());
  bool same = verdicts.size() == before->size();
  auto old = before->begin();
  for (const domain::EntityPtr& verdict : verdicts) {
    const std::string& name = domain::NameOf(*verdict);
    while (old != before->end() && old->name < name) ++old;
    std::string piece = EncodePiece(*verdict);
    if (old != before->end() && old->name == name && *old->piece == piece) {
      list->push_back(*old);
    } else {
      list->push_back({name, std::make_shared<const std::string>(std::move(piece))});
      same = false;
    }
  }
  return same ? before : list;
}

VerdictsPtr UnknownOf(const std::vector<domain::EntityPtr>& possible) {
  auto list = std::make_shared<List>();
  list->reserve(possible.size());
  for (const domain::EntityPtr& outline : possible) {
    list->push_back({domain::NameOf(*outline), nullptr});
  }
  return list;
}

VerdictsPtr SayDifference(const VerdictsPtr& had, const VerdictsPtr& now, FrameBuilder& frame) {
  if (had == now) return now;
  auto old = had->begin();
  auto is = now->begin();
  while (old != had->end() || is != now->end()) {
    if (is == now->end() || (old != had->end() && old->name < is->name)) {
      if (!frame.HasRoom(old->name.size())) return Spliced(*now, is, *had, old);
      frame.Remove(old->name);
      ++old;
      continue;
    }
    const bool known = old != had->end() && old->name == is->name;
    if (!known || old->piece != is->piece) {
      if (!frame.HasRoom(is->piece->size())) return Spliced(*now, is, *had, old);
      frame.Upsert(*is->piece);
    }
    if (known) ++old;
    ++is;
  }
  return now;
}

}  // namespace samsyn::watch
