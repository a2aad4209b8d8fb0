// whoami, token, login-link, session, device, release, class.
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <samsyn/v1/access.pb.h>

#include <memory>

#include "clients/cli/command.h"
#include "clients/cli/private_file.h"
#include "clients/cli/qr.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

Failure PrintWhoAmI(Invocation& call, const Message& message) {
  const auto& me = dynamic_cast<const v1::WhoAmIResponse&>(message);
  const Language language = call.out.language();
  call.out.Sheet(me.member());
  call.out.stream() << LabelOf("organisation", language) << ": " << me.organisation().display_name()
                    << "\n"
                    << LabelOf("municipality", language) << ": " << me.municipality().display_name()
                    << " (" << ShortId(me.municipality().name()) << ")\n";
  if (!me.municipality().demonstration().empty()) {
    call.out.stream() << me.municipality().demonstration() << "\n";
  }
  if (me.chair()) {
    call.out.stream() << Say(language, "Leder det öppna mötet.", "Chairs the open meeting.")
                      << "\n";
  }
  if (me.night_lead()) {
    call.out.stream() << Say(language, "Är kvällsansvarig nu.", "Leads the night now.") << "\n";
  }
  return {};
}

// The secret goes to a file that only its owner can read.
Failure WriteSecret(const std::string& path, const std::string& secret) {
  return WritePrivateFile(path, secret + "\n")
             ? Failure{}
             : Failure::Usage(absl::StrCat(path,
                                           ": cannot be written (or is there already); "
                                           "the token was made: revoke it"));
}

Failure PrintToken(Invocation& call, const Message& message) {
  const auto& issued = dynamic_cast<const v1::IssueTokenResponse&>(message);
  if (call.Has("out")) return WriteSecret(call.Get("out"), issued.secret());
  call.out.stream() << issued.secret() << "\n";
  return {};
}

// The address that signs in, and with --qr the same for a phone's camera.
Failure PrintLoginLink(Invocation& call, const Message& message) {
  const auto& made = dynamic_cast<const v1::CreateLoginLinkResponse&>(message);
  std::string page = call.Has("page") ? call.Get("page") : "http://localhost:8080";
  while (absl::EndsWith(page, "/")) page.pop_back();
  const std::string address = absl::StrCat(page, "/#in=", made.secret());
  if (call.Has("qr")) call.out.stream() << DrawQr(address);
  call.out.stream() << address << "\n";
  return {};
}

std::vector<Arg> ReleaseContent() {
  return {
      {"ENTITY", "release.entity", "any", "As reports/3f2a91c0"},
      {"--to", "release.organisations", "organisations", "With whom; may be repeated", true},
      {"--purpose", "release.purpose", "", "What for", true},
      {"--ground", "release.ground", "", "Recorded ground, as samtycke: \"release grounds\"", true},
      {"--ground-note", "release.ground_note", "", "More about the ground"},
      {"--withhold", "release.withheld", "", "What they do not get: place, time, text"},
      {"--until", "release.expire_time", "", "Until when; left out: until revoked"}};
}

Failure Propose(Invocation&, Message& request) {
  dynamic_cast<v1::ReleaseEntityRequest&>(request).set_propose(true);
  return {};
}

Failure Decide(Invocation& call, Message& request) {
  const std::string verdict = call.Get("VERDICT");
  if (verdict != "approve" && verdict != "decline") {
    return Failure::Usage("VERDICT: approve or decline");
  }
  dynamic_cast<v1::DecideReleaseRequest&>(request).set_approved(verdict == "approve");
  return {};
}

Failure PrintViewers(Invocation& call, const Message& message) {
  const auto& answer = dynamic_cast<const v1::ListViewersResponse&>(message);
  const Language language = call.out.language();
  std::vector<std::unique_ptr<Message>> viewers;
  for (const v1::Viewer& viewer : answer.viewers()) {
    viewers.push_back(std::make_unique<v1::Viewer>(viewer));
  }
  call.out.List(std::move(viewers));
  if (answer.on_screens()) {
    call.out.stream() << Say(language, "Visas på skärmarna nu.", "Shown on the screens now.")
                      << "\n";
  }
  if (answer.partial()) {
    call.out.stream() << Say(language,
                             "Det kan finnas fler: bara ägaren får veta vilka den delar med.",
                             "There may be others: whom it shares with only the owner is told.")
                      << "\n";
  }
  return {};
}

// Consent is never left to what is left out.
Failure YesOrNo(Invocation& call, Message&) {
  if (call.Has("yes") != call.Has("no")) return {};
  return Failure::Usage("say --yes or --no");
}

}  // namespace

