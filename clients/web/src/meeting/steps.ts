// The steps of a meeting in their order: the server's phases, and the read-back, which is a look at the last one.
import { Meeting_Phase, Role, type Meeting } from '$lib/proto';
import { hasRole, session } from '$lib/session.svelte';

/** What stands in the address: `#/mote/upplasning`; without a step the page follows the meeting. */
export const steps = ['uppfoljning', 'laget-runt', 'lage', 'prioritering', 'insatser', 'upplasning'] as const;
export type Step = (typeof steps)[number];

const phaseOf: Record<Step, Meeting_Phase> = {
  'uppfoljning': Meeting_Phase.FOLLOW_UP,
  'laget-runt': Meeting_Phase.ROUND,
  'lage': Meeting_Phase.LEVELS,
  'prioritering': Meeting_Phase.PRIORITIES,
  'insatser': Meeting_Phase.DECISIONS,
  'upplasning': Meeting_Phase.DECISIONS,
};

export function phaseOfStep(step: Step): Meeting_Phase {
  return phaseOf[step];
}

/** Where the meeting is; undefined before it is opened and after it is closed. */
export function stepOf(meeting: Meeting): Step | undefined {
  return steps.find((step) => phaseOf[step] === meeting.phase);
}

export function isStep(value: string): value is Step {
  return (steps as readonly string[]).includes(value);
}

export function isOpen(meeting: Meeting): boolean {
  return stepOf(meeting) !== undefined;
}

/** This person leads the meeting. */
export function chairs(meeting: Meeting): boolean {
  return session.member !== undefined && meeting.chair === session.member.name;
}

/** Chair or secretary: moves the meeting on and writes down what others say. */
export function leads(meeting: Meeting): boolean {
  const own = session.member?.name;
  return chairs(meeting) || hasRole(Role.SECRETARY) || (own !== undefined && meeting.secretary === own);
}

/** `on_behalf_of` for what an organisation says: empty where it is one's own. */
export function onBehalfOf(organisation: string): string {
  return organisation === session.organisation?.name ? '' : organisation;
}
