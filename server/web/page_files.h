// The files of the page, as they stand in the program: what the build of clients/web makes and the
// HTTP door serves.
#ifndef SAMSYN_SERVER_WEB_PAGE_FILES_H_
#define SAMSYN_SERVER_WEB_PAGE_FILES_H_

#include <absl/strings/string_view.h>
#include <absl/types/span.h>

namespace samsyn::web {

// One file; everything lives as long as the program.
struct PageFile {
  absl::string_view path;          // "/assets/index-4f2a.js"; "/" is the page itself
  absl::string_view content_type;  // "text/javascript; charset=utf-8"
  absl::string_view etag;          // of the content, with its quotes: "\"4f2a\""
  bool immutable;                  // the name has a hash of the content: kept for a year
  absl::string_view identity;      // the bytes as they are
  absl::string_view gzip;          // the same compressed; empty: not worth it
  absl::string_view brotli;
};

// All files, each path once. Defined by the target `web_page` (clients/web).
absl::Span<const PageFile> PageFiles();

}  // namespace samsyn::web

#endif  // SAMSYN_SERVER_WEB_PAGE_FILES_H_
