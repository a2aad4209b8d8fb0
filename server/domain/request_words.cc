#include "server/domain/request_words.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "server/domain/field_place.h"
#include "server/domain/field_shapes.h"
#include "server/domain/personal_data.h"

namespace samsyn::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kNumbersNamed = 20;  // of a field

// Calls `visit` with the message and the place of each text that holds words. `M`: Message, const
// or not.
template <typename M, typename Visit>
void Walk(M& message, const MessageShape& shape, const FieldPlace* parent, const Visit& visit) {
  const auto& reflection = *message.GetReflection();
  for (const FieldShape& field : shape.fields) {
    const bool words =
        field.check == FieldShape::Check::kText && field.holds != FieldShape::Holds::kCode;
    if (!words && field.check != FieldShape::Check::kMessage) continue;
    const bool list = field.field->is_repeated();
    const int size = list ? reflection.FieldSize(message, field.field)
                          : static_cast<int>(reflection.HasField(message, field.field));
    for (int i = 0; i < size; ++i) {
      const FieldPlace at{parent, field.field, list ? i : -1};
      if (words) {
        visit(message, at);
      } else {
        Walk(MessageAt(message, at), *field.message, &at, visit);
      }
    }
  }
}

Violation ViolationAt(std::string path, const std::vector<PersonalData>& numbers) {
  std::string where;
  for (size_t i = 0; i < numbers.size() && i < kNumbersNamed; ++i) {
    const int first = numbers[i].position;
    absl::StrAppend(&where, i == 0 ? "" : ", ", first, "–", first + numbers[i].length - 1);
  }
  if (numbers.size() > kNumbersNamed) absl::StrAppend(&where, " …");
  if (numbers.size() == 1) {
    return {std::move(path),
            {absl::StrCat("The text seems to hold a person number (characters ", where,
                          "). Take it away, or confirm that it is another number."),
             absl::StrCat("Texten ser ut att innehålla ett personnummer (tecken ", where,
                          "). Ta bort det, eller bekräfta att det är ett annat nummer.")}};
  }
  return {std::move(path),
          {absl::StrCat("The text seems to hold person numbers (characters ", where,
                        "). Take them away, or confirm that they are other numbers."),
           absl::StrCat("Texten ser ut att innehålla personnummer (tecken ", where,
                        "). Ta bort dem, eller bekräfta att det är andra nummer.")}};
}

}  // namespace

void ForEachWords(const Message& message,
                  const std::function<void(const std::string&, const std::string&)>& each) {
  Walk(message, ShapeOf(*message.GetDescriptor()), nullptr,
       [&](const Message& inside, const FieldPlace& at) {
         std::string scratch;
         each(PathOf(at), TextAt(inside, at, scratch));
       });
}

std::vector<Violation> PersonNumberViolations(const Message& request, absl::Time now) {
  std::vector<Violation> violations;
  Walk(request, ShapeOf(*request.GetDescriptor()), nullptr,
       [&](const Message& inside, const FieldPlace& at) {
         std::string scratch;
         const auto numbers = PersonNumbersIn(TextAt(inside, at, scratch), now);
         if (!numbers.empty()) violations.push_back(ViolationAt(PathOf(at), numbers));
       });
  return violations;
}

absl::Status RefusePersonNumbers(std::vector<Violation> violations) {
  Refusal refusal = RefusalOf(RefuseFields(std::move(violations)));
  refusal.reason = v1::ERROR_REASON_PERSON_NUMBER;
  return Refuse(std::move(refusal));
}

void MaskPersonNumbers(Message& request, absl::Time now) {
  Walk(request, ShapeOf(*request.GetDescriptor()), nullptr,
       [&](Message& inside, const FieldPlace& at) {
         std::string scratch;
         const std::string& text = TextAt(inside, at, scratch);
         std::string masked = MaskPersonNumbers(text, now);
         if (masked == text) return;
         const auto& reflection = *inside.GetReflection();
         if (at.index < 0) {
           reflection.SetString(&inside, at.field, std::move(masked));
         } else {
           reflection.SetRepeatedString(&inside, at.field, at.index, std::move(masked));
         }
       });
}

}  // namespace samsyn::domain
