// What this person is offered to do with deployments and assignments. It only chooses what to show: rights are the
// server's.
import { picture } from '$lib/picture.svelte';
import { Deployment_State, Role, type Assignment, type Deployment, type Unit } from '$lib/proto';
import { hasRole, session } from '$lib/session.svelte';
import { isLive } from './deployments';
import { chairs, leads } from './steps';

/** `on_behalf_of` with which this person speaks for an organisation; undefined: it may not. */
export function voiceFor(organisation: string, ...roles: Role[]): string | undefined {
  if (organisation === session.organisation?.name && hasRole(...roles)) return '';
  const meeting = picture.openMeeting();
  if (meeting && leads(meeting) && meeting.attendingOrganisations.includes(organisation)) return organisation;
  return undefined;
}

/** The same for a unit: by its own organisation, or by one that directs it (R1). */
export function voiceForUnit(unit: Unit): string | undefined {
  const own = session.organisation?.name ?? '';
  if (hasRole(Role.DISPATCHER) && unit.directingOrganisations.includes(own)) return '';
  const voices = [unit.organisation, ...unit.directingOrganisations].map((one) => voiceFor(one, Role.DISPATCHER));
  return voices.find((one) => one !== undefined);
}

/** The unit's own dispatcher, in person: may also do so in spite of a clash (R3). */
export function dispatches(organisation: string): boolean {
  return hasRole(Role.DISPATCHER) && organisation === session.organisation?.name;
}

export function mayPropose(): boolean {
  return hasRole(Role.COORDINATOR, Role.CHAIR, Role.SECRETARY, Role.DISPATCHER, Role.REPORTER);
}

export function mayDecide(): boolean {
  const meeting = picture.openMeeting();
  return meeting ? chairs(meeting) : hasRole(Role.CHAIR);
}

/** Ends and changes what is agreed. */
export function leadsDeployments(): boolean {
  return hasRole(Role.CHAIR, Role.COORDINATOR) || session.nightLead;
}

export function mayChange(deployment: Deployment): boolean {
  if (!isLive(deployment)) return false;
  if (leadsDeployments()) return true;
  return deployment.owner === session.organisation?.name && deployment.state === Deployment_State.PROPOSED && mayPropose();
}

export function mayStandDown(deployment: Deployment): boolean {
  return leadsDeployments() && [Deployment_State.DECIDED, Deployment_State.ACTIVE].includes(deployment.state);
}

export function mayFollowUp(deployment: Deployment): boolean {
  if (deployment.state !== Deployment_State.COMPLETED) return false;
  if (hasRole(Role.COORDINATOR, Role.CHAIR, Role.SECRETARY)) return true;
  return deployment.responsibleOrganisation === session.organisation?.name && mayPropose();
}

/** Sends the unit of an assignment elsewhere: its own dispatcher, or one of an organisation that directs it. */
export function mayRedirect(assignment: Assignment): boolean {
  const directing = picture.units.get(assignment.unit)?.directingOrganisations ?? [];
  const own = session.organisation?.name ?? '';
  return hasRole(Role.DISPATCHER) && (own === assignment.organisation || directing.includes(own));
}
