#include "clients/cli/qr.h"

#include <qrencode.h>

#include <memory>

namespace samsyn::cli {
namespace {

constexpr int kQuiet = 4;  // light modules around it, as the standard wants

}  // namespace

std::string DrawQr(const std::string& text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_L), QRcode_free);
  if (code == nullptr) return "";
  const auto dark = [&](int x, int y) {
    return x >= 0 && y >= 0 && x < code->width && y < code->width &&
           (code->data[y * code->width + x] & 1) != 0;
  };
  std::string drawn;
  for (int y = -kQuiet; y < code->width + kQuiet; y += 2) {
    drawn += "\033[40;97m";  // black behind, white what is drawn: the light modules
    for (int x = -kQuiet; x < code->width + kQuiet; ++x) {
      const bool upper = dark(x, y), lower = dark(x, y + 1);
      drawn += upper ? (lower ? " " : "▄") : (lower ? "▀" : "█");
    }
    drawn += "\033[0m\n";
  }
  return drawn;
}

}  // namespace samsyn::cli
