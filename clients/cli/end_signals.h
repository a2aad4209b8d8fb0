// Commands that go on until they are asked to end: signals come to them as data.
#ifndef SAMSYN_CLIENTS_CLI_END_SIGNALS_H_
#define SAMSYN_CLIENTS_CLI_END_SIGNALS_H_

#include <pthread.h>
#include <signal.h>

namespace samsyn::cli {

// SIGINT and SIGTERM, blocked from now on in this thread and those that it starts; to be waited for
// with sigtimedwait. Before anything starts a thread (a connection does): one that does not block
// them would take the signal and end the program.
inline sigset_t BlockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_END_SIGNALS_H_
