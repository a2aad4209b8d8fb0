// What stands in the program's memory stays there: it is what people wrote before it was checked.
#ifndef SAMSYN_SERVER_PROGRAM_PRIVATE_MEMORY_H_
#define SAMSYN_SERVER_PROGRAM_PRIVATE_MEMORY_H_

namespace samsyn::program {

// No core dumps, no memory for others of the same user to read, and no tracing of messages by gRPC.
// To be called before anything else. False: the system refused something.
bool KeepMemoryPrivate();

}  // namespace samsyn::program

#endif  // SAMSYN_SERVER_PROGRAM_PRIVATE_MEMORY_H_
