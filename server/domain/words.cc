#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

Words Unknown() { return {"unknown", "okänt"}; }

std::string WithoutPrefix(const std::string& name, size_t prefix) {
  return name.size() > prefix ? name.substr(prefix) : name;
}

constexpr size_t kState = 6;  // "STATE_", "PHASE_"

}  // namespace

Words WordsOf(v1::Report::State state) {
  switch (state) {
    case v1::Report::STATE_SUBMITTED:
      return {"not reviewed", "ogranskad"};
    case v1::Report::STATE_ACCEPTED:
      return {"accepted", "godtagen"};
    case v1::Report::STATE_RETURNED:
      return {"sent back", "återsänd"};
    case v1::Report::STATE_REJECTED:
      return {"not accepted", "inte godtagen"};
    case v1::Report::STATE_RETRACTED:
      return {"retracted", "återtagen"};
    case v1::Report::STATE_MERGED:
      return {"merged", "sammanförd"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Incident::State state) {
  switch (state) {
    case v1::Incident::STATE_CURRENT:
      return {"current", "aktuell"};
    case v1::Incident::STATE_WITHDRAWN:
      return {"withdrawn", "utgången"};
    case v1::Incident::STATE_MERGED:
      return {"merged into another", "sammanförd med en annan"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Repair::State state) {
  switch (state) {
    case v1::Repair::STATE_REPORTED:
      return {"reported", "anmält"};
    case v1::Repair::STATE_ORDERED:
      return {"ordered", "beställt"};
    case v1::Repair::STATE_FIXED:
      return {"fixed", "åtgärdat"};
    case v1::Repair::STATE_DECLINED:
      return {"declined", "åtgärdas inte"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Problem::State state) {
  switch (state) {
    case v1::Problem::STATE_OPEN:
      return {"open", "öppet"};
    case v1::Problem::STATE_MONITORED:
      return {"monitored", "bevakas"};
    case v1::Problem::STATE_CLOSED:
      return {"closed", "avslutat"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Meeting::Phase phase) {
  switch (phase) {
    case v1::Meeting::PHASE_PLANNED:
      return {"planned", "planerat"};
    case v1::Meeting::PHASE_FOLLOW_UP:
      return {"follow-up", "uppföljning"};
    case v1::Meeting::PHASE_ROUND:
      return {"round", "laget runt"};
    case v1::Meeting::PHASE_LEVELS:
      return {"levels", "lägesbedömning"};
    case v1::Meeting::PHASE_PRIORITIES:
      return {"priorities", "prioritering"};
    case v1::Meeting::PHASE_DECISIONS:
      return {"decisions", "insatser"};
    case v1::Meeting::PHASE_CLOSED:
      return {"closed", "avslutat"};
    case v1::Meeting::PHASE_APPROVED:
      return {"approved", "godkänt"};
    case v1::Meeting::PHASE_CANCELLED:
      return {"cancelled", "inställt"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::AreaLevel level) {
  switch (level) {
    case v1::AREA_LEVEL_GREEN:
      return {"normal", "normalt"};
    case v1::AREA_LEVEL_YELLOW:
      return {"raised", "förhöjt"};
    case v1::AREA_LEVEL_ORANGE:
      return {"worrying", "bekymmersamt"};
    case v1::AREA_LEVEL_RED:
      return {"serious", "allvarligt"};
    case v1::AREA_LEVEL_UNKNOWN:
      return {"not assessed", "ej bedömt"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::CarryOver::Reason reason) {
  switch (reason) {
    case v1::CarryOver::REASON_NOT_FOLLOWED_UP:
      return {"not followed up", "ej uppföljd"};
    case v1::CarryOver::REASON_NOT_DECIDED:
      return {"not decided", "ej avgjord"};
    case v1::CarryOver::REASON_NOT_CARRIED_OUT:
      return {"not carried out", "ej genomförd"};
    case v1::CarryOver::REASON_PROBLEM_UNANSWERED:
      return {"no deployment answers it", "utan insats"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::OpenPoint::Kind kind) {
  switch (kind) {
    case v1::OpenPoint::KIND_AREA_NOT_ASSESSED:
      return {"area not assessed", "område ej bedömt"};
    case v1::OpenPoint::KIND_DECISION_INCOMPLETE:
      return {"decision without problem, owner or follow-up",
              "beslut utan problem, ansvarig eller uppföljning"};
    case v1::OpenPoint::KIND_PROPOSAL_WITHOUT_OWNER:
      return {"proposal without owner", "förslag utan ansvarig"};
    case v1::OpenPoint::KIND_ASSIGNMENTS_HELD_BACK:
      return {"assignments not sent", "uppdrag ej skickade"};
    case v1::OpenPoint::KIND_NO_NIGHT_LEAD:
      return {"no night lead", "ingen kvällsansvarig"};
    case v1::OpenPoint::KIND_PROPOSAL_NOT_DECIDED:
      return {"proposal not decided", "förslag ej avgjort"};
    case v1::OpenPoint::KIND_NO_UNITS:
      return {"no units", "inga enheter"};
    case v1::OpenPoint::KIND_SILENT:
      return {"silent in the round", "tyst i laget runt"};
    case v1::OpenPoint::KIND_NOT_FOLLOWED_UP:
      return {"not followed up", "ej uppföljt"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Minutes::State state) {
  switch (state) {
    case v1::Minutes::STATE_DRAFT:
      return {"not approved", "ej godkända"};
    case v1::Minutes::STATE_APPROVED:
      return {"approved", "godkända"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Deployment::State state) {
  switch (state) {
    case v1::Deployment::STATE_PROPOSED:
      return {"proposed", "föreslagen"};
    case v1::Deployment::STATE_DECIDED:
      return {"agreed", "överenskommen"};
    case v1::Deployment::STATE_ACTIVE:
      return {"running", "pågår"};
    case v1::Deployment::STATE_COMPLETED:
      return {"completed", "genomförd"};
    case v1::Deployment::STATE_CANCELLED:
      return {"cancelled", "inställd"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Deployment::Kind kind) {
  switch (kind) {
    case v1::Deployment::KIND_VISIBLE_PATROL:
      return {"visible patrol", "synlig närvaro"};
    case v1::Deployment::KIND_FOOT_STOP:
      return {"foot stop", "kort fotstopp"};
    case v1::Deployment::KIND_YOUTH_FIELD_WORK:
      return {"youth field work", "fältarbete"};
    case v1::Deployment::KIND_ADULT_PRESENCE:
      return {"adult presence", "vuxennärvaro"};
    case v1::Deployment::KIND_PROPERTY_ROUND:
      return {"property round", "rondering"};
    case v1::Deployment::KIND_LIGHTING:
      return {"lighting", "belysning"};
    case v1::Deployment::KIND_SHRUBS:
      return {"shrubs", "röjning"};
    case v1::Deployment::KIND_REPAIR:
      return {"repair", "reparation/klottersanering"};
    case v1::Deployment::KIND_CAMERA:
      return {"camera", "kamera"};
    case v1::Deployment::KIND_ACCESS_CONTROL:
      return {"access control", "skalskydd"};
    case v1::Deployment::KIND_TRAFFIC_CONTROL:
      return {"traffic control", "trafikkontroll"};
    case v1::Deployment::KIND_LICENSING_INSPECTION:
      return {"licensing inspection", "tillsyn"};
    case v1::Deployment::KIND_OUTREACH:
      return {"outreach", "uppsökande arbete"};
    case v1::Deployment::KIND_SCHOOL_CONTACT:
      return {"school contact", "skolkontakt"};
    case v1::Deployment::KIND_EVENT_STEWARDING:
      return {"event stewarding", "evenemang"};
    case v1::Deployment::KIND_COMMUNICATION:
      return {"communication", "kommunikation"};
    case v1::Deployment::KIND_OTHER:
      return {"other", "annat"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Position::Stance stance) {
  switch (stance) {
    case v1::Position::STANCE_SUPPORT:
      return {"supports", "stöder"};
    case v1::Position::STANCE_OBJECT:
      return {"objects", "invänder"};
    case v1::Position::STANCE_ABSTAIN:
      return {"abstains", "avstår"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::FollowUp::Outcome outcome) {
  switch (outcome) {
    case v1::FollowUp::OUTCOME_SUCCESSFUL:
      return {"successful", "lyckad"};
    case v1::FollowUp::OUTCOME_PARTIAL:
      return {"partial", "delvis"};
    case v1::FollowUp::OUTCOME_UNSUCCESSFUL:
      return {"unsuccessful", "misslyckad"};
    case v1::FollowUp::OUTCOME_CANNOT_TELL:
      return {"cannot tell", "går inte att säga"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Assignment::State state) {
  switch (state) {
    case v1::Assignment::STATE_OFFERED:
      return {"offered", "skickat"};
    case v1::Assignment::STATE_DELIVERED:
      return {"delivered", "mottaget"};
    case v1::Assignment::STATE_SEEN:
      return {"seen", "sett"};
    case v1::Assignment::STATE_ACCEPTED:
      return {"accepted", "kvitterat"};
    case v1::Assignment::STATE_EN_ROUTE:
      return {"en route", "på väg"};
    case v1::Assignment::STATE_ON_SCENE:
      return {"on scene", "på plats"};
    case v1::Assignment::STATE_PAUSED:
      return {"paused", "paus"};
    case v1::Assignment::STATE_DONE:
      return {"done", "klart"};
    case v1::Assignment::STATE_NOT_DONE:
      return {"not done", "ej utfört"};
    case v1::Assignment::STATE_DECLINED:
      return {"declined", "kan inte"};
    case v1::Assignment::STATE_EXPIRED:
      return {"unanswered", "obesvarat"};
    case v1::Assignment::STATE_CANCELLED:
      return {"called back", "återkallat"};
    case v1::Assignment::STATE_REPLACED:
      return {"replaced", "ersatt"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Debrief::Result result) {
  switch (result) {
    case v1::Debrief::RESULT_AS_PLANNED:
      return {"as planned", "som planerat"};
    case v1::Debrief::RESULT_PARTLY:
      return {"partly", "delvis"};
    case v1::Debrief::RESULT_NOT:
      return {"did not come about", "blev inte av"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Debrief::Mood mood) {
  switch (mood) {
    case v1::Debrief::MOOD_CALM:
      return {"calm", "lugnt"};
    case v1::Debrief::MOOD_UNEASY:
      return {"uneasy", "oroligt"};
    case v1::Debrief::MOOD_DISORDERLY:
      return {"disorderly", "stökigt"};
    case v1::Debrief::MOOD_NOBODY:
      return {"nobody there", "ingen där"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Unit::Power power) {
  switch (power) {
    case v1::Unit::POWER_POLICE:
      return {"police", "polis"};
    case v1::Unit::POWER_PUBLIC_ORDER_GUARD:
      return {"public order guard", "ordningsvakt"};
    case v1::Unit::POWER_GUARD:
      return {"guard", "väktare"};
    case v1::Unit::POWER_HOST:
      return {"host", "värd"};
    case v1::Unit::POWER_FIELD_WORKER:
      return {"field worker", "fältarbetare"};
    case v1::Unit::POWER_VOLUNTEER:
      return {"volunteer", "frivillig"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::Release::State state) {
  switch (state) {
    case v1::Release::STATE_PROPOSED:
      return {"proposed", "föreslagen"};
    case v1::Release::STATE_ACTIVE:
      return {"in force", "gäller"};
    case v1::Release::STATE_EXPIRED:
      return {"expired", "har löpt ut"};
    case v1::Release::STATE_REVOKED:
      return {"revoked", "återkallad"};
    case v1::Release::STATE_DECLINED:
      return {"declined", "avslagen"};
    default:
      return Unknown();
  }
}

Words WordsOf(v1::ReleaseClass release_class) {
  switch (release_class) {
    case v1::RELEASE_CLASS_PUBLIC:
      return {"Public", "Öppen"};
    case v1::RELEASE_CLASS_PARTNER:
      return {"Partner", "Samverkan"};
    case v1::RELEASE_CLASS_AUTHORITY:
      return {"Authority", "Myndighet"};
    case v1::RELEASE_CLASS_RESTRICTED:
      return {"Restricted", "Namngivna"};
    default:
      return Unknown();
  }
}

std::string IdOf(v1::Report::State state) {
  return WithoutPrefix(v1::Report::State_Name(state), kState);
}

std::string IdOf(v1::Incident::State state) {
  return WithoutPrefix(v1::Incident::State_Name(state), kState);
}

std::string IdOf(v1::Repair::State state) {
  return WithoutPrefix(v1::Repair::State_Name(state), kState);
}
std::string IdOf(v1::Problem::State state) {
  return WithoutPrefix(v1::Problem::State_Name(state), kState);
}
std::string IdOf(v1::Meeting::Phase phase) {
  return WithoutPrefix(v1::Meeting::Phase_Name(phase), kState);
}
std::string IdOf(v1::Minutes::State state) {
  return WithoutPrefix(v1::Minutes::State_Name(state), kState);
}
std::string IdOf(v1::Deployment::State state) {
  return WithoutPrefix(v1::Deployment::State_Name(state), kState);
}
std::string IdOf(v1::Assignment::State state) {
  return WithoutPrefix(v1::Assignment::State_Name(state), kState);
}
std::string IdOf(v1::Release::State state) {
  return WithoutPrefix(v1::Release::State_Name(state), kState);
}

}  // namespace samsyn::domain
