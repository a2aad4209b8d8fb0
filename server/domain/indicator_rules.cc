#include "server/domain/indicator_rules.h"

#include <absl/container/btree_set.h>
#include <absl/strings/str_cat.h>

#include <cmath>
#include <string>
#include <utility>

#include "server/domain/first_class.h"
#include "server/domain/indicator_series.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/places.h"
#include "server/domain/release_changes.h"
#include "server/domain/report_content.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

constexpr int kEffectBase = 1024;  // more than a request can hold
static_assert(kBatchIndicators < kEffectBase);

void CopyContent(const v1::Indicator& from, v1::Indicator& to) {
  to.set_nature(from.nature());
  to.set_instrument(from.instrument());
  to.set_instrument_version(from.instrument_version());
  to.set_measure(from.measure());
  *to.mutable_period_start_time() = from.period_start_time();
  *to.mutable_period_end_time() = from.period_end_time();
  to.set_area(from.area());
  to.clear_value();
  if (from.has_value()) to.set_value(from.value());
  to.set_unit(from.unit());
  to.set_n(from.n());
  to.clear_answer_rate_percent();
  if (from.has_answer_rate_percent()) to.set_answer_rate_percent(from.answer_rate_percent());
  to.set_direction(from.direction());
  to.set_text(from.text());
}

bool SameContent(const v1::Indicator& a, const v1::Indicator& b) {
  v1::Indicator left, right;
  CopyContent(a, left);
  CopyContent(b, right);
  return left.SerializeAsString() == right.SerializeAsString();
}

void CheckValue(const v1::Indicator& asked, const std::string& path, Violations& wrong) {
  if (!asked.has_value()) {
    if (asked.text().empty()) {
      wrong.Add(path + ".text", "Give a value, or say in words what came of it.",
                "Ange ett värde, eller skriv vad som kom fram.");
    }
    return;
  }
  const double value = asked.value();
  switch (asked.unit()) {
    case v1::Indicator::UNIT_UNSPECIFIED:
      wrong.Add(path + ".unit", "Say what the value counts: percent, count, mean or index.",
                "Säg vad värdet anger: procent, antal, medel eller index.");
      break;
    case v1::Indicator::UNIT_PERCENT:
      if (value < 0 || value > 100) {
        wrong.Add(path + ".value", "Percent go from 0 to 100.", "Procent går från 0 till 100.");
      }
      break;
    case v1::Indicator::UNIT_COUNT:
      if (value < 0 || value > 1e12 || value != std::floor(value)) {
        wrong.Add(path + ".value", "A count is a whole number, 0 or more.",
                  "Ett antal är ett heltal, 0 eller mer.");
      }
      break;
    default:
      break;
  }
}

void CheckPeriod(const v1::Indicator& asked, const std::string& path, Violations& wrong) {
  const absl::Time start = TimeOf(asked.period_start_time());
  const absl::Time end = TimeOf(asked.period_end_time());
  if (end <= start) {
    wrong.Add(path + ".period_end_time", "The end must be later than the start.",
              "Slutet måste vara senare än början.");
  } else if (end - start > kIndicatorPeriodMost) {
    wrong.Add(path + ".period_end_time", "A period is at most 5 years long.",
              "En period är högst 5 år lång.");
  }
}

// Everything that is wrong with all of them, with `owner` set in each.
absl::Status CheckAll(const v1::RecordIndicatorsRequest& request, const View& view) {
  Violations wrong;
  absl::btree_set<std::string> identities;
  for (int i = 0; i < request.indicators_size(); ++i) {
    const v1::Indicator& asked = request.indicators(i);
    const std::string path = absl::StrCat("indicators[", i, "]");
    CheckValue(asked, path, wrong);
    CheckPeriod(asked, path, wrong);
    if (asked.has_answer_rate_percent() && asked.answer_rate_percent() <= 0) {
      wrong.Add(path + ".answer_rate_percent", "An answer rate is above 0, to 100 percent.",
                "En svarsfrekvens är över 0, till 100 procent.");
    }
    const auto area = view.Get<v1::Area>(asked.area());
    if (!asked.area().empty() && area == nullptr) {
      wrong.Add(path + ".area", "There is no such area.", "Det finns inget sådant område.");
    } else if (area != nullptr && IsPlace(area->kind())) {
      wrong.Add(path + ".area", "This is a place below an area: name the area.",
                "Det här är en plats under ett område: ange området.");
    }
    v1::Indicator content;
    CopyContent(asked, content);
    if (!identities.insert(IdentityKeyOf(content)).second) {
      wrong.Add(path,
                "Nature, instrument, version, measure, area and period are those of one above.",
                "Natur, instrument, version, mått, område och period är desamma som för en ovan.");
    }
  }
  return std::move(wrong).Result();
}

