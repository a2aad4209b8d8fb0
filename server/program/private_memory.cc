#include "server/program/private_memory.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace samsyn::program {

bool KeepMemoryPrivate() {
  // What it traces is whole messages.
  unsetenv("GRPC_TRACE");
  constexpr rlimit kNone{0, 0};
  // Not dumpable: a kernel that pipes dumps to a program does so whatever the limit says.
  const bool closed = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
  return setrlimit(RLIMIT_CORE, &kNone) == 0 && closed;
}

}  // namespace samsyn::program
