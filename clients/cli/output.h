// What a command prints: tables and sheets for people, one JSON object a line for programs.
#ifndef SAMSYN_CLIENTS_CLI_OUTPUT_H_
#define SAMSYN_CLIENTS_CLI_OUTPUT_H_

#include <google/protobuf/message.h>
#include <samsyn/v1/common.pb.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "clients/cli/words.h"

namespace samsyn::cli {

// A message as one line of proto3 JSON (lowerCamelCase, what is not set left out).
std::string JsonOf(const google::protobuf::Message& message);

// The value of a field for a table: short ids, words, wall clock. Harmless in a terminal.
std::string TextOf(const google::protobuf::Message& message,
                   const google::protobuf::FieldDescriptor& field, Language language);

// "3f2a91c0" of a name with a UUID, "brandbergen" of one with a chosen id.
std::string ShortId(const std::string& name);

// The entity inside an `Entity`; any other message itself.
const google::protobuf::Message& Unwrapped(const google::protobuf::Message& message);

// The strictest class of a message and of what stands in it; UNSPECIFIED if none has one.
v1::ReleaseClass StrictestIn(const google::protobuf::Message& message);

// The columns of a kind in tables, dotted where what stands in a field is shown; empty if it has
// none.
std::vector<std::string> ColumnsOf(const google::protobuf::Descriptor& type);

// Not thread-safe.
class Output {
 public:
  // `width`: columns of the terminal; 0: it is none, nothing is cut.
  Output(std::ostream& stream, Language language, bool json, int width)
      : stream_(stream), language_(language), json_(json), width_(width) {}

  Language language() const { return language_; }
  bool json() const { return json_; }
  int width() const { return width_; }
  std::ostream& stream() { return stream_; }

  void Json(const google::protobuf::Message& message);
  // One table, in the order of time where the kind has one, and below it the strictest class of
  // what it shows. Without rows it says so.
  void List(std::vector<std::unique_ptr<google::protobuf::Message>> entities);
  // "Strängaste klass: Myndighet", a line; nothing for UNSPECIFIED.
  void Mark(v1::ReleaseClass strictest);
  // One row as a table; kinds without columns as a sheet.
  void Row(const google::protobuf::Message& entity);
  // Everything that is set, one field a line.
  void Sheet(const google::protobuf::Message& message);

 private:
  void Tabulate(std::vector<std::unique_ptr<google::protobuf::Message>> entities);

  std::ostream& stream_;
  const Language language_;
  const bool json_;
  const int width_;
};

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_OUTPUT_H_
