// How the queue (queue.svelte.ts) is kept on the device and sent from it.
import { clone, create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { assignments, explain, newRequestId, reports, type Explanation } from '$lib/api';
import { setWaiting } from '$lib/connection.svelte';
import {
  AcknowledgeAssignmentRequestSchema, AddFieldUpdateRequestSchema, DebriefAssignmentRequestSchema, ReportDeliveryRequestSchema,
  SubmitReportRequestSchema, UpdateAssignmentRequestSchema,
} from '$lib/calls';
import { guardTexts } from '$lib/number_guard.svelte';
import type { Assignment } from '$lib/proto';
import { millis, toTimestamp } from '$lib/time';
import { deviceStore, whenWiped } from './device';
import { pack, QUEUE_NEWS, SENDING, SYNC_TAG, unpack, type Kind, type Outgoing } from './outgoing';
import { aimOf, isReceipt, queue, setItems, type Item, type Schemas } from './queue.svelte';

// At least; by half as much again on the average, so that many devices do not come at once.
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

const schemas: Schemas = {
  delivery: ReportDeliveryRequestSchema,
  answer: AcknowledgeAssignmentRequestSchema,
  progress: UpdateAssignmentRequestSchema,
  note: AddFieldUpdateRequestSchema,
  debrief: DebriefAssignmentRequestSchema,
  report: SubmitReportRequestSchema,
};

/** Stands in where nothing can be kept: lasts as long as the page. */
const unkept = new Map<number, Outgoing>();
let unkeptSequence = 0;
const news = 'BroadcastChannel' in globalThis ? new BroadcastChannel(QUEUE_NEWS) : undefined;

// ---- What is kept.

function itemOf(id: number, { kind, time, request, refusal }: Outgoing): Item {
  return { id, kind, time, request: fromBinary(schemas[kind], request), refusal } as Item;
}

function outgoingOf(item: Item): Outgoing {
  const request = toBinary(schemas[item.kind], item.request as never) as Uint8Array<ArrayBuffer>;
  const outgoing: Outgoing = { kind: item.kind, time: item.time, request };
  return item.refusal ? { ...outgoing, refusal: item.refusal } : outgoing;
}

async function keep(item: Item): Promise<void> {
  const store = await deviceStore();
  if (store) await store.enqueue(item.id, pack(outgoingOf(item)));
  else unkept.set(item.id, outgoingOf(item));
  await changed();
}

export async function remove(id: number): Promise<void> {
  unkept.delete(id);
  await (await deviceStore(false))?.dequeue(id);
  await changed();
}

export async function load(): Promise<void> {
  const store = await deviceStore(false);
  const kept = store ? (await store.queue()).map(([id, bytes]) => [id, unpack(bytes)] as const) : [];
  const items = [...kept, ...unkept].map(([id, outgoing]) => itemOf(id, outgoing));
  setItems(items);
  setWaiting(queue.waiting.length);
}

async function changed(): Promise<void> {
  await load();
  news?.postMessage('changed');
}

// ---- Putting in.

async function nextSequence(): Promise<number> {
  const store = await deviceStore();
  return store ? store.nextSequence() : ++unkeptSequence;
}

export async function put<K extends Kind>(kind: K, init: MessageInitShape<Schemas[K]>): Promise<number> {
  const request = create(schemas[kind] as Schemas[Kind], init as never);
  guardTexts(request);
  const id = await nextSequence();
  const time = new Date();
  request.requestId = newRequestId();
  if ('stamp' in request && request.stamp) {
    request.stamp.operationId = newRequestId();
    request.stamp.deviceTime = toTimestamp(time);
    request.stamp.deviceId = (await deviceStore())?.deviceId ?? '';
    request.stamp.sequence = BigInt(id);
  }
  await keep({ id, kind, time: time.getTime(), request, refusal: undefined } as Item);
  void send();
  void wakeLater();
  return id;
}

/** Sends again what was refused for a number, as its writer says that it is no person's. */
export async function confirmNumbers(id: number): Promise<void> {
  const item = queue.items.find((one) => one.id === id);
  if (!item) return;
  const request = clone(schemas[item.kind] as Schemas[Kind], item.request as never);
  request.requestId = newRequestId();
  if ('notPersonNumbers' in request) request.notPersonNumbers = true;
  await keep({ ...item, request, refusal: undefined } as Item);
  void send();
}

/** Where the browser can, the service worker is woken when the network is back, also with the page closed. */
async function wakeLater(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register(SYNC_TAG).catch(() => undefined);
}

// ---- Sending.

let pauseMs = FIRST_PAUSE_MS;
let timer: ReturnType<typeof setTimeout> | undefined;
let sending: Promise<void> | undefined;
let again = false;

/** Sends what waits, one after the other; in one tab at a time. */
export function send(): Promise<void> {
  clearTimeout(timer);
  again = true;
  sending ??= (async () => {
    while (again) {
      again = false;
      await (navigator.locks ? navigator.locks.request(SENDING, sendAll) : sendAll()).catch(() => undefined);
    }
    sending = undefined;
  })();
  return sending;
}

async function sendAll(): Promise<void> {
  await load();
  for (;;) {
    const item = queue.items.find((one) => !one.refusal);
    if (!item) return;
    if (!(await sendOne(item))) {
      timer = setTimeout(() => void send(), pauseMs * (1 + Math.random()));
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      return;
    }
    pauseMs = FIRST_PAUSE_MS;
  }
}

/** False: the server cannot be asked now. */
async function sendOne(item: Item): Promise<boolean> {
  try {
    const answer = await call(item);
    if (answer) noteAnswer(answer);
    if (answer && !isReceipt(item) && !wasApplied(item, answer)) {
      await keep({ ...item, refusal: { message: '', reason: 'LATE', fields: {} } });
    } else {
      await remove(item.id);
    }
  } catch (error) {
    const why = explain(error);
    if (why.code === Code.Unauthenticated || laterPerhaps(why)) {
      pauseMs = Math.max(pauseMs, why.retryAfterMs);
      return false;
    }
    const fields = Object.fromEntries(why.fields);
    if (isReceipt(item)) await remove(item.id);
    else await keep({ ...item, refusal: { message: why.message, reason: why.reason, fields } });
  }
  return true;
}

/** What came too late is kept in the field log and changes nothing. */
function wasApplied(item: Item, { state: reached, history }: Assignment): boolean {
  const aim = aimOf(item);
  if (aim === undefined) return true;
  const happened = 'stamp' in item.request ? millis(item.request.stamp?.deviceTime) : 0;
  return aim === reached || history.some((change) => change.state === aim && millis(change.deviceTime) === happened);
}

async function call(item: Item): Promise<Assignment | undefined> {
  switch (item.kind) {
    case 'delivery':
      return (await assignments.reportDelivery(item.request)).assignment;
    case 'answer':
      return (await assignments.acknowledgeAssignment(item.request)).assignment;
    case 'progress':
      return (await assignments.updateAssignment(item.request)).assignment;
    case 'note':
      await assignments.addFieldUpdate(item.request);
      return undefined;
    case 'debrief':
      return (await assignments.debriefAssignment(item.request)).assignment;
    case 'report':
      await reports.submitReport(item.request);
      return undefined;
  }
}

function noteAnswer(assignment: Assignment): void {
  const known = queue.answered.get(assignment.name);
  if (!known || known.revision < assignment.revision) queue.answered.set(assignment.name, assignment);
}

const later = ['QUEUE_FULL', 'TOO_MANY_CALLS'];

/** The same request may go through later: it did not reach our server, or that had no room. */
function laterPerhaps({ code, reason }: Explanation): boolean {
  const ours = /^[A-Z_]+$/.test(reason);
  if (!ours) return true;
  return code === Code.Unavailable || code === Code.DeadlineExceeded || code === Code.DataLoss || later.includes(reason);
}

/** Tries at once, whatever the pause was: the line is back, or somebody looks. */
export function sendNow(): void {
  pauseMs = FIRST_PAUSE_MS;
  void send();
}

addEventListener('online', sendNow);
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && sendNow());
if (news) news.onmessage = () => void load();
whenWiped(() => {
  clearTimeout(timer);
  unkept.clear();
  queue.answered.clear();
  setItems([]);
  setWaiting(0);
});
