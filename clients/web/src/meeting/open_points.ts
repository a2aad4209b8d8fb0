// What is left before a meeting is closed (R10), in words: what blocks, and what is only worth a thought. Which points
// there are the server says.
import { areaName, listed, shortOrganisation } from '$lib/names';
import { picture } from '$lib/picture.svelte';
import { Deployment_State, OpenPoint_Kind, type Meeting, type OpenPoint } from '$lib/proto';
import { ofMeeting } from './deployments';
import { agendaAreas, assessmentOf } from './levels';
import { entriesOf } from './round';
import { contentOf, sentence } from './sentence';
import type { Step } from './steps';
import { w } from './words';
import { w as words } from './open_point_words';

export interface OpenLine {
  words: string;
  blocks: boolean;
  /** Where it is settled. */
  step?: Step | undefined;
}

/** Something in a step still waits for an answer: known here, so that the way on follows each press. */
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

/** Where a point is settled; on the read-back itself where nothing stands. */
const stepOf: Partial<Record<OpenPoint_Kind, Step>> = {
  [OpenPoint_Kind.AREA_NOT_ASSESSED]: 'lage',
  [OpenPoint_Kind.DECISION_INCOMPLETE]: 'insatser',
  [OpenPoint_Kind.PROPOSAL_WITHOUT_OWNER]: 'insatser',
  [OpenPoint_Kind.PROPOSAL_NOT_DECIDED]: 'insatser',
  [OpenPoint_Kind.NO_UNITS]: 'insatser',
  [OpenPoint_Kind.SILENT]: 'laget-runt',
  [OpenPoint_Kind.NOT_FOLLOWED_UP]: 'uppfoljning',
};

const together = (names: string[]) => listed(names.filter(Boolean), w('and'));

function deploymentWords({ subject }: OpenPoint): string {
  const deployment = picture.deployments.get(subject);
  return deployment ? sentence(contentOf(deployment)) : w('notForYou');
}

function missingWords({ missing }: OpenPoint): string {
  const slots = { problem: 'problem', responsible_organisation: 'responsible', follow_up_due_time: 'followUp' } as const;
  return together(missing.map((field) => w(slots[field as keyof typeof slots] ?? 'problem')));
}

/** Several of a kind in one line; where each has its own words, a line each. */
function linesOf(kind: OpenPoint_Kind, points: readonly OpenPoint[]): string[] {
  const n = points.length;
  switch (kind) {
    case OpenPoint_Kind.AREA_NOT_ASSESSED:
      return [words('levels', { n, what: together(points.map((one) => areaName(one.subject))) })];
    case OpenPoint_Kind.DECISION_INCOMPLETE:
      return points.map((one) => words('needs', { needs: missingWords(one), what: deploymentWords(one) }));
    case OpenPoint_Kind.PROPOSAL_WITHOUT_OWNER:
      return points.map((one) => words('withoutOwner', { what: deploymentWords(one) }));
    case OpenPoint_Kind.ASSIGNMENTS_HELD_BACK:
      return [words('held', { n })];
    case OpenPoint_Kind.NO_NIGHT_LEAD:
      return [words('nightLead')];
    case OpenPoint_Kind.PROPOSAL_NOT_DECIDED:
      return [words('proposed', { n })];
    case OpenPoint_Kind.NO_UNITS:
      return points.map((one) => words('units', { what: deploymentWords(one) }));
    case OpenPoint_Kind.SILENT:
      return [words('silent', { what: together(points.map((one) => shortOrganisation(one.subject))) })];
    case OpenPoint_Kind.NOT_FOLLOWED_UP:
      return [words('notFollowedUp', { n })];
    default:
      return [];
  }
}

/** Points in words, in the order in which they came. */
export function openLines(points: readonly OpenPoint[]): OpenLine[] {
  const byKind = new Map<OpenPoint_Kind, OpenPoint[]>();
  for (const one of points) byKind.set(one.kind, [...(byKind.get(one.kind) ?? []), one]);
  return [...byKind].flatMap(([kind, its]) =>
    linesOf(kind, its).map((line) => ({ words: line, blocks: its.some((one) => one.blocks), step: stepOf[kind] })),
  );
}
