// States, levels and kinds as people say them, in both languages.
#ifndef SAMSYN_SERVER_DOMAIN_WORDS_H_
#define SAMSYN_SERVER_DOMAIN_WORDS_H_

#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/entity.pb.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/meeting.pb.h>
#include <samsyn/v1/problem.pb.h>
#include <samsyn/v1/report.pb.h>

#include <string>

#include "server/domain/refusal.h"

namespace samsyn::domain {

// Lower case, without article. A value that this program does not know: "unknown", "okänt".
Words WordsOf(v1::Report::State state);
Words WordsOf(v1::Incident::State state);
Words WordsOf(v1::Repair::State state);
Words WordsOf(v1::Problem::State state);
Words WordsOf(v1::Meeting::Phase phase);
Words WordsOf(v1::AreaLevel level);
Words WordsOf(v1::CarryOver::Reason reason);
Words WordsOf(v1::OpenPoint::Kind kind);
Words WordsOf(v1::Minutes::State state);
Words WordsOf(v1::Deployment::State state);
Words WordsOf(v1::Deployment::Kind kind);
Words WordsOf(v1::Position::Stance stance);
Words WordsOf(v1::FollowUp::Outcome outcome);
Words WordsOf(v1::Assignment::State state);
Words WordsOf(v1::Debrief::Result result);
Words WordsOf(v1::Debrief::Mood mood);
Words WordsOf(v1::Unit::Power power);
Words WordsOf(v1::Release::State state);
// With a capital, as the classes are named.
Words WordsOf(v1::ReleaseClass release_class);

// The value as programs read it in the metadata of a refusal: "OPEN" for STATE_OPEN.
std::string IdOf(v1::Report::State state);
std::string IdOf(v1::Incident::State state);
std::string IdOf(v1::Repair::State state);
std::string IdOf(v1::Problem::State state);
std::string IdOf(v1::Meeting::Phase phase);
std::string IdOf(v1::Minutes::State state);
std::string IdOf(v1::Deployment::State state);
std::string IdOf(v1::Assignment::State state);
std::string IdOf(v1::Release::State state);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_WORDS_H_
