#include "server/web/static_files.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

#include <string>
#include <utility>

namespace samsyn::web {
namespace {

struct Variant {
  absl::string_view bytes;
  absl::string_view coding;  // empty: identity
};

Variant Choose(const PageFile& file, absl::string_view accepted) {
  if (!file.brotli.empty() && AcceptsCoding(accepted, "br")) return {file.brotli, "br"};
  if (!file.gzip.empty() && AcceptsCoding(accepted, "gzip")) return {file.gzip, "gzip"};
  return {file.identity, ""};
}

// What is sent differs by coding, so its tag does: "4f2a" compressed by Brotli is "4f2a-br".
std::string TagOf(const PageFile& file, absl::string_view coding) {
  if (coding.empty()) return std::string(file.etag);
  return absl::StrCat(absl::StripSuffix(file.etag, "\""), "-", coding, "\"");
}

bool HasIt(absl::string_view if_none_match, absl::string_view tag) {
  for (absl::string_view one : absl::StrSplit(if_none_match, ',')) {
    one = absl::StripAsciiWhitespace(one);
    absl::ConsumePrefix(&one, "W/");
    if (one == tag || one == "*") return true;
  }
  return false;
}

// The weight of one element of Accept-Encoding after its ";"; 1 if it names none.
double WeightOf(absl::string_view parameters) {
  parameters = absl::StripAsciiWhitespace(parameters);
  double weight = 1;
  if (absl::ConsumePrefix(&parameters, "q=") && !absl::SimpleAtod(parameters, &weight)) return 0;
  return weight;
}

}  // namespace

bool AcceptsCoding(absl::string_view accept_encoding, absl::string_view coding) {
  double weight = 0;
  for (const absl::string_view one : absl::StrSplit(accept_encoding, ',')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(one, absl::MaxSplits(';', 1));
    const absl::string_view name = absl::StripAsciiWhitespace(parts.first);
    if (absl::EqualsIgnoreCase(name, coding)) return WeightOf(parts.second) > 0;
    if (name == "*") weight = WeightOf(parts.second);
  }
  return weight > 0;
}

StaticFiles::StaticFiles(absl::Span<const PageFile> files) {
  for (const PageFile& file : files) files_[file.path] = &file;
}

Response StaticFiles::Get(const Request& request) const {
  const PageFile& file = *files_.at(request.path);
  const Variant variant = Choose(file, request.Header("accept-encoding"));
  const std::string tag = TagOf(file, variant.coding);
  Response response;
  response.headers = {
      {"cache-control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
      {"etag", tag},
      {"vary", "accept-encoding"}};
  if (HasIt(request.Header("if-none-match"), tag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("content-type", std::string(file.content_type));
  if (!variant.coding.empty()) {
    response.headers.emplace_back("content-encoding", std::string(variant.coding));
  }
  response.fixed = variant.bytes;
  return response;
}

}  // namespace samsyn::web
