#include "server/domain/names.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "server/base/digest.h"

namespace samsyn::domain {
namespace {

constexpr absl::string_view kPrefix = "municipalities/";

struct Collection {
  v1::EntityKind kind;
  absl::string_view segment;
};

constexpr Collection kCollections[] = {
    {v1::ENTITY_KIND_ORGANISATION, "organisations"},
    {v1::ENTITY_KIND_MEMBER, "members"},
    {v1::ENTITY_KIND_UNIT, "units"},
    {v1::ENTITY_KIND_SHIFT, "shifts"},
    {v1::ENTITY_KIND_AREA, "areas"},
    {v1::ENTITY_KIND_REPORT, "reports"},
    {v1::ENTITY_KIND_INCIDENT, "incidents"},
    {v1::ENTITY_KIND_PROBLEM, "problems"},
    {v1::ENTITY_KIND_INDICATOR, "indicators"},
    {v1::ENTITY_KIND_MEETING, "meetings"},
    {v1::ENTITY_KIND_ROUND_ENTRY, "entries"},
    {v1::ENTITY_KIND_AREA_ASSESSMENT, "assessments"},
    {v1::ENTITY_KIND_MINUTES, "minutes"},
    {v1::ENTITY_KIND_MINUTES_ITEM, "items"},
    {v1::ENTITY_KIND_DEPLOYMENT, "deployments"},
    {v1::ENTITY_KIND_ASSIGNMENT, "assignments"},
    {v1::ENTITY_KIND_FIELD_UPDATE, "updates"},
    {v1::ENTITY_KIND_UNIT_POSITION, "positions"},
    {v1::ENTITY_KIND_RELEASE, "releases"},
    {v1::ENTITY_KIND_TOKEN, "tokens"},
    {v1::ENTITY_KIND_SITUATION_CELL, "cells"},
    {v1::ENTITY_KIND_DEVICE, "devices"},
    {v1::ENTITY_KIND_SITUATION_VERDICT, "verdicts"},
};

// Where the last slash stands; npos: there is none. Quicker than rfind, and names are taken apart
// some forty times a report.
size_t LastSlash(absl::string_view name) {
  const void* const at = name.empty() ? nullptr : memrchr(name.data(), '/', name.size());
  return at == nullptr ? absl::string_view::npos
                       : static_cast<size_t>(static_cast<const char*>(at) - name.data());
}

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

absl::string_view CollectionOf(v1::EntityKind kind) {
  for (const Collection& collection : kCollections) {
    if (collection.kind == kind) return collection.segment;
  }
  return {};
}

v1::EntityKind KindOfName(absl::string_view name) {
  const absl::string_view municipality = MunicipalityOf(name);
  if (municipality.empty()) return v1::ENTITY_KIND_UNSPECIFIED;
  if (municipality.size() == name.size()) return v1::ENTITY_KIND_MUNICIPALITY;
  const size_t last = LastSlash(name);
  const size_t before = LastSlash(name.substr(0, last));
  if (last + 1 == name.size() || before + 1 < municipality.size()) {
    return v1::ENTITY_KIND_UNSPECIFIED;
  }
  const absl::string_view segment = name.substr(before + 1, last - before - 1);
  for (const Collection& collection : kCollections) {
    if (collection.segment == segment) return collection.kind;
  }
  return v1::ENTITY_KIND_UNSPECIFIED;
}

absl::string_view MunicipalityOf(absl::string_view name) {
  if (!absl::StartsWith(name, kPrefix)) return {};
  const size_t end = std::min(name.find('/', kPrefix.size()), name.size());
  if (end != kPrefix.size() + 4) return {};
  for (const char c : name.substr(kPrefix.size(), 4)) {
    if (c < '0' || c > '9') return {};
  }
  return name.substr(0, end);
}

absl::string_view CodeOf(absl::string_view name) {
  const absl::string_view municipality = MunicipalityOf(name);
  return municipality.empty() ? municipality : municipality.substr(kPrefix.size());
}

absl::string_view IdOf(absl::string_view name) {
  const size_t slash = LastSlash(name);
  return slash == absl::string_view::npos ? name : name.substr(slash + 1);
}

std::string NameOf(absl::string_view parent, v1::EntityKind kind, absl::string_view id) {
  const bool of_situation =
      kind == v1::ENTITY_KIND_SITUATION_CELL || kind == v1::ENTITY_KIND_SITUATION_VERDICT;
  return absl::StrCat(parent, of_situation ? "/situations/" : "/", CollectionOf(kind), "/", id);
}

bool IsClientId(absl::string_view id) {
  if (id.empty() || id.size() > 63 || id.front() == '-') return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

bool IsAreaId(absl::string_view id) { return IsClientId(id) && id != "unlocated" && id != "all"; }

bool IsUuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

std::string MadeId(absl::string_view principal, absl::string_view request_id, int index) {
  // Namespace: a random UUID, fixed for ever.
  static constexpr char kNamespace[] =
      "\x6f\x1d\x33\x0c\x8a\x52\x4b\x7e\x9c\x41\x2f\x5b\xd0\x97\x1e\xa8";
  std::array<uint8_t, 20> made =
      Sha1Of(absl::StrCat(kNamespace, principal, "\n", request_id, "\n", index));
  made[6] = static_cast<uint8_t>((made[6] & 0x0f) | 0x50);  // version 5
  made[8] = static_cast<uint8_t>((made[8] & 0x3f) | 0x80);  // variant of RFC 4122
  const std::string hex = Hex(absl::string_view(reinterpret_cast<const char*>(made.data()), 16));
  const absl::string_view all = hex;
  return absl::StrCat(all.substr(0, 8), "-", all.substr(8, 4), "-", all.substr(12, 4), "-",
                      all.substr(16, 4), "-", all.substr(20));
}

std::string ReleaseLabel(const v1::ReleaseState& release, absl::string_view owner,
                         bool owner_is_authority) {
  switch (release.release_class()) {
    case v1::RELEASE_CLASS_PUBLIC:
      return "public";
    case v1::RELEASE_CLASS_PARTNER:
      return "partner";
    case v1::RELEASE_CLASS_AUTHORITY:
      if (owner_is_authority && release.organisations().empty()) return "authority";
      break;
    default:
      break;
  }
  std::vector<absl::string_view> viewers(release.organisations().begin(),
                                         release.organisations().end());
  viewers.push_back(owner);
  std::sort(viewers.begin(), viewers.end());
  viewers.erase(std::unique(viewers.begin(), viewers.end()), viewers.end());
  Sha256 hash;
  if (release.release_class() == v1::RELEASE_CLASS_AUTHORITY) hash.Update("authority\n");
  for (const absl::string_view viewer : viewers) hash.Update(viewer).Update("\n");
  for (const v1::Redaction& redaction : release.redactions()) {
    hash.Update("withheld ").Update(redaction.organisation());
    for (const int one : redaction.withheld()) hash.Update(absl::StrCat(" ", one));
    hash.Update("\n");
  }
  return absl::StrCat("r-", Hex(hash.Finish()).substr(0, 16));
}

}  // namespace samsyn::domain
