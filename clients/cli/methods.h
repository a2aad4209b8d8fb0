// Calls by name and by reflection: what lets a command be a row of a table.
#ifndef SAMSYN_CLIENTS_CLI_METHODS_H_
#define SAMSYN_CLIENTS_CLI_METHODS_H_

#include <absl/functional/function_ref.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "clients/cli/failure.h"
#include "clients/cpp/client.h"

namespace samsyn::cli {

using MessagePtr = std::unique_ptr<google::protobuf::Message>;

// The method of the contract, "ReportService.ListReports". Ends the program if there is none: a
// wrong row of the table, found by its test.
const google::protobuf::MethodDescriptor& MethodOf(absl::string_view method);
MessagePtr NewRequest(absl::string_view method);
MessagePtr NewResponse(absl::string_view method);

CallError CallMethod(Client& client, absl::string_view method, google::protobuf::Message& request,
                     google::protobuf::Message* response);

// The field of an answer that holds what was asked for: the one repeated message of a list, or the
// one message beside `revision`; null if the answer is more than that.
const google::protobuf::FieldDescriptor* MainField(const google::protobuf::Descriptor& response);

// All pages of a list, one entity after the other, in the server's order.
CallError ListAll(Client& client, absl::string_view method, google::protobuf::Message& request,
                  absl::FunctionRef<void(const google::protobuf::Message&)> each);

// A string field by name; empty if the message has none.
std::string StringOf(const google::protobuf::Message& message, const std::string& field);

// Short names: what a person writes for `municipalities/0136/…`.
class Names {
 public:
  explicit Names(Client& client) : client_(client) {}

  // The name that `text` means in `collection` ("areas", "reports" …). Whole names and
  // "collection/id" are taken as they are; ids that people choose (areas, organisations, meetings)
  // stand for themselves; of others a unique beginning of at least 6 characters will do, of units
  // and members any unique id, display name too. What cannot be found is passed on: the server says
  // so.
  Failure Resolve(absl::string_view collection, absl::string_view text, std::string* name);

  // The entity as it now is, in a new message of its kind.
  Failure Fetch(const std::string& name, MessagePtr* entity);

 private:
  struct Known {
    std::string name;
    std::string display_name;
  };
  Failure Load(const std::string& collection, std::vector<Known>* known);

  Client& client_;
};

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_METHODS_H_
