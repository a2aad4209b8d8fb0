// Requests of any method, made by chance from the contract's own description of it: names of what
// is there, words that stand nowhere else, times about now. So a method that is new in the contract
// is called by the secrecy harness without anybody having thought of it.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_REQUESTS_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_REQUESTS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "server/domain/field_shapes.h"
#include "server/domain/picture.h"

namespace samsyn::simulation {

// What requests are made of.
struct Material {
  std::function<size_t(size_t end)> below;                   // chance
  std::function<std::string()> request_id;                   // a new one
  std::function<std::string()> word;                         // one that stands nowhere else
  std::map<v1::EntityKind, std::vector<std::string>> names;  // what is there
  std::string municipality;
  absl::Time now;
};

// Fills a request of a method. A field that must be given is, others mostly not. `etag` is left to
// the caller.
void FillRequest(const google::protobuf::MethodDescriptor& method, Material& material,
                 google::protobuf::Message* request);

// Sets `etag` of a request, where it has one.
void SetEtag(const std::string& etag, google::protobuf::Message* request);
// The thing that a request is about: its own `name`, or that of the entity in it; "" if neither.
std::string NameIn(const google::protobuf::Message& request);

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_REQUESTS_H_
