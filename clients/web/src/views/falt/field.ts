// The assignments of this person's units as the card shows them: what the picture has, what the server has just
// answered, and on top what this device has said and not sent yet. And what this device says of them.
import { picture } from '$lib/picture.svelte';
import {
  Assignment_State as State, type Assignment, type Debrief, type Debrief_Mood, type Debrief_Result, type NightLead,
} from '$lib/proto';
import { session } from '$lib/session.svelte';
import { serverNow } from '$lib/clock.svelte';
import { millis } from '$lib/time';
import { Answer } from '../../offline/answer';
import { aimOf, enqueue, queue } from '../../offline/queue.svelte';

const HOUR = 3_600_000;
/** What is over is still of use for so long. */
const LINGER_MS = 12 * HOUR;

const finals: readonly State[] = [State.DONE, State.NOT_DONE, State.DECLINED, State.CANCELLED, State.REPLACED];
const unanswered: readonly State[] = [State.OFFERED, State.DELIVERED, State.SEEN, State.EXPIRED];
const underWay: readonly State[] = [State.EN_ROUTE, State.ON_SCENE, State.PAUSED];

export const isFinal = (state: State) => finals.includes(state);
export const isUnanswered = (state: State) => unanswered.includes(state);

/** An assignment and where it stands by what this device knows. */
export interface Task {
  assignment: Assignment;
  state: State;
  /** Said on this device, not sent yet. */
  unsent: boolean;
}

function taskOf(known: Assignment): Task {
  const answered = queue.answered.get(known.name);
  const assignment = answered && answered.revision > known.revision ? answered : known;
  const said = queue.items.filter((item) => !item.refusal && 'name' in item.request && item.request.name === known.name);
  const aims = said.map(aimOf).filter((aim) => aim !== undefined);
  const state = aims.at(-1) ?? assignment.state;
  // A receipt that waits does not take back an answer that came by another way.
  const receipt = state === State.DELIVERED || state === State.SEEN;
  return receipt && assignment.state > state
    ? { assignment, state: assignment.state, unsent: false }
    : { assignment, state, unsent: aims.length > 0 };
}

function urgency({ state }: Task): number {
  if (underWay.includes(state)) return 0;
  return isUnanswered(state) ? 1 : 2;
}

/** Those of this person's units that are on or to come, most urgent first. */
export function currentTasks(): Task[] {
  return ownTasks()
    .filter(({ assignment, state }) => {
      const left = millis(assignment.window?.endTime) - serverNow();
      return !isFinal(state) && (left > 0 || (underWay.includes(state) && left > -LINGER_MS));
    })
    .sort((a, b) => urgency(a) - urgency(b) || start(a) - start(b));
}

/** Done, declined, taken back or let run out in the last hours, newest first. */
export function pastTasks(): Task[] {
  const now = serverNow();
  return ownTasks()
    .filter(({ assignment, state }) => {
      if (isFinal(state)) return now - millis(assignment.updateTime) < LINGER_MS;
      const over = now - millis(assignment.window?.endTime);
      return over >= 0 && over < LINGER_MS && !underWay.includes(state);
    })
    .sort((a, b) => millis(b.assignment.updateTime) - millis(a.assignment.updateTime));
}

const start = (task: Task) => millis(task.assignment.window?.startTime);

function ownTasks(): Task[] {
  const units = session.member?.units ?? [];
  return [...picture.assignments.values()].filter(({ unit }) => units.includes(unit)).map(taskOf);
}

// ---- What this device says.

function stamp({ definitionVersion, statusVersion }: Assignment) {
  return { definitionVersion, statusVersion };
}

export async function acknowledge({ assignment }: Task, answer: Answer, reason = ''): Promise<void> {
  await enqueue('answer', { name: assignment.name, answer, reason, stamp: stamp(assignment) });
}

export interface Progress {
  reason?: string;
  text?: string;
  minutesOnPlace?: number;
}

export async function progress({ assignment }: Task, state: State, more: Progress = {}): Promise<void> {
  await enqueue('progress', { name: assignment.name, state, ...more, stamp: stamp(assignment) });
}

export async function note({ assignment }: Task, text: string, minutesOnPlace = 0): Promise<void> {
  await enqueue('note', { name: assignment.name, text, minutesOnPlace, stamp: stamp(assignment) });
}

/** A stop was made, by its number (1 the first); 0 minutes: as planned. */
export async function stopMade({ assignment }: Task, stop: number, minutesOnPlace: number): Promise<void> {
  await enqueue('note', { name: assignment.name, stop, minutesOnPlace, stamp: stamp(assignment) });
}

/** How it went, once it is over. */
export async function debrief({ assignment }: Task, result: Debrief_Result, mood: Debrief_Mood, text: string): Promise<void> {
  await enqueue('debrief', { name: assignment.name, debrief: { result, mood, text } });
}

/** What was said of it: by the server, or by this device and not sent yet. */
export function debriefOf({ assignment }: Task): { said: Debrief | undefined; unsent: boolean } {
  const waits = queue.items.findLast(
    (item) => item.kind === 'debrief' && !item.refusal && item.request.name === assignment.name,
  );
  return waits?.kind === 'debrief'
    ? { said: waits.request.debrief, unsent: true }
    : { said: assignment.debrief, unsent: false };
}

/** A person has it open; after the device has said that it came (offline/receipts.svelte.ts). */
export async function markSeen(task: Task): Promise<void> {
  await acknowledge(task, Answer.SEEN);
}

// ---- The night.

/** Who leads it now, or next. */
export function nightLead(): NightLead | undefined {
  const now = serverNow();
  return [...picture.meetings.values()]
    .flatMap(({ nightLead: lead }) => (lead && !lead.over && millis(lead.window?.endTime) > now ? [lead] : []))
    .sort((a, b) => millis(a.window?.startTime) - millis(b.window?.startTime))[0];
}

/** Whom to call: the night lead, else the own organisation. */
export function callWhom(): { lead: boolean; phone: string; name: string } | undefined {
  const lead = nightLead();
  if (lead) return { lead: true, phone: lead.phone, name: leadName(lead) };
  const own = session.organisation;
  return own?.phone ? { lead: false, phone: own.phone, name: own.displayName } : undefined;
}

export function leadName(lead: NightLead): string {
  const member = picture.members.get(lead.member);
  return member?.displayName || member?.function || '';
}

/** For `href`: "070-174 06 20" is dialled without its spaces. */
export const tel = (phone: string) => `tel:${phone.replace(/[^\d+]/g, '')}`;
