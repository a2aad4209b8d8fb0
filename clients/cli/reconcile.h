// `samsyn journal reconcile`: both sides of a fork of the municipality's journal, entity by entity;
// taking over what was lost; letting writes go on.
#ifndef SAMSYN_CLIENTS_CLI_RECONCILE_H_
#define SAMSYN_CLIENTS_CLI_RECONCILE_H_

#include <samsyn/v1/admin.pb.h>

#include <string>

#include "clients/cli/command.h"

namespace samsyn::cli {

// A fork for people: where the sides part, both heads, who has the lost side, what to do.
std::string ForkText(const v1::GetJournalForkResponse& response, Language language);

// One thing that differs: what, who wrote it on the lost side, and a row for each field that is not
// the same on both.
std::string VersionText(const v1::ForkedVersion& version, Language language, int width);

// The whole name of what a person wrote, a name or the beginning of its id of at least 6
// characters, among what differs. Usage if there is none or more than one.
Failure FindVersion(const v1::GetJournalForkResponse& response, const std::string& text,
                    const v1::ForkedVersion** found);

Failure RunReconcile(Invocation& call);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_RECONCILE_H_
