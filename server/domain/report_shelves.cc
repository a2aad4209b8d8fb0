#include "server/domain/report_shelves.h"

#include <algorithm>
#include <string>

#include "server/domain/index_keys.h"
#include "server/domain/names.h"

namespace samsyn::domain {
namespace {

constexpr int kLastShelf = 256;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

bool IsShelved(v1::Report::Kind kind) {
  return kind == v1::Report::KIND_PHYSICAL_DEFECT || kind == v1::Report::KIND_PLANNED_EVENT;
}

int ShelfOf(absl::string_view report) {
  const absl::string_view id = IdOf(report);
  if (!IsUuid(id)) return kLastShelf;
  const int high = HexDigit(id[0]), low = HexDigit(id[1]);
  return high < 0 || low < 0 ? kLastShelf : high * 16 + low;
}

void ForEachShelved(const View& view, const std::vector<v1::Report::Kind>& kinds,
                    absl::string_view after, absl::FunctionRef<bool(const EntityPtr&)> visit) {
  for (int shelf = after.empty() ? 0 : ShelfOf(after); shelf <= kLastShelf; ++shelf) {
    std::vector<std::string> names;
    for (const v1::Report::Kind kind : kinds) {
      for (std::string& name : view.Lookup(ShelfKey(kind, shelf))) {
        if (name > after) names.push_back(std::move(name));
      }
    }
    if (kinds.size() > 1) std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      const EntityPtr entity = view.Find(name);
      if (entity != nullptr && !visit(entity)) return;
    }
  }
}

}  // namespace samsyn::domain
