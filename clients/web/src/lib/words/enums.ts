// The words of the contract's enums, as the meeting says them; a value that the page does not know is left blank.
import { say } from './say';
import {
  AreaLevel, Category, Deployment_Kind, Deployment_State, Family, FollowUp_Outcome, Meeting_Phase, Position_Stance,
  Problem_State, Report_Kind, Report_State, RoundEntry_Kind,
} from '../proto';

export { assignmentState, lateness } from './assignment';
export { className } from './classes';

export const levelName = say<AreaLevel>({
  [AreaLevel.GREEN]: ['normalt', 'normal'],
  [AreaLevel.YELLOW]: ['förhöjt', 'raised'],
  [AreaLevel.ORANGE]: ['bekymmersamt', 'worrying'],
  [AreaLevel.RED]: ['allvarligt', 'serious'],
  [AreaLevel.UNKNOWN]: ['ej bedömt', 'not assessed'],
});

export const deploymentState = say<Deployment_State>({
  [Deployment_State.PROPOSED]: ['föreslagen', 'proposed'],
  [Deployment_State.DECIDED]: ['överenskommen', 'agreed'],
  [Deployment_State.ACTIVE]: ['pågår', 'under way'],
  [Deployment_State.COMPLETED]: ['genomförd', 'completed'],
  [Deployment_State.CANCELLED]: ['inställd', 'called off'],
});

export const deploymentKind = say<Deployment_Kind>({
  [Deployment_Kind.VISIBLE_PATROL]: ['synlig närvaro', 'visible presence'],
  [Deployment_Kind.FOOT_STOP]: ['kort fotstopp', 'short foot stop'],
  [Deployment_Kind.YOUTH_FIELD_WORK]: ['fältarbete', 'youth field work'],
  [Deployment_Kind.ADULT_PRESENCE]: ['vuxennärvaro', 'adult presence'],
  [Deployment_Kind.PROPERTY_ROUND]: ['rondering', 'property round'],
  [Deployment_Kind.LIGHTING]: ['belysning', 'lighting'],
  [Deployment_Kind.SHRUBS]: ['röjning', 'clearing of shrubs'],
  [Deployment_Kind.REPAIR]: ['reparation/klottersanering', 'repair, removal of graffiti'],
  [Deployment_Kind.CAMERA]: ['kamera', 'camera'],
  [Deployment_Kind.ACCESS_CONTROL]: ['skalskydd', 'access control'],
  [Deployment_Kind.TRAFFIC_CONTROL]: ['trafikkontroll', 'traffic control'],
  [Deployment_Kind.LICENSING_INSPECTION]: ['tillsyn', 'licensing inspection'],
  [Deployment_Kind.OUTREACH]: ['uppsökande arbete', 'outreach'],
  [Deployment_Kind.SCHOOL_CONTACT]: ['skolkontakt', 'contact with a school'],
  [Deployment_Kind.EVENT_STEWARDING]: ['evenemang', 'event stewarding'],
  [Deployment_Kind.COMMUNICATION]: ['kommunikation', 'communication'],
  [Deployment_Kind.OTHER]: ['annat', 'other'],
});

export const outcome = say<FollowUp_Outcome>({
  [FollowUp_Outcome.SUCCESSFUL]: ['lyckad', 'successful'],
  [FollowUp_Outcome.PARTIAL]: ['delvis', 'partly'],
  [FollowUp_Outcome.UNSUCCESSFUL]: ['misslyckad', 'unsuccessful'],
  [FollowUp_Outcome.CANNOT_TELL]: ['går inte att säga', 'cannot tell'],
});

export const stance = say<Position_Stance>({
  [Position_Stance.SUPPORT]: ['stöder', 'supports'],
  [Position_Stance.OBJECT]: ['invänder', 'objects'],
  [Position_Stance.ABSTAIN]: ['avstår', 'abstains'],
});

export const phase = say<Meeting_Phase>({
  [Meeting_Phase.PLANNED]: ['planerat', 'planned'],
  [Meeting_Phase.FOLLOW_UP]: ['uppföljning', 'follow-up'],
  [Meeting_Phase.ROUND]: ['laget runt', 'the round'],
  [Meeting_Phase.LEVELS]: ['lägesbedömning', 'levels'],
  [Meeting_Phase.PRIORITIES]: ['prioritering', 'priorities'],
  [Meeting_Phase.DECISIONS]: ['insatser', 'deployments'],
  [Meeting_Phase.CLOSED]: ['avslutat', 'closed'],
  [Meeting_Phase.APPROVED]: ['godkänt', 'approved'],
  [Meeting_Phase.CANCELLED]: ['inställt', 'cancelled'],
});

