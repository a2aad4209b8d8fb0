// Why a command ends without having done its work, and with which exit code.
#ifndef SAMSYN_CLIENTS_CLI_FAILURE_H_
#define SAMSYN_CLIENTS_CLI_FAILURE_H_

#include <string>

#include "clients/cpp/call_error.h"

namespace samsyn::cli {

inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;
inline constexpr int kUsage = 2;
inline constexpr int kOutOfReach = 3;

struct Failure {
  int exit_code = kDone;
  std::string text = {};  // for standard error

  bool ok() const { return exit_code == kDone; }
  static Failure Usage(std::string text) { return {kUsage, std::move(text)}; }
  // Done if the error is ok.
  static Failure Of(const CallError& error) {
    if (error.ok()) return {};
    return {error.OutOfReach() ? kOutOfReach : kRefused, error.ToString()};
  }
};

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_FAILURE_H_
