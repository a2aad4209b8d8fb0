// What is left before a meeting is closed (R10): what blocks, and what is only worth a thought.
import { Deployment_State, type Meeting } from '$lib/proto';
import { isHeldBack, missing, ofMeeting } from './deployments';
import { agendaAreas, assessmentOf } from './levels';
import { listed, shortOrganisation } from '$lib/names';
import { entriesOf } from './round';
import { contentOf, sentence } from './sentence';
import type { Step } from './steps';
import { w } from './words';
import { w as words } from '../views/mote/decision_words';

export interface OpenPoint {
  words: string;
  blocks: boolean;
  /** Where it is settled. */
  step?: Step;
}

/** Something in a step still waits for an answer. */
export function hasWorkLeft(meeting: Meeting, step: Step): boolean {
  switch (step) {
    case 'laget-runt':
      return meeting.attendingOrganisations.some((one) => entriesOf(meeting, one).length === 0);
    case 'lage':
      return agendaAreas(meeting).agenda.some((area) => !assessmentOf(meeting, area.name));
    case 'insatser':
      return ofMeeting(meeting).some((one) => one.state === Deployment_State.PROPOSED);
    default:
      return false;
  }
}

export function openPoints(meeting: Meeting): OpenPoint[] {
  const points: OpenPoint[] = [];
  const together = (names: string[]) => listed(names, w('and'));
  const unassessed = agendaAreas(meeting).agenda.filter((area) => !assessmentOf(meeting, area.name));
  if (unassessed.length > 0) {
    const what = together(unassessed.map((area) => area.displayName));
    points.push({ words: words('openLevels', { n: unassessed.length, what }), blocks: true, step: 'lage' });
  }
  const all = ofMeeting(meeting);
  const decided = all.filter((one) => one.state === Deployment_State.DECIDED || one.state === Deployment_State.ACTIVE);
  for (const one of decided) {
    const needs = missing(one);
    if (needs.length === 0) continue;
    const what = sentence(contentOf(one));
    points.push({ words: words('openNeeds', { needs: together(needs.map((need) => w(need))), what }), blocks: true, step: 'insatser' });
  }
  const held = decided.filter(isHeldBack).length;
  if (held > 0) points.push({ words: words('openHeld', { n: held }), blocks: true });
  if (!meeting.nightLead) points.push({ words: words('openNightLead'), blocks: true });
  const proposed = all.filter((one) => one.state === Deployment_State.PROPOSED).length;
  if (proposed > 0) points.push({ words: words('openProposed', { n: proposed }), blocks: false, step: 'insatser' });
  for (const one of decided.filter((each) => each.commitments.length === 0)) {
    points.push({ words: words('openUnits', { what: sentence(contentOf(one)) }), blocks: false, step: 'insatser' });
  }
  const silent = meeting.attendingOrganisations.filter((one) => entriesOf(meeting, one).length === 0);
  if (silent.length > 0) {
    const what = together(silent.map(shortOrganisation));
    points.push({ words: words('openSilent', { what }), blocks: false, step: 'laget-runt' });
  }
  return points;
}
