// import, audit, backup, journal, server, watch.
#include "clients/cli/backup.h"
#include "clients/cli/command.h"
#include "clients/cli/import.h"
#include "clients/cli/reconcile.h"
#include "clients/cli/watch_view.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

Failure PrintVerification(Invocation& call, const Message& message) {
  call.out.Sheet(message);
  return {};
}

}  // namespace

std::vector<Command> SystemCommands() {
  return {
      {.noun = "audit",
       .verb = "verify",
       .method = "AuditService.VerifyJournal",
       .help = "Check that no entry of the journal was changed, added or taken away.",
       .print = PrintVerification},
      {.noun = "server",
       .verb = "status",
       .method = "AdminService.GetServerStatus",
       .help = "How the server is."},
      {.noun = "backup",
       .help = "Copy the journal to a file while the server runs; checked against its digest.",
       .args = {{"FILE", "", "", "Where to; must not be there yet"}},
       .run = RunBackup},
      {.noun = "journal",
       .verb = "reconcile",
       .help =
           "After a fork of the journal: both sides, entity by entity, as you may see them; take "
           "over what was lost, let writes go on.",
       .args = {{"--resume", "", "", "Let writes go on, with the side that was kept"},
                {"--take-over", "", "",
                 "Make the lost version of this the newest one, as a write of yours; may be "
                 "repeated"}},
       .run = RunReconcile},
      {.noun = "import",
       .verb = "polisen",
       .help = "Bring the police's published events into the municipalities of the given tokens.",
       .args = {{"SOURCE", "", "", "The API's answer or an archive: FILE, FILE.gz, URL, -"},
                {"--municipality", "", "", "Only this one, as 0136; may be repeated"},
                {"--every", "", "", "Ask the URL again every so many seconds, at least 60"}},
       .run = RunImportPolisen},
      {.noun = "watch",
       .help = "The picture, live; changes as lines where there is no terminal, with --json as "
               "objects.",
       .args = {{"--kind", "kinds", "", "Only these: report, deployment, assignment …"},
                {"--area", "areas", "areas", "Only what lies there; may be repeated"},
                {"--unit", "unit", "units", "Of assignments only this unit's"},
                {"--once", "", "", "End when the picture is whole"}},
       .run = RunWatch},
  };
}

}  // namespace samsyn::cli
