// The words of people: roles, kinds of organisations, powers of units. Apart from the others, as few views need them.
import { OrganisationKind, Role, Unit_Power } from '../proto';
import { say } from './say';

export const role = say<Role>({
  [Role.COORDINATOR]: ['samordnare', 'coordinator'],
  [Role.CHAIR]: ['mötesledare', 'chair'],
  [Role.SECRETARY]: ['sekreterare', 'secretary'],
  [Role.REPORTER]: ['rapportör', 'reporter'],
  [Role.REVIEWER]: ['granskare', 'reviewer'],
  [Role.DISPATCHER]: ['enhetsansvarig', 'dispatcher'],
  [Role.FIELD]: ['fältpersonal', 'field staff'],
  [Role.PARTNER_SYSTEM]: ['system', 'system'],
  [Role.AUDITOR]: ['loggranskare', 'auditor'],
  [Role.OBSERVER]: ['observatör', 'observer'],
});

export const organisationKind = say<OrganisationKind>({
  [OrganisationKind.MUNICIPALITY]: ['kommun', 'municipality'],
  [OrganisationKind.BOARD]: ['nämnd', 'municipal board'],
  [OrganisationKind.MUNICIPAL_COMPANY]: ['bolag', 'municipal company'],
  [OrganisationKind.SCHOOL]: ['skola', 'school'],
  [OrganisationKind.SOCIAL_SERVICES]: ['socialtjänst', 'social services'],
  [OrganisationKind.POLICE]: ['polis', 'police'],
  [OrganisationKind.REGION]: ['region', 'region'],
  [OrganisationKind.STATE_AUTHORITY]: ['statlig myndighet', 'state authority'],
  [OrganisationKind.FAITH_COMMUNITY]: ['trossamfund', 'faith community'],
  [OrganisationKind.RESCUE_SERVICE]: ['räddningstjänst', 'rescue service'],
  [OrganisationKind.PROPERTY_OWNER]: ['fastighetsägare', 'property owner'],
  [OrganisationKind.PLACE_COLLABORATION]: ['platssamverkan', 'place collaboration'],
  [OrganisationKind.BUSINESS]: ['näringsliv', 'business'],
  [OrganisationKind.SECURITY_COMPANY]: ['bevakningsföretag', 'security company'],
  [OrganisationKind.TRANSPORT]: ['trafik', 'transport'],
  [OrganisationKind.ASSOCIATION]: ['förening', 'association'],
});

export const unitPower = say<Unit_Power>({
  [Unit_Power.POLICE]: ['polis', 'police'],
  [Unit_Power.PUBLIC_ORDER_GUARD]: ['ordningsvakt', 'public order guard'],
  [Unit_Power.GUARD]: ['väktare', 'guard'],
  [Unit_Power.HOST]: ['värd', 'host'],
  [Unit_Power.FIELD_WORKER]: ['fältarbetare', 'field worker'],
  [Unit_Power.VOLUNTEER]: ['volontär', 'volunteer'],
});
