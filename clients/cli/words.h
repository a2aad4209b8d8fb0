// The words of the trade for people: values of enums and names of fields, Swedish and English.
#ifndef SAMSYN_CLIENTS_CLI_WORDS_H_
#define SAMSYN_CLIENTS_CLI_WORDS_H_

#include <absl/strings/string_view.h>
#include <google/protobuf/descriptor.h>

#include <string>

namespace samsyn::cli {

enum class Language { kSwedish, kEnglish };

// The value as people say it: "kvitterat", "accepted". An en dash for UNSPECIFIED. A value that has
// no Swedish word is said in English.
std::string WordOf(const google::protobuf::EnumValueDescriptor& value, Language language);

// Whether the table has a Swedish word for it.
bool HasSwedishWord(const google::protobuf::EnumValueDescriptor& value);

// The value without the prefix of its enum, as "ON_SCENE".
std::string ShortNameOf(const google::protobuf::EnumValueDescriptor& value);

// The value that a person wrote: "on-scene", "ON_SCENE" or "på plats", whatever its case; null if
// there is none. UNSPECIFIED is never meant.
const google::protobuf::EnumValueDescriptor* ValueFor(const google::protobuf::EnumDescriptor& type,
                                                      absl::string_view text);

// Every value that may be written, as "seen, accepted, declined".
std::string ValuesOf(const google::protobuf::EnumDescriptor& type);

// The heading of a field: "Tid", "occurred".
std::string LabelOf(absl::string_view field_name, Language language);
bool HasSwedishLabel(absl::string_view field_name);

// One of two texts.
absl::string_view Say(Language language, absl::string_view swedish, absl::string_view english);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_WORDS_H_
