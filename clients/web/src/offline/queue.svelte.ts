// The queue of what this person has answered and reported: kept on the device before anything else happens, sent
// in order when the server can be reached, as often as needed (the ids are made here, so nothing has a second
// effect), and gone only when the server has it or the person has seen why not. What does the work (sending.ts)
// is loaded behind the first view.
//
//   const id = await enqueue('report', { municipality, report: { category, area, text } });
//   const outcome = await outcomeOf(id, 3_000);        // 'sent', 'refused' or, after that time, 'waiting'
//   if (outcome === 'refused') { show(refusalOf(id)); dismiss(id); }   // else the field view keeps showing it
//
// `enqueue` makes `request_id` and, where the request has a stamp, its operation, time, device and sequence. It
// throws when the request cannot be kept; it resolves when it is, whether there is a network or not.
import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { SvelteMap } from 'svelte/reactivity';
import type {
  AcknowledgeAssignmentRequestSchema, AddFieldUpdateRequestSchema, DebriefAssignmentRequestSchema, ReportDeliveryRequestSchema,
  SubmitReportRequestSchema, UpdateAssignmentRequestSchema,
} from '$lib/calls';
import { whenRemoved } from '$lib/picture.svelte';
import { Assignment_State, type Assignment } from '$lib/proto';
import { Answer } from './answer';
import type { Kind, Refusal } from './outgoing';

export interface Schemas {
  delivery: typeof ReportDeliveryRequestSchema;
  answer: typeof AcknowledgeAssignmentRequestSchema;
  progress: typeof UpdateAssignmentRequestSchema;
  note: typeof AddFieldUpdateRequestSchema;
  debrief: typeof DebriefAssignmentRequestSchema;
  report: typeof SubmitReportRequestSchema;
}

/** What waits or was refused: `request` is by its kind. */
export type Item = {
  [K in Kind]: { id: number; kind: K; time: number; request: MessageShape<Schemas[K]>; refusal: Refusal | undefined };
}[Kind];

const state = $state({ items: [] as readonly Item[] });
const answered = new SvelteMap<string, Assignment>();
whenRemoved((name) => answered.delete(name));

export const queue = {
  /** In their order; what the device itself says (received, seen) among them. */
  get items(): readonly Item[] {
    return state.items;
  },
  /** What the person waits to have sent. */
  get waiting(): readonly Item[] {
    return state.items.filter((item) => !item.refusal && !isReceipt(item));
  },
  /** What the person has to be told. */
  get refused(): readonly Item[] {
    return state.items.filter((item) => item.refusal);
  },
  /** Assignments as the server last answered, which the picture may not have yet. */
  answered,
};

/** For sending.ts. */
export function setItems(items: readonly Item[]): void {
  state.items = items;
}

/** Said by the device or by looking, not by an answer: nobody needs to hear how it went. */
export function isReceipt(item: Item): boolean {
  return item.kind === 'delivery'
    || (item.kind === 'answer' && item.request.answer === Answer.SEEN);
}

/** The state that a request is to lead to; undefined for notes, debriefs and reports. */
export function aimOf(item: Item): Assignment_State | undefined {
  if (item.kind === 'delivery') return Assignment_State.DELIVERED;
  if (item.kind === 'progress') return item.request.state;
  if (item.kind !== 'answer') return undefined;
  switch (item.request.answer) {
    case Answer.ACCEPTED:
      return Assignment_State.ACCEPTED;
    case Answer.DECLINED:
      return Assignment_State.DECLINED;
    default:
      return Assignment_State.SEEN;
  }
}

/** Keeps the request and sends it as soon as that can be done. Returns its number, once it is kept. */
export async function enqueue<K extends Kind>(kind: K, init: MessageInitShape<Schemas[K]>): Promise<number> {
  return (await import('./sending')).put(kind, init);
}

/** The person has seen the refusal. */
export async function dismiss(id: number): Promise<void> {
  await (await import('./sending')).remove(id);
}

/** The writer says that the number in it, for which it was refused, is no person's. */
export async function sendConfirmed(id: number): Promise<void> {
  await (await import('./sending')).confirmNumbers(id);
}

export function refusalOf(id: number): Refusal | undefined {
  return state.items.find((item) => item.id === id)?.refusal;
}

/** How it went; 'waiting' when the time is over. */
export async function outcomeOf(id: number, millis: number): Promise<'sent' | 'refused' | 'waiting'> {
  const now = () => {
    const item = state.items.find((one) => one.id === id);
    return item ? (item.refusal ? 'refused' : 'waiting') : 'sent';
  };
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(now()), millis);
    const settle = (outcome: 'sent' | 'refused' | 'waiting') => {
      clearTimeout(timer);
      stop();
      resolve(outcome);
    };
    const stop = $effect.root(() => {
      $effect(() => {
        const outcome = now();
        if (outcome !== 'waiting') queueMicrotask(() => settle(outcome));
      });
    });
  });
}
