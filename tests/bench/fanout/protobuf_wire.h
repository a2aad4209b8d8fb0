// Protobuf's wire format by hand: a load generator that unpacked every message into objects would
// measure itself.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_PROTOBUF_WIRE_H_
#define SAMSYN_TESTS_BENCH_FANOUT_PROTOBUF_WIRE_H_

#include <absl/strings/string_view.h>

#include <cstdint>
#include <optional>
#include <string>

namespace samsyn::bench {

inline void AppendVarint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

inline void AppendNumber(uint32_t field, uint64_t value, std::string& out) {
  AppendVarint(field << 3, out);
  AppendVarint(value, out);
}

// A string, bytes or a message.
inline void AppendBytes(uint32_t field, absl::string_view value, std::string& out) {
  AppendVarint(field << 3 | 2, out);
  AppendVarint(value.size(), out);
  out.append(value.data(), value.size());
}

// What AppendBytes would append, in bytes: for the length of a message around it.
inline size_t SizeOfBytes(uint32_t field, size_t size) {
  size_t all = size;
  for (uint64_t number : {uint64_t{field << 3 | 2}, uint64_t{size}}) {
    for (++all; number >= 0x80; number >>= 7) ++all;
  }
  return all;
}

// False if `in` does not begin with one. It is removed from `in`.
inline bool TakeVarint(absl::string_view& in, uint64_t& value) {
  value = 0;
  for (size_t at = 0; at < in.size() && at < 10; ++at) {
    const auto byte = static_cast<unsigned char>(in[at]);
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * at);
    if (byte < 0x80) {
      in.remove_prefix(at + 1);
      return true;
    }
  }
  return false;
}

struct Field {
  uint32_t number = 0;
  uint64_t value = 0;       // of a varint
  absl::string_view bytes;  // of all others; of a fixed one its 4 or 8 bytes
};

// Removes the first field from `in`. False if `in` does not begin with one, also at its end.
inline bool TakeField(absl::string_view& in, Field& field) {
  uint64_t tag = 0, size = 0;
  if (!TakeVarint(in, tag)) return false;
  field.number = static_cast<uint32_t>(tag >> 3);
  switch (tag & 7) {
    case 0:
      field.bytes = {};
      return TakeVarint(in, field.value);
    case 1:
      size = 8;
      break;
    case 2:
      if (!TakeVarint(in, size)) return false;
      break;
    case 5:
      size = 4;
      break;
    default:  // groups, which nobody uses
      return false;
  }
  if (size > in.size()) return false;
  field.bytes = in.substr(0, size);
  in.remove_prefix(size);
  return true;
}

// The first field with this number that is no varint; nothing if there is none.
inline std::optional<absl::string_view> FindBytes(absl::string_view message, uint32_t number) {
  for (Field field; TakeField(message, field);) {
    if (field.number == number && field.bytes.data() != nullptr) return field.bytes;
  }
  return std::nullopt;
}

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_PROTOBUF_WIRE_H_
