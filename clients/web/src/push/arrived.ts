// What a woken device does by itself, in the service worker, while no page is looked at: fetches what its person's
// units have been offered, keeps it beside the copy on the device, so that the card opens without network too, and
// says "mottaget". Assignments are kept as they came: the worker reads as little of them as it can.
import { callAsPage } from '../offline/call';
import { paths } from '../offline/outgoing';
import type { Store } from '../offline/store';

interface WhoAmI {
  member?: { name: string; units?: string[] };
  municipality?: { name: string };
}
interface Offered {
  name: string;
  definitionVersion?: string;
  statusVersion?: string;
}

/** Throws when the server is out of reach; `ended` is called when nobody is signed in here any more. */
export async function takeWhatCame(store: Store, ended: () => Promise<void>): Promise<void> {
  const who = await ask<WhoAmI>('/samsyn.v1.AccessService/WhoAmI', {});
  if (who === 'out') return ended();
  if (!who.member || !(await store.belongsTo(who.member.name))) return;
  for (const unit of who.member.units ?? []) {
    const request = { municipality: who.municipality?.name, unit, states: ['STATE_OFFERED'] };
    const answer = await ask<{ assignments?: Offered[] }>('/samsyn.v1.AssignmentService/ListAssignments', request);
    if (answer === 'out') return ended();
    for (const offered of answer.assignments ?? []) await take(store, offered);
  }
}

async function take(store: Store, { name, definitionVersion, statusVersion }: Offered): Promise<void> {
  const { message } = await callAsPage('/samsyn.v1.AssignmentService/GetAssignment', field(1, new TextEncoder().encode(name)));
  const assignment = message && firstField(message);
  if (!assignment) return;
  // Entity.assignment
  await store.keep(new Map([[name, field(15, assignment)]]));
  const stamp = {
    operationId: crypto.randomUUID(), deviceTime: new Date().toISOString(), deviceId: store.deviceId,
    sequence: String(await store.nextSequence()), definitionVersion, statusVersion,
  };
  await ask(paths.delivery, { requestId: crypto.randomUUID(), name, stamp });
}

/** JSON, for what is only looked at. */
async function ask<T>(path: string, request: unknown): Promise<T | 'out'> {
  const body = JSON.stringify(request);
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (answer.status === 401) return 'out';
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

// ---- Fields of messages: a number with its sort, a length, the content.

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function field(number: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...varint((number << 3) | 2), ...varint(content.length), ...content]);
}

/** The content of field 1 where that is the first, as writers put it. */
function firstField(message: Uint8Array): Uint8Array | undefined {
  if (message[0] !== ((1 << 3) | 2)) return undefined;
  let length = 0;
  let at = 1;
  for (let shift = 0; ; shift += 7) {
    const byte = message[at++] ?? 0;
    length |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  return message.subarray(at, at + length);
}
