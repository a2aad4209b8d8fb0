// Questions about deployments that several sheets ask: which belong to a meeting, what is missing, who objects.
import { picture } from '$lib/picture.svelte';
import {
  Assignment_State, Deployment_State, Position_Stance, type Assignment, type Commitment, type Deployment, type Meeting,
} from '$lib/proto';
import { millis } from '$lib/time';

export function byTime(a: Deployment, b: Deployment): number {
  return millis(a.window?.startTime) - millis(b.window?.startTime) || millis(a.createTime) - millis(b.createTime);
}

export function isLive(deployment: Deployment): boolean {
  return [Deployment_State.PROPOSED, Deployment_State.DECIDED, Deployment_State.ACTIVE].includes(deployment.state);
}

/** Decided while this meeting was open. */
export function decidedIn(meeting: Meeting, deployment: Deployment): boolean {
  const decided = millis(deployment.decideTime);
  if (!decided || !meeting.openTime) return false;
  return decided >= millis(meeting.openTime) && (!meeting.closeTime || decided <= millis(meeting.closeTime));
}

/** What this meeting works on: what was proposed in it, and what waits from before. */
export function ofMeeting(meeting: Meeting): Deployment[] {
  return [...picture.deployments.values()]
    .filter(
      (one) => one.meeting === meeting.name || decidedIn(meeting, one) || one.state === Deployment_State.PROPOSED,
    )
    .sort(byTime);
}

/** What is followed up at a meeting: what its agenda says (`due`), and all that the meeting before decided. */
export function toFollowUp(meeting: Meeting, due: readonly string[]): Deployment[] {
  const before = picture.meetings.get(meeting.previousMeeting);
  return [...picture.deployments.values()]
    .filter((one) => one.decideTime && (due.includes(one.name) || (before !== undefined && decidedIn(before, one))))
    .sort((a, b) => Number(isFollowedUp(a)) - Number(isFollowedUp(b)) || byTime(a, b));
}

export function isFollowedUp(deployment: Deployment): boolean {
  return deployment.followUp !== undefined || deployment.state === Deployment_State.CANCELLED;
}

/** What a decision needs (R2). */
export type Need = 'problem' | 'responsible' | 'followUp';

export function missing(deployment: Deployment): Need[] {
  const needs: Need[] = [];
  if (!deployment.problem) needs.push('problem');
  if (!deployment.responsibleOrganisation) needs.push('responsible');
  if (!deployment.followUpDueTime) needs.push('followUp');
  return needs;
}

/** Organisations that object and whose units are committed: the decision needs a word about them (R2). */
export function objectors(deployment: Deployment): string[] {
  return deployment.positions
    .filter((one) => one.stance === Position_Stance.OBJECT)
    .map((one) => one.organisation)
    .filter((organisation) => deployment.commitments.some((one) => one.organisation === organisation));
}

/** Its assignments come with the read-back, and have not come yet. */
export function isHeldBack(deployment: Deployment): boolean {
  return deployment.state === Deployment_State.DECIDED && deployment.offerAfterReadBack && !deployment.offered;
}

export function assignmentOf(commitment: Commitment): Assignment | undefined {
  return commitment.assignment ? picture.assignments.get(commitment.assignment) : undefined;
}

/** Its assignments that this person sees, also those that were handed over or called back. */
export function assignmentsOf(deployment: Deployment): Assignment[] {
  return [...picture.assignments.values()]
    .filter((one) => one.deployment === deployment.name)
    .sort((a, b) => millis(a.createTime) - millis(b.createTime));
}

const finals: readonly Assignment_State[] = [
  Assignment_State.DONE, Assignment_State.NOT_DONE, Assignment_State.DECLINED, Assignment_State.CANCELLED,
  Assignment_State.REPLACED,
];

export function isFinal(assignment: Assignment): boolean {
  return finals.includes(assignment.state);
}
