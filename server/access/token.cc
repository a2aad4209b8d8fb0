#include "server/access/token.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

#include <algorithm>
#include <vector>

#include "server/domain/names.h"

namespace samsyn::access {
namespace {

constexpr size_t kSecretBytes = 32;
constexpr size_t kTokenMost = 200;  // longer text is no token

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) || (c >= 'a' && c <= 'f');
  });
}

bool IsCode(absl::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c));
         });
}

}  // namespace

std::string MakeSecret() { return Hex(RandomBytes(kSecretBytes)); }

std::string SessionSecret(absl::string_view link_secret, absl::string_view request_id) {
  // The link's secret has a fixed length, and nothing of the digest is shown but itself whole.
  return Hex(AsBytes(Sha256()
                         .Update("samsyn session\n")
                         .Update(link_secret)
                         .Update("\n")
                         .Update(request_id)
                         .Finish()));
}

Digest CredentialOf(absl::string_view secret) { return Sha256Of(secret); }

std::string FormatToken(absl::string_view name, absl::string_view secret) {
  return absl::StrCat("samsyn_", domain::CodeOf(name), "_", domain::IdOf(name), "_", secret);
}

std::optional<TokenText> ParseToken(absl::string_view text) {
  if (text.size() > kTokenMost) return std::nullopt;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '_');
  if (parts.size() != 4 || parts[0] != "samsyn" || !IsCode(parts[1])) return std::nullopt;
  if (!domain::IsClientId(parts[2])) return std::nullopt;
  if (parts[3].size() != 2 * kSecretBytes || !IsHex(parts[3])) return std::nullopt;
  return TokenText{
      domain::NameOf(absl::StrCat("municipalities/", parts[1]), v1::ENTITY_KIND_TOKEN, parts[2]),
      std::string(parts[3])};
}

absl::string_view BearerOf(absl::string_view authorization) {
  constexpr absl::string_view kScheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) return {};
  return absl::StripAsciiWhitespace(authorization.substr(kScheme.size()));
}

}  // namespace samsyn::access
