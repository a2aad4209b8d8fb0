// The meeting that the board is about, what it agreed on, and how the evening goes.
import { picture } from '$lib/picture.svelte';
import { Assignment_Reach, Assignment_State, Deployment_State, type Assignment, type Deployment, type Meeting, type NightLead, type Shift } from '$lib/proto';
import { heldShifts } from '$lib/shifts';
import { millis } from '$lib/time';

/** The open one; else, while its night lasts or nothing else is planned, the last closed one; else the next. */
export function meetingOfBoard(): Meeting | undefined {
  return picture.openMeeting() ?? picture.previousMeeting() ?? picture.nextMeeting();
}

const order: readonly Deployment_State[] = [
  Deployment_State.ACTIVE, Deployment_State.DECIDED, Deployment_State.PROPOSED, Deployment_State.COMPLETED,
  Deployment_State.CANCELLED,
];

function ranked(all: Deployment[]): Deployment[] {
  return all.sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || millis(a.window?.startTime) - millis(b.window?.startTime) || a.name.localeCompare(b.name),
  );
}

/** What the meeting proposed and decided, and what goes on whichever meeting decided it. */
export function decisions(meeting: Meeting | undefined): Deployment[] {
  const lives: readonly Deployment_State[] = [Deployment_State.ACTIVE, Deployment_State.DECIDED];
  return ranked(
    [...picture.deployments.values()].filter((one) => lives.includes(one.state) || (meeting && one.meeting === meeting.name)),
  );
}

const over: readonly Assignment_State[] = [
  Assignment_State.DONE, Assignment_State.NOT_DONE, Assignment_State.DECLINED, Assignment_State.CANCELLED, Assignment_State.REPLACED,
];

export function isOver(assignment: Assignment): boolean {
  return over.includes(assignment.state);
}

/** Assignments that are not over and whose time has not gone by: who has to act first. */
export function liveAssignments(now: number): Assignment[] {
  const rank = (one: Assignment) =>
    one.state === Assignment_State.EXPIRED ? 0 : one.state <= Assignment_State.SEEN ? 1 : one.state === Assignment_State.ON_SCENE ? 2 : 3;
  return [...picture.assignments.values()]
    .filter((one) => !isOver(one) && millis(one.window?.endTime) > now)
    .sort((a, b) => rank(a) - rank(b) || millis(a.window?.startTime) - millis(b.window?.startTime) || a.name.localeCompare(b.name));
}

export function shiftOf(unit: string, now: number): Shift | undefined {
  const shifts = heldShifts().filter((one) => one.unit === unit && millis(one.window?.endTime) > now);
  return shifts.sort((a, b) => millis(a.window?.startTime) - millis(b.window?.startTime))[0];
}

/** Shifts that run now. */
export function outNow(now: number): Shift[] {
  return heldShifts()
    .filter((one) => millis(one.window?.startTime) <= now && now < millis(one.window?.endTime))
    .sort((a, b) => millis(a.window?.endTime) - millis(b.window?.endTime) || a.name.localeCompare(b.name));
}

/** Whoever leads the night of now, or the one that the board's meeting has named for later. */
export function nightLead(now: number): NightLead | undefined {
  const leads = [picture.openMeeting(), picture.previousMeeting()].map((meeting) => meeting?.nightLead);
  return leads.find((lead) => lead && millis(lead.window?.endTime) > now);
}

export type Warning = { assignment: Assignment; why: 'expired' | 'unreached' };

/** What the night lead or a dispatcher has to act on: what reaches nobody by itself, and what nobody answered. */
export function warnings(now: number): Warning[] {
  const found = new Map<string, Warning>();
  for (const assignment of liveAssignments(now)) {
    const why =
      assignment.reach === Assignment_Reach.CALL ? 'unreached'
      : assignment.state === Assignment_State.EXPIRED ? 'expired'
      : undefined;
    // One call to a unit settles all that it has.
    if (why && !found.has(assignment.unit)) found.set(assignment.unit, { assignment, why });
  }
  return [...found.values()];
}

/** The number to call about an assignment: the server's where nobody is reached, else as it would choose. */
export function numberFor({ unit, organisation, reachPhone }: Assignment, now: number): string {
  return (
    reachPhone || shiftOf(unit, now)?.phone || picture.units.get(unit)?.phone ||
    picture.organisations.get(organisation)?.phone || ''
  );
}
