// The page's files over HTTP: compressed as the browser likes it, and not sent again when it has
// them.
#ifndef SAMSYN_SERVER_WEB_STATIC_FILES_H_
#define SAMSYN_SERVER_WEB_STATIC_FILES_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>
#include <absl/types/span.h>

#include "server/web/exchange.h"
#include "server/web/page_files.h"

namespace samsyn::web {

// Constant once made: thread-safe.
class StaticFiles {
 public:
  explicit StaticFiles(absl::Span<const PageFile> files);

  bool Has(absl::string_view path) const { return files_.contains(path); }
  // The answer to a GET or HEAD of a path that it has.
  Response Get(const Request& request) const;

 private:
  absl::flat_hash_map<absl::string_view, const PageFile*> files_;
};

// Whether an Accept-Encoding header takes the coding: named, or by "*", and not with q=0.
bool AcceptsCoding(absl::string_view accept_encoding, absl::string_view coding);

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_STATIC_FILES_H_
