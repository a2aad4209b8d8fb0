// The message systems that are measured beside Samsyn, each as its clients speak it.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_SYSTEMS_H_
#define SAMSYN_TESTS_BENCH_FANOUT_SYSTEMS_H_

#include <string>
#include <vector>

#include "tests/bench/fanout/wire.h"

namespace samsyn::bench {

// Redis: PUBLISH, answered by how many got it; SUBSCRIBE.
System RedisPubSub();
// Redis: XADD, answered by its id; XREAD BLOCK from the last id, again and again.
System RedisStreams();

// NATS: PUB, each answered +OK (verbose); SUB.
System NatsCore();
// NATS: a stream, kept in a file or in memory; publishes are answered with its number. A watcher is
// an ordered push consumer of its own.
System JetStream(bool in_memory);

// etcd: Put, each a key of its own; Watch on their common beginning.
System Etcd();

// MQTT 3.1.1 at this quality of service (0: a publish is answered by the PINGRESP after it; 1).
System Mqtt(int qos);

// Samsyn in the municipality 0136: how reports come in. A report is 300 bytes as it is submitted,
// so its text is the beginning of a message; watchers ask for reports. A token for each connection
// in turn; the first one is the publisher's.
enum class SamsynDoor { kSubmitReport, kSubmitReports, kPushReports };
System Samsyn(SamsynDoor door, const std::vector<std::string>& tokens);

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_SYSTEMS_H_
