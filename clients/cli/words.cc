#include "clients/cli/words.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>

#include <vector>

namespace samsyn::cli {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using Table = absl::flat_hash_map<absl::string_view, absl::string_view>;

// Enum (without package) and value (without prefix) -> word.
const Table& Words() {
  static const auto* table = new Table({
      {"ReleaseClass.PUBLIC", "öppen"},
      {"ReleaseClass.PARTNER", "samverkan"},
      {"ReleaseClass.AUTHORITY", "myndighet"},
      {"ReleaseClass.RESTRICTED", "namngivna"},
      {"Category.VIOLENCE", "våld"},
      {"Category.ROBBERY", "rån"},
      {"Category.CLOSE_RELATION_VIOLENCE", "våld i nära relation"},
      {"Category.SEXUAL_OFFENCE", "sexualbrott"},
      {"Category.WEAPON_OR_EXPLOSION", "vapen och sprängning"},
      {"Category.DRUGS", "narkotika"},
      {"Category.ALCOHOL", "alkohol"},
      {"Category.THEFT", "stöld"},
      {"Category.BURGLARY", "inbrott"},
      {"Category.FRAUD", "bedrägeri"},
      {"Category.VANDALISM", "skadegörelse och klotter"},
      {"Category.FIRE", "brand"},
      {"Category.RECKLESS_TRAFFIC", "buskörning"},
      {"Category.TRAFFIC_ACCIDENT", "trafikolycka"},
      {"Category.DISORDER", "ordningsstörning"},
      {"Category.THREAT_TO_STAFF", "hot mot personal"},
      {"Category.MISSING_PERSON", "försvunnen person"},
      {"Category.WELFARE", "hjälp och omsorg"},
      {"Category.WORKPLACE_ACCIDENT", "arbetsplatsolycka"},
      {"Category.UNSAFE_ENVIRONMENT", "otrygg miljö"},
      {"Category.PLANNED_EVENT", "planerat evenemang"},
      {"Category.WORRY", "oro"},
      {"Category.YOUTH_CONCERN", "oro för unga"},
      {"Category.EXTREMISM", "våldsbejakande extremism"},
      {"Category.ONLINE", "på nätet"},
      {"Category.INFORMATION", "information"},
      {"Category.OTHER", "övrigt"},
      {"Family.VIOLENCE", "våld och hot"},
      {"Family.WEAPONS", "vapen"},
      {"Family.DRUGS_ALCOHOL", "narkotika och alkohol"},
      {"Family.THEFT", "stöld och inbrott"},
      {"Family.DAMAGE_FIRE", "skadegörelse och brand"},
      {"Family.TRAFFIC", "trafik"},
      {"Family.DISORDER", "ordning"},
      {"Family.UNSAFETY", "oro och miljö"},
      {"FocusArea.TRAFFIC", "trafik"},
      {"FocusArea.YOUTH_AT_RISK", "unga i riskzon"},
      {"FocusArea.VULNERABLE_AREAS", "utsatta områden"},
      {"FocusArea.PUBLIC_ENVIRONMENT", "offentlig miljö"},
      {"FocusArea.VULNERABLE_VICTIMS", "särskilt utsatta brottsoffer"},
      {"EntityKind.MUNICIPALITY", "kommun"},
      {"EntityKind.ORGANISATION", "aktör"},
      {"EntityKind.MEMBER", "deltagare"},
      {"EntityKind.UNIT", "enhet"},
      {"EntityKind.SHIFT", "pass"},
      {"EntityKind.AREA", "område"},
      {"EntityKind.REPORT", "rapport"},
      {"EntityKind.INCIDENT", "händelse"},
      {"EntityKind.PROBLEM", "problem"},
      {"EntityKind.MEETING", "utsättningsmöte"},
      {"EntityKind.ROUND_ENTRY", "laget runt"},
      {"EntityKind.AREA_ASSESSMENT", "lägesbedömning"},
      {"EntityKind.DEPLOYMENT", "insats"},
      {"EntityKind.ASSIGNMENT", "uppdrag"},
      {"EntityKind.FIELD_UPDATE", "fältrapport"},
      {"EntityKind.RELEASE", "delning"},
      {"EntityKind.TOKEN", "nyckel"},
      {"EntityKind.SITUATION_CELL", "lägesbild"},
      {"EntityKind.DEVICE", "telefon"},
      {"EntityKind.SITUATION_VERDICT", "vad som är vanligt"},
      {"EntityKind.INDICATOR", "trygghetsindikator"},
      {"EntityKind.UNIT_POSITION", "position"},
      {"Usual.Verdict.MORE", "fler än vanligt"},
      {"Usual.Verdict.AS_USUAL", "som vanligt"},
      {"Usual.Verdict.FEWER", "färre än vanligt"},
      {"Usual.Verdict.TOO_FEW", "för få för att säga"},
      {"Usual.Verdict.NO_PAST", "för kort tid för att säga"},
      {"Usual.Model.POISSON", "Poisson"},
      {"Usual.Model.NEGATIVE_BINOMIAL", "negativ binomial"},
      {"Release.State.ACTIVE", "gäller"},
      {"Release.State.DECLINED", "avslagen"},
      {"Release.State.EXPIRED", "har löpt ut"},
      {"Release.State.PROPOSED", "föreslagen"},
      {"Release.State.REVOKED", "återkallad"},
      {"Viewer.Reason.CLASS", "genom klassen"},
      {"Viewer.Reason.COORDINATES", "samordnar"},
      {"Viewer.Reason.DIRECTS", "leder enheten"},
      {"Viewer.Reason.LEADS", "mötesledare eller kvällsansvarig"},
      {"Viewer.Reason.OWNER", "äger det"},
      {"Viewer.Reason.RELEASE", "delat med"},
      {"Withheld.PLACE", "platsen"},
      {"Withheld.TEXT", "texten"},
      {"Withheld.TIME", "tiden"},
      {"Token.Kind.PROGRAM", "nyckel"},
      {"Token.Kind.LOGIN_LINK", "inloggningslänk"},
      {"Token.Kind.SESSION", "inloggning"},
      {"OrganisationKind.MUNICIPALITY", "kommun"},
      {"OrganisationKind.BOARD", "nämnd"},
      {"OrganisationKind.MUNICIPAL_COMPANY", "kommunalt bolag"},
      {"OrganisationKind.SCHOOL", "skola"},
      {"OrganisationKind.SOCIAL_SERVICES", "socialtjänst"},
      {"OrganisationKind.POLICE", "polis"},
      {"OrganisationKind.REGION", "region"},
      {"OrganisationKind.STATE_AUTHORITY", "statlig myndighet"},
      {"OrganisationKind.FAITH_COMMUNITY", "trossamfund"},
      {"OrganisationKind.RESCUE_SERVICE", "räddningstjänst"},
      {"OrganisationKind.PROPERTY_OWNER", "fastighetsägare"},
      {"OrganisationKind.PLACE_COLLABORATION", "platssamverkan"},
      {"OrganisationKind.BUSINESS", "företag"},
      {"OrganisationKind.SECURITY_COMPANY", "bevakningsföretag"},
      {"OrganisationKind.TRANSPORT", "trafik"},
      {"OrganisationKind.ASSOCIATION", "förening"},
      {"Role.COORDINATOR", "samordnare"},
      {"Role.CHAIR", "mötesledare"},
      {"Role.SECRETARY", "sekreterare"},
      {"Role.REPORTER", "rapportör"},
      {"Role.REVIEWER", "granskare"},
      {"Role.DISPATCHER", "enhetsansvarig"},
      {"Role.FIELD", "fältpersonal"},
      {"Role.PARTNER_SYSTEM", "system"},
      {"Role.AUDITOR", "loggranskare"},
      {"Role.OBSERVER", "observatör"},
      {"Unit.Power.POLICE", "polis"},
      {"Unit.Power.PUBLIC_ORDER_GUARD", "ordningsvakt"},
      {"Unit.Power.GUARD", "väktare"},
      {"Unit.Power.HOST", "värd"},
      {"Unit.Power.FIELD_WORKER", "fältarbetare"},
      {"Unit.Power.VOLUNTEER", "frivillig"},
      {"Area.Kind.DISTRICT", "stadsdel"},
      {"Area.Kind.SQUARE", "torg"},
      {"Area.Kind.STATION", "station"},
      {"Area.Kind.PARK", "park"},
      {"Area.Kind.SCHOOL", "skola"},
      {"Area.Kind.HOUSING", "bostadsområde"},
      {"Area.Kind.ROAD", "väg"},
      {"Area.Kind.WATER", "vatten"},
      {"Area.Kind.DIGITAL", "på nätet"},
      {"Area.Kind.PROPERTY", "fastighet"},
      {"Area.Kind.ADDRESS", "adress"},
      {"Area.Kind.ENTRANCE", "port"},
      {"SetupDifference.Action.CREATE", "ny"},
      {"SetupDifference.Action.UPDATE", "ändras"},
      {"SetupDifference.Action.REMOVE", "tas bort"},
      {"AreaLevel.GREEN", "normalt"},
      {"AreaLevel.YELLOW", "förhöjt"},
      {"AreaLevel.ORANGE", "bekymmersamt"},
      {"AreaLevel.RED", "allvarligt"},
      {"AreaLevel.UNKNOWN", "ej bedömt"},
      {"EntityKind.INDICATOR", "trygghetsindikator"},
      {"Indicator.Nature.PERCEIVED", "upplevd"},
      {"Indicator.Nature.ACTUAL", "faktisk"},
      {"Indicator.Instrument.SURVEY", "trygghetsmätning"},
      {"Indicator.Instrument.SAFETY_WALK", "trygghetsvandring"},
      {"Indicator.Instrument.CITIZEN_DIALOGUE", "medborgardialog"},
      {"Indicator.Instrument.CITIZEN_INITIATIVE", "medborgarinitiativ"},
      {"Indicator.Instrument.STATISTICS", "statistik"},
      {"Indicator.Unit.PERCENT", "procent"},
      {"Indicator.Unit.COUNT", "antal"},
      {"Indicator.Unit.MEAN", "medel"},
      {"Indicator.Unit.INDEX", "index"},
      {"Indicator.Direction.HIGHER_IS_WORSE", "högre är sämre"},
      {"Indicator.Direction.LOWER_IS_WORSE", "lägre är sämre"},
      {"Gap.Standing.WORSE", "sämre än kommunen"},
      {"Gap.Standing.SAME", "som kommunen"},
      {"Gap.Standing.BETTER", "bättre än kommunen"},
      {"Meeting.Phase.PLANNED", "planerat"},
      {"Meeting.Phase.FOLLOW_UP", "uppföljning"},
      {"Meeting.Phase.ROUND", "laget runt"},
      {"Meeting.Phase.LEVELS", "lägesbedömning"},
      {"Meeting.Phase.PRIORITIES", "prioritering"},
      {"Meeting.Phase.DECISIONS", "insatser"},
      {"Meeting.Phase.CLOSED", "avslutat"},
      {"Meeting.Phase.APPROVED", "godkänt"},
      {"Meeting.Phase.CANCELLED", "inställt"},
      {"AgendaItem.Kind.AREA", "område"},
      {"AgendaItem.Kind.CARRY_OVER", "kvar sedan förra mötet"},
      {"AgendaItem.Kind.FOLLOW_UP", "uppföljning"},
      {"AgendaItem.Kind.PLANNED_EVENT", "planerat"},
      {"AgendaItem.Kind.PROBLEM", "problem"},
      {"AgendaItem.Kind.PROPOSAL", "förslag"},
      {"CarryOver.Reason.NOT_CARRIED_OUT", "ej genomförd"},
      {"CarryOver.Reason.NOT_DECIDED", "ej avgjord"},
      {"CarryOver.Reason.NOT_FOLLOWED_UP", "ej uppföljd"},
      {"CarryOver.Reason.PROBLEM_UNANSWERED", "utan insats"},
      {"EntityKind.MINUTES", "minnesanteckningar"},
      {"EntityKind.MINUTES_ITEM", "del av minnesanteckningar"},
      {"Minutes.State.APPROVED", "godkända"},
      {"Minutes.State.DRAFT", "ej godkända"},
      {"OpenPoint.Kind.AREA_NOT_ASSESSED", "område ej bedömt"},
      {"OpenPoint.Kind.ASSIGNMENTS_HELD_BACK", "uppdrag ej skickade"},
      {"OpenPoint.Kind.DECISION_INCOMPLETE", "beslut saknar uppgifter"},
      {"OpenPoint.Kind.NOT_FOLLOWED_UP", "ej uppföljt"},
      {"OpenPoint.Kind.NO_NIGHT_LEAD", "ingen kvällsansvarig"},
      {"OpenPoint.Kind.NO_UNITS", "inga enheter"},
      {"OpenPoint.Kind.PROPOSAL_NOT_DECIDED", "förslag ej avgjort"},
      {"OpenPoint.Kind.PROPOSAL_WITHOUT_OWNER", "förslag utan ansvarig"},
      {"OpenPoint.Kind.SILENT", "tyst i laget runt"},
      {"RoundEntry.Kind.SAID", "sagt"},
      {"RoundEntry.Kind.NOTHING_TO_REPORT", "inget att rapportera"},
      {"RoundEntry.Kind.ORAL", "muntlig information, antecknas inte"},
      {"Problem.State.OPEN", "öppet"},
      {"Problem.State.MONITORED", "bevakas"},
      {"Problem.State.CLOSED", "avslutat"},
      {"Incident.State.CURRENT", "aktuell"},
      {"Incident.State.WITHDRAWN", "utgått"},
      {"Incident.State.MERGED", "sammanförd med en annan"},
      {"MergeCandidate.Reason.SAME_CATEGORY", "samma slag"},
      {"MergeCandidate.Reason.SAME_FAMILY", "samma grupp av slag"},
      {"MergeCandidate.Reason.NEAR", "nära varandra"},
      {"MergeCandidate.Reason.SAME_AREA", "samma område"},
      {"MergeCandidate.Reason.SAME_PLACE", "samma adress eller fastighet"},
      {"MergeCandidate.Reason.NEAR_IN_TIME", "nära i tid"},
      {"Deployment.Kind.VISIBLE_PATROL", "synlig närvaro"},
      {"Deployment.Kind.FOOT_STOP", "kort fotstopp"},
      {"Deployment.Kind.YOUTH_FIELD_WORK", "fältarbete"},
      {"Deployment.Kind.ADULT_PRESENCE", "vuxennärvaro"},
      {"Deployment.Kind.PROPERTY_ROUND", "rondering"},
      {"Deployment.Kind.LIGHTING", "belysning"},
      {"Deployment.Kind.SHRUBS", "röjning"},
      {"Deployment.Kind.REPAIR", "reparation/klottersanering"},
      {"Deployment.Kind.CAMERA", "kamera"},
      {"Deployment.Kind.ACCESS_CONTROL", "skalskydd"},
      {"Deployment.Kind.TRAFFIC_CONTROL", "trafikkontroll"},
      {"Deployment.Kind.LICENSING_INSPECTION", "tillsyn"},
      {"Deployment.Kind.OUTREACH", "uppsökande arbete"},
      {"Deployment.Kind.SCHOOL_CONTACT", "skolkontakt"},
      {"Deployment.Kind.EVENT_STEWARDING", "evenemang"},
      {"Deployment.Kind.COMMUNICATION", "kommunikation"},
      {"Deployment.Kind.OTHER", "annat"},
      {"Deployment.Prevention.SOCIAL", "social brottsprevention"},
      {"Deployment.Prevention.SITUATIONAL", "situationell brottsprevention"},
      {"Deployment.State.PROPOSED", "föreslagen"},
      {"Deployment.State.DECIDED", "överenskommen"},
      {"Deployment.State.ACTIVE", "pågår"},
      {"Deployment.State.COMPLETED", "genomförd"},
      {"Deployment.State.CANCELLED", "inställd"},
      {"Position.Stance.SUPPORT", "stöder"},
      {"Position.Stance.OBJECT", "invänder"},
      {"Position.Stance.ABSTAIN", "avstår"},
      {"FollowUp.Outcome.SUCCESSFUL", "lyckad"},
      {"FollowUp.Outcome.PARTIAL", "delvis"},
      {"FollowUp.Outcome.UNSUCCESSFUL", "misslyckad"},
      {"FollowUp.Outcome.CANNOT_TELL", "går inte att säga"},
      {"Assignment.State.OFFERED", "skickat"},
      {"Assignment.State.DELIVERED", "mottaget"},
      {"Assignment.State.SEEN", "sett"},
      {"Assignment.State.ACCEPTED", "kvitterat"},
      {"Assignment.State.EN_ROUTE", "på väg"},
      {"Assignment.State.ON_SCENE", "på plats"},
      {"Assignment.State.PAUSED", "paus"},
      {"Assignment.State.DONE", "klart"},
      {"Assignment.State.NOT_DONE", "ej utfört"},
      {"Assignment.State.DECLINED", "kan inte"},
      {"Assignment.State.EXPIRED", "obesvarat"},
      {"Assignment.State.CANCELLED", "återkallat"},
      {"Assignment.State.REPLACED", "ersatt"},
      {"Assignment.Reach.DEVICE", "kan väckas"},
      {"Assignment.Reach.CALL", "nås inte – ring"},
      {"Assignment.Lateness.ANSWERED_LATE", "svarade sent"},
      {"Assignment.Lateness.REACHED_US_LATE", "svarade i tid, nådde oss sent"},
      {"Debrief.Result.AS_PLANNED", "som planerat"},
      {"Debrief.Result.PARTLY", "delvis"},
      {"Debrief.Result.NOT", "blev inte av"},
      {"Debrief.Mood.CALM", "lugnt"},
      {"Debrief.Mood.UNEASY", "oroligt"},
      {"Debrief.Mood.DISORDERLY", "stökigt"},
      {"Debrief.Mood.NOBODY", "ingen där"},
      {"CoverageHour.State.COVERED", "täckt"},
      {"CoverageHour.State.THIN", "tunt"},
      {"CoverageHour.State.EMPTY", "tomt"},
      {"FieldUpdate.Kind.STATE", "läge"},
      {"FieldUpdate.Kind.LATE_STATE", "läge, för sent"},
      {"FieldUpdate.Kind.OUTDATED_STATE", "läge, för tidigare uppdrag"},
      {"FieldUpdate.Kind.NOTE", "anteckning"},
      {"FieldUpdate.Kind.PRESENCE", "minuter på plats"},
      {"FieldUpdate.Kind.STOP", "stopp"},
      {"Gate.Verdict.ALLOW", "tillåtet"},
      {"Gate.Verdict.WARN", "varning"},
      {"Gate.Verdict.BLOCK", "stopp"},
      {"Gate.Code.NO_PERMIT", "inget tillstånd"},
      {"Gate.Code.OUTSIDE_PERMIT_AREA", "utanför tillståndets område"},
      {"Gate.Code.OUTSIDE_PERMIT_TIME", "utanför tillståndets tid"},
      {"Gate.Code.OUTSIDE_OBJECT", "utanför uppdragsgivarens objekt"},
      {"Gate.Code.TOO_FEW_VOLUNTEERS", "färre än två frivilliga"},
      {"Gate.Code.NOT_FOR_VOLUNTEERS", "inte för frivilliga"},
      {"Gate.Code.BELOW_MINIMUM_CREW", "färre än minsta bemanning"},
      {"Gate.Code.FEW_VOLUNTEERS", "två frivilliga"},
      {"Gate.Code.NO_SHIFT", "inget pass"},
      {"Gate.Code.SHIFT_TOO_SHORT", "passet täcker inte hela tiden"},
      {"Gate.Code.AREA_WITHOUT_BORDER", "området saknar gräns"},
      {"Gate.Code.TOO_FAR", "för långt på för kort tid"},
      {"Gate.Code.TEMPORARY_PERMIT", "tillfälligt tillstånd"},
      {"Gate.Code.CREW_UNKNOWN", "bemanningen är inte känd"},
      {"AcknowledgeAssignmentRequest.Answer.SEEN", "sett"},
      {"AcknowledgeAssignmentRequest.Answer.ACCEPTED", "kvitterat"},
      {"AcknowledgeAssignmentRequest.Answer.DECLINED", "kan inte"},
      {"Report.Kind.INCIDENT", "händelse"},
      {"Report.Kind.OBSERVATION", "iakttagelse"},
      {"Report.Kind.PERCEPTION", "upplevd otrygghet"},
      {"Report.Kind.PHYSICAL_DEFECT", "fysisk brist"},
      {"Report.Kind.PLANNED_EVENT", "planerat"},
      {"Report.Kind.INFORMATION", "information"},
      {"Report.State.SUBMITTED", "ogranskad"},
      {"Report.State.ACCEPTED", "godtagen"},
      {"Report.State.RETURNED", "åter med fråga"},
      {"Report.State.REJECTED", "avvisad"},
      {"Report.State.RETRACTED", "återtagen"},
      {"Report.State.MERGED", "sammanförd"},
      {"Report.Knowledge.SEEN", "sett själv"},
      {"Report.Knowledge.HEARD", "hört av berörd"},
      {"Report.Knowledge.RUMOUR", "rykte"},
      {"Recurrence.Frequency.WEEKLY", "varje vecka"},
      {"Recurrence.Frequency.MONTHLY", "varje månad"},
      {"Recurrence.Frequency.YEARLY", "varje år"},
      {"TextFinding.Kind.MASKED_PERSON_NUMBER", "personnummer som togs bort"},
      {"TextFinding.Kind.CONFIRMED_NUMBER", "nummer som liknar ett personnummer"},
      {"TextFinding.Kind.PLATE", "registreringsskylt"},
      {"TextFinding.Kind.PHONE", "telefonnummer"},
      {"TextFinding.Kind.EMAIL", "e-postadress"},
      {"Repair.State.REPORTED", "anmält"},
      {"Repair.State.ORDERED", "beställt"},
      {"Repair.State.FIXED", "åtgärdat"},
      {"Repair.State.DECLINED", "åtgärdas inte"},
      {"SubmitReportsResult.Effect.CREATED", "ny"},
      {"SubmitReportsResult.Effect.AMENDED", "ändrad"},
      {"SubmitReportsResult.Effect.UNCHANGED", "oförändrad"},
      {"ReviewReportRequest.Verdict.ACCEPT", "godta"},
      {"ReviewReportRequest.Verdict.RETURN", "åter"},
      {"ReviewReportRequest.Verdict.REJECT", "avvisa"},
  });
  return *table;
}

// "RELEASE_CLASS_" of ReleaseClass.
std::string PrefixOf(const EnumDescriptor& type) {
  std::string prefix;
  for (char c : type.name()) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(c);
  }
  return prefix + "_";
}

