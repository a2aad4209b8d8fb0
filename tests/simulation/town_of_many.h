// The municipality that the clients of several nodes work in: who there is, and how what they ask
// for becomes a command.
#ifndef SAMSYN_TESTS_SIMULATION_TOWN_OF_MANY_H_
#define SAMSYN_TESTS_SIMULATION_TOWN_OF_MANY_H_

#include <absl/strings/str_cat.h>
#include <absl/strings/string_view.h>
#include <absl/strings/strip.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/problem.pb.h>

#include <memory>
#include <string>

#include "server/domain/transaction.h"
#include "server/engine/engine.h"

namespace samsyn::simulation {

inline constexpr int kUnits = 6;
inline constexpr const char* kAreas[] = {"brandbergen", "jordbro"};

inline std::string Municipality(absl::string_view code) {
  return absl::StrCat("municipalities/", code);
}
// In("municipalities/0136", "units/vardar-1").
inline std::string In(absl::string_view municipality, absl::string_view rest) {
  return absl::StrCat(municipality, "/", rest);
}

// Three organisations: kommun (coordinator, chair, dispatcher, reporter, reviewer), polisen
// (police: reporter and dispatcher), bostader (landlord: the same; no authority); screen, an
// observer; of each organisation two units, u0 and u1, u2 and u3, u4 and u5, with a member of the
// field each, f0 … f5; two areas.
v1::Setup TownOf(absl::string_view municipality);
v1::Problem ProblemOf(absl::string_view municipality);
// Puts all of it; the problem as problems/torget.
void Furnish(absl::string_view municipality, domain::Transaction& transaction);
// The dispatcher of a unit.
std::string DispatcherOf(int unit);

// What makes two requests the same, as the service works it out.
inline Digest DigestOf(const google::protobuf::Message& request) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializePartialToCodedStream(&coded);
  }
  const absl::string_view method = absl::StripSuffix(request.GetDescriptor()->name(), "Request");
  return Sha256().Update(method).Update("\n").Update(bytes).Finish();
}

// The command of a member's request, by its rule.
template <typename Request>
engine::Command CommandOf(std::string member, const Request& request,
                          absl::Status (*rule)(const Request&, domain::Transaction&)) {
  engine::Command command;
  command.caller.member = std::move(member);
  command.method = std::string(absl::StripSuffix(Request::descriptor()->name(), "Request"));
  command.request_id = request.request_id();
  command.request_digest = DigestOf(request);
  command.decide = [rule, kept = std::make_shared<const Request>(request)](
                       domain::Transaction& transaction) { return rule(*kept, transaction); };
  return command;
}

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_TOWN_OF_MANY_H_