std::vector<Command> AccessCommands() {
  return {
      {.noun = "whoami",
       .method = "AccessService.WhoAmI",
       .help = "Who the token says that you are.",
       .print = PrintWhoAmI},
      {.noun = "token",
       .verb = "issue",
       .method = "AccessService.IssueToken",
       .help = "Make a token; its secret is shown once.",
       .args = {{"MEMBER", "member", "members", "Whose it is"},
                {"--expires", "expire_time", "", "When it ends; left out: in 90 days"},
                {"--watches", "watch_quota", "", "Watches at once; left out: 20"},
                {"--note", "note", "", "What it is for"},
                {"--out", "", "", "Write the secret to this new file (mode 0600)"}},
       .print = PrintToken},
      {.noun = "token",
       .verb = "revoke",
       .method = "AccessService.RevokeToken",
       .help = "End a token; its streams end at once.",
       .args = {{"TOKEN", "name", "tokens", "Id, or its beginning"}}},
      {.noun = "token",
       .verb = "list",
       .method = "AccessService.ListTokens",
       .help = "The tokens."},
      {.noun = "login-link",
       .method = "AccessService.CreateLoginLink",
       .help = "Make a link that signs a member in on the page: once, within 15 minutes.",
       .args = {{"[MEMBER]", "member", "members", "Who is to sign in; left out: you"},
                {"--note", "note", "", "What it is for"},
                {"--page", "", "", "Where the page is; left out: http://localhost:8080"},
                {"--qr", "", "", "Draw it for a phone's camera, too"}},
       .print = PrintLoginLink},
      {.noun = "session",
       .verb = "list",
       .method = "AccessService.ListSessions",
       .help =
           "The browsers that are signed in: your own, and those of members that you answer for.",
       .args = {{"--member", "member", "members", "Only this one's"}}},
      {.noun = "session",
       .verb = "end",
       .method = "AccessService.EndSession",
       .help = "Sign a browser out; its streams end at once.",
       .args = {{"SESSION", "name", "sessions", "Id, or its beginning"}}},
      {.noun = "device",
       .verb = "list",
       .method = "AccessService.ListDevices",
       .help = "The devices that are woken for assignments: yours, and those you answer for.",
       .args = {{"--member", "member", "members", "Only this one's"}}},
      {.noun = "device",
       .verb = "remove",
       .method = "AccessService.RemoveDevice",
       .help = "Wake a device no more.",
       .args = {{"DEVICE", "name", "devices", "Id, or its beginning"}}},
      {.noun = "release",
       .verb = "make",
       .method = "AccessService.ReleaseEntity",
       .help = "Share an entity of your organisation with others.",
       .args = ReleaseContent()},
      {.noun = "release",
       .verb = "propose",
       .method = "AccessService.ReleaseEntity",
       .help = "Propose to share it: somebody else of your organisation decides.",
       .args = ReleaseContent(),
       .prepare = Propose},
      {.noun = "release",
       .verb = "decide",
       .method = "AccessService.DecideRelease",
       .help = "Decide over a proposed release.",
       .args = {{"RELEASE", "name", "releases", "Id, or its beginning"},
                {"VERDICT", "", "", "approve or decline"},
                {"--reason", "reason", "", "Why it is declined"}},
       .prepare = Decide},
      {.noun = "release",
       .verb = "list",
       .method = "AccessService.ListReleases",
       .help = "Decisions to share: your organisation's, and those in force that name it.",
       .args = {{"--entity", "entity", "any", "Only of this one"},
                {"--state", "states", "", "proposed, active, …; may be repeated"}}},
      {.noun = "release",
       .verb = "grounds",
       .method = "AccessService.ListReleaseGrounds",
       .help = "The grounds that a decision to share may name."},
      {.noun = "release",
       .verb = "viewers",
       .method = "AccessService.ListViewers",
       .help = "Who sees an entity, by name of organisation.",
       .args = {{"ENTITY", "name", "any", "As reports/3f2a91c0"},
                {"--class", "release_class", "", "As if it had this class; for the owner"}},
       .print = PrintViewers},
      {.noun = "release",
       .verb = "revoke",
       .method = "AccessService.RevokeRelease",
       .help = "End a release, or a proposal.",
       .args = {{"RELEASE", "name", "releases", "Id, or its beginning"},
                {"--reason", "reason", "", "Why"}}},
      {.noun = "position",
       .verb = "consent",
       .method = "AccessService.SetPositionConsent",
       .help = "Agree, or agree no more, to show where you are while on an assignment.",
       .args = {{"--yes", "consents", "", "You agree, until you take it back"},
                {"--no", "", "", "You do not; what you have shown is taken away"}},
       .prepare = YesOrNo},
      {.noun = "position",
       .verb = "report",
       .method = "AssignmentService.ReportPosition",
       .help = "Show where you are, to within about 100 m.",
       .args = {{"ASSIGNMENT", "name", "assignments", "Id, or its beginning"},
                {"POINT", "point", "", "LAT,LON, as 59.1687,18.1375"},
                {"--precision", "point_precision_m", "", "Metres within which it lies"}}},
      {.noun = "class",
       .verb = "set",
       .method = "AccessService.SetClass",
       .help = "Change who may see an entity. The owner loosens; who may edit it tightens.",
       .args = {{"ENTITY", "name", "any", "As reports/3f2a91c0"},
                {"CLASS", "release_class", "", "public, partner, authority, restricted"},
                {"--reason", "reason", "", "Purpose and ground; needed to loosen"}}},
  };
}

}  // namespace samsyn::cli