std::string KeyOf(const EnumValueDescriptor& value) {
  absl::string_view type = value.type()->full_name();
  const absl::string_view package = value.type()->file()->package();
  type.remove_prefix(package.size() + 1);
  return absl::StrCat(type, ".", ShortNameOf(value));
}

// The few letters of Swedish that a person may write as capitals.
std::string Folded(absl::string_view text) {
  std::string lower = absl::AsciiStrToLower(text);
  return absl::StrReplaceAll(lower, {{"Å", "å"}, {"Ä", "ä"}, {"Ö", "ö"}, {"_", "-"}, {" ", "-"}});
}

}  // namespace

std::string ShortNameOf(const EnumValueDescriptor& value) {
  const std::string prefix = PrefixOf(*value.type());
  const std::string& name = value.name();
  return name.compare(0, prefix.size(), prefix) == 0 ? name.substr(prefix.size()) : name;
}

bool HasSwedishWord(const EnumValueDescriptor& value) { return Words().contains(KeyOf(value)); }

std::string WordOf(const EnumValueDescriptor& value, Language language) {
  if (value.number() == 0) return "–";
  if (language == Language::kSwedish) {
    const auto found = Words().find(KeyOf(value));
    if (found != Words().end()) return std::string(found->second);
  }
  return absl::StrReplaceAll(absl::AsciiStrToLower(ShortNameOf(value)), {{"_", " "}});
}

const EnumValueDescriptor* ValueFor(const EnumDescriptor& type, absl::string_view text) {
  const std::string wanted = Folded(text);
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor& value = *type.value(i);
    if (value.number() == 0) continue;
    if (Folded(ShortNameOf(value)) == wanted || Folded(value.name()) == wanted ||
        Folded(WordOf(value, Language::kSwedish)) == wanted) {
      return &value;
    }
  }
  return nullptr;
}

std::string ValuesOf(const EnumDescriptor& type) {
  std::vector<std::string> values;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) values.push_back(Folded(ShortNameOf(*type.value(i))));
  }
  return absl::StrJoin(values, ", ");
}

absl::string_view Say(Language language, absl::string_view swedish, absl::string_view english) {
  return language == Language::kSwedish ? swedish : english;
}

}  // namespace samsyn::cli