export const roundEntryKind = say<RoundEntry_Kind>({
  [RoundEntry_Kind.SAID]: ['rapporterade', 'reported'],
  [RoundEntry_Kind.NOTHING_TO_REPORT]: ['inget att rapportera', 'nothing to report'],
  [RoundEntry_Kind.ORAL]: ['muntlig information lämnades, antecknas inte', 'informed orally, not written down'],
});

export const reportKind = say<Report_Kind>({
  [Report_Kind.INCIDENT]: ['händelse', 'incident'],
  [Report_Kind.OBSERVATION]: ['iakttagelse', 'observation'],
  [Report_Kind.PERCEPTION]: ['upplevd otrygghet', 'felt unsafety'],
  [Report_Kind.PHYSICAL_DEFECT]: ['fysisk brist', 'physical defect'],
  [Report_Kind.PLANNED_EVENT]: ['planerat evenemang', 'planned event'],
  [Report_Kind.INFORMATION]: ['information', 'information'],
});

export const reportState = say<Report_State>({
  [Report_State.SUBMITTED]: ['ogranskad', 'not reviewed'],
  [Report_State.ACCEPTED]: ['godtagen', 'accepted'],
  [Report_State.RETURNED]: ['återsänd', 'returned'],
  [Report_State.REJECTED]: ['ej godtagen', 'not accepted'],
  [Report_State.RETRACTED]: ['tillbakadragen', 'withdrawn'],
  [Report_State.MERGED]: ['sammanförd', 'merged'],
});

export const problemState = say<Problem_State>({
  [Problem_State.OPEN]: ['öppet', 'open'],
  [Problem_State.MONITORED]: ['bevakas', 'monitored'],
  [Problem_State.CLOSED]: ['avslutat', 'closed'],
});

export const category = say<Category>({
  [Category.VIOLENCE]: ['våld', 'violence'],
  [Category.ROBBERY]: ['rån', 'robbery'],
  [Category.CLOSE_RELATION_VIOLENCE]: ['våld i nära relation', 'violence in a close relation'],
  [Category.THREAT_TO_STAFF]: ['hot mot personal', 'threat to staff'],
  [Category.SEXUAL_OFFENCE]: ['sexualbrott', 'sexual offence'],
  [Category.WEAPON_OR_EXPLOSION]: ['vapen och sprängning', 'weapon or explosion'],
  [Category.DRUGS]: ['narkotika', 'drugs'],
  [Category.ALCOHOL]: ['alkohol', 'alcohol'],
  [Category.THEFT]: ['stöld', 'theft'],
  [Category.BURGLARY]: ['inbrott', 'burglary'],
  [Category.FRAUD]: ['bedrägeri', 'fraud'],
  [Category.VANDALISM]: ['skadegörelse och klotter', 'vandalism and graffiti'],
  [Category.FIRE]: ['brand', 'fire'],
  [Category.RECKLESS_TRAFFIC]: ['buskörning', 'reckless driving'],
  [Category.TRAFFIC_ACCIDENT]: ['trafikolycka', 'traffic accident'],
  [Category.DISORDER]: ['ordningsstörning', 'disorder'],
  [Category.UNSAFE_ENVIRONMENT]: ['otrygg miljö', 'unsafe place'],
  [Category.WORRY]: ['oro', 'worry'],
  [Category.YOUTH_CONCERN]: ['oro för unga', 'concern for young people'],
  [Category.EXTREMISM]: ['våldsbejakande extremism', 'violent extremism'],
  [Category.ONLINE]: ['på nätet', 'online'],
  [Category.MISSING_PERSON]: ['försvunnen person', 'missing person'],
  [Category.WELFARE]: ['hjälp och omsorg', 'help and welfare'],
  [Category.WORKPLACE_ACCIDENT]: ['arbetsplatsolycka', 'workplace accident'],
  [Category.PLANNED_EVENT]: ['planerat evenemang', 'planned event'],
  [Category.INFORMATION]: ['information', 'information'],
  [Category.OTHER]: ['övrigt', 'other'],
});

export const family = say<Family>({
  [Family.VIOLENCE]: ['våld och hot', 'violence and threats'],
  [Family.WEAPONS]: ['vapen', 'weapons'],
  [Family.DRUGS_ALCOHOL]: ['narkotika och alkohol', 'drugs and alcohol'],
  [Family.THEFT]: ['stöld och inbrott', 'theft and burglary'],
  [Family.DAMAGE_FIRE]: ['skadegörelse och brand', 'damage and fire'],
  [Family.TRAFFIC]: ['trafik', 'traffic'],
  [Family.DISORDER]: ['ordning', 'disorder'],
  [Family.UNSAFETY]: ['oro och miljö', 'worry and places'],
});
