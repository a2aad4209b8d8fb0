// Puts what a person wrote into a field of a request, whatever the field's type.
#ifndef SAMSYN_CLIENTS_CLI_FIELDS_H_
#define SAMSYN_CLIENTS_CLI_FIELDS_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "clients/cli/methods.h"

namespace samsyn::cli {

// What reading a value needs.
struct Reading {
  Names* names;
  absl::Time now;
};

// The field at a dotted path ("report.release.release_class"); null if there is none.
const google::protobuf::FieldDescriptor* FieldAt(const google::protobuf::Descriptor& type,
                                                 absl::string_view path);

// Sets the field at `path` from the texts given for it; what the field held is replaced.
// - names (`collection` not empty): short forms as `Names` reads them, several also with commas;
// - enums: English or Swedish words, several also with commas;
// - times: as `ReadTime`; a bare end of a window is the first such time after its start; when
//   something occurred is the last such time, of a planned event the next;
// - weekdays: "fri,sat" or 5,6; the day until which something comes again: "2026-12-31";
// - points: "59.17,18.14"; needs: "väktare=2"; levels: "brandbergen=yellow"; flags: set.
Failure SetField(google::protobuf::Message& request, absl::string_view path,
                 absl::string_view collection, const std::vector<std::string>& texts,
                 const Reading& reading);

// The message at a dotted path, made if it is not there; the path without its last step. Of a list,
// its first.
google::protobuf::Message& ParentAt(google::protobuf::Message& message, absl::string_view path);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_FIELDS_H_