// The organisation's own that a recorded one replaces; null: it is new.
std::shared_ptr<const v1::Indicator> Known(const View& view, const v1::Indicator& content) {
  for (const std::string& name : view.Lookup(IdentityKeyOf(content))) {
    if (auto found = view.Get<v1::Indicator>(name)) return found;
  }
  return nullptr;
}

absl::Status RequireRoom(const View& view) {
  if (view.count(v1::ENTITY_KIND_INDICATOR) < kIndicatorsMost) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_LIMIT_REACHED,
                {absl::StrCat("The municipality has ", kIndicatorsMost, " indicators, the most."),
                 absl::StrCat("Kommunen har ", kIndicatorsMost,
                              " trygghetsindikatorer, det högsta antalet.")},
                {{"limit", absl::StrCat(kIndicatorsMost)}});
}

// Returns whether anything changed.
bool Amend(const v1::Indicator& before, const v1::Indicator& asked, Transaction& transaction) {
  const std::string name = before.name();
  const v1::ReleaseClass chosen = asked.release().release_class();
  const bool tightens = chosen > before.release().release_class();
  const bool differs = !SameContent(before, asked);
  if (differs) {
    v1::Indicator changed = before;
    CopyContent(asked, changed);
    transaction.Put(std::move(changed));
  }
  if (tightens) ChangeRelease(*transaction.Find(name), chosen, transaction);
  return differs || tightens;
}

}  // namespace

absl::Status RecordIndicators(const v1::RecordIndicatorsRequest& request,
                              Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (request.municipality() != transaction.municipality()) return NotFound(request.municipality());
  absl::Status may = RequireRole(*actor, {v1::ROLE_COORDINATOR, v1::ROLE_SECRETARY,
                                          v1::ROLE_REPORTER, v1::ROLE_PARTNER_SYSTEM});
  if (!may.ok()) return may;
  if (absl::Status good = CheckAll(request, transaction); !good.ok()) return good;
  int created = 0, amended = 0;
  absl::btree_set<std::string> series;  // keys, of what changed
  for (int i = 0; i < request.indicators_size(); ++i) {
    const v1::Indicator& asked = request.indicators(i);
    v1::Indicator indicator;
    CopyContent(asked, indicator);
    indicator.set_owner(actor->organisation());
    indicator.set_name(
        NameOf(transaction.municipality(), v1::ENTITY_KIND_INDICATOR, transaction.NewId(i)));
    if (transaction.Find(indicator.name()) != nullptr) {  // a repeat that comes very late
      transaction.Answer(indicator.name());
      continue;
    }
    if (const auto known = Known(transaction, indicator)) {
      transaction.Answer(known->name());
      if (!Amend(*known, asked, transaction)) continue;
      ++amended;
      series.insert(SeriesKeyOf(*transaction.Get<v1::Indicator>(known->name())));
      continue;
    }
    if (absl::Status room = RequireRoom(transaction); !room.ok()) return room;
    absl::Status start = RequireMayStart(
        transaction, actor->organisation(), asked.release().release_class(),
        v1::CATEGORY_UNSPECIFIED, false, absl::StrCat("indicators[", i, "].release.release_class"));
    if (!start.ok()) return start;
    *indicator.mutable_release() =
        FirstRelease(asked.release().release_class(), v1::CATEGORY_UNSPECIFIED,
                     actor->organisation(), transaction);
    ++created;
    series.insert(SeriesKeyOf(indicator));
    transaction.Answer(indicator.name());
    transaction.Put(std::move(indicator));
  }
  for (const std::string& key : series) MarkBreaks(key, transaction);
  transaction.SetEffect(created * kEffectBase + amended);
  return absl::OkStatus();
}

int CreatedIn(int effect) { return effect / kEffectBase; }
int AmendedIn(int effect) { return effect % kEffectBase; }

}  // namespace samsyn::domain
