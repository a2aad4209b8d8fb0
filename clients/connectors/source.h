// Where a connector gets its bytes: a file, a packed file, standard input, an address on the web.
#ifndef SAMSYN_CLIENTS_CONNECTORS_SOURCE_H_
#define SAMSYN_CLIENTS_CONNECTORS_SOURCE_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <string>

namespace samsyn::connectors {

// How an attempt to fetch ended.
enum class FetchOutcome {
  kFetched,
  kSlowDown,  // 429: asked too often
  kGone,      // 404, 410: will not come back by asking again
  kFailed,    // anything else: perhaps later
};

struct Fetched {
  FetchOutcome outcome = FetchOutcome::kFailed;
  std::string bytes;                                  // unpacked
  std::string why;                                    // in words, unless fetched
  absl::Duration retry_after = absl::ZeroDuration();  // what the source asks for, if it does
};

// Whether the text is an address of the web rather than a path.
bool IsUrl(absl::string_view source);

// Gets an address: https, or plain http from this machine itself; follows no redirect to another
// host; at most 64 MiB and 60 s. Blocks. Thread-safe.
Fetched FetchUrl(const std::string& url);

// Reads a file, unpacked if it is packed with gzip; "-" is standard input. At most 512 MiB. Blocks.
absl::StatusOr<std::string> ReadSource(const std::string& path);

// Unpacks gzip; bytes that are not packed come back as they are.
absl::StatusOr<std::string> Unpacked(std::string bytes);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_SOURCE_H_
