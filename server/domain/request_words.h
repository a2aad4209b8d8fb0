// Person numbers in the words of a request: all its fields that hold words, at any depth, by the
// table in field_shapes.cc. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_REQUEST_WORDS_H_
#define SAMSYN_SERVER_DOMAIN_REQUEST_WORDS_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <vector>

#include "server/domain/refusal.h"

namespace samsyn::domain {

// Calls `each` with the path ("report.marks[0]") and the text of every field that holds words.
void ForEachWords(
    const google::protobuf::Message& message,
    const std::function<void(const std::string& path, const std::string& text)>& each);

// One for each field with person numbers, saying where in it they stand, never what they are.
std::vector<Violation> PersonNumberViolations(const google::protobuf::Message& request,
                                              absl::Time now);

// PERSON_NUMBER with all of them; at least one.
absl::Status RefusePersonNumbers(std::vector<Violation> violations);

// Puts a mask in the place of every person number.
void MaskPersonNumbers(google::protobuf::Message& request, absl::Time now);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REQUEST_WORDS_H_
