// What a woken device does by itself, in the service worker: asks the server what it was woken for. What its person's
// units have been offered it fetches, while no page is looked at, and keeps beside the copy on the device, so that the
// card opens without network too, and says "mottaget". Of what others are to see to, it learns how many there are.
// Assignments are kept as they came: the worker reads as little of them as it can.
import { callAsPage } from '../offline/call';
import { paths } from '../offline/outgoing';
import type { Store } from '../offline/store';

interface WhoAmI {
  member?: { name: string; organisation?: string; roles?: string[]; units?: string[] };
  municipality?: { name: string };
  nightLead?: boolean;
}
interface Listed {
  name: string;
  state?: string;
  reach?: string;
  organisation?: string;
  definitionVersion?: string;
  statusVersion?: string;
}

/** What there is to see to; of what others do, how many assignments. */
export interface News {
  member: string;
  /** Its units' own, which nobody has opened yet. */
  unseen: Listed[];
  unanswered: number;
  outOfReach: number;
  declined: number;
}

/** Throws when the server is out of reach; 'out': nobody is signed in here any more. */
export async function whatIsNew(): Promise<News | 'out'> {
  const who = await ask<WhoAmI>('/samsyn.v1.AccessService/WhoAmI', {});
  if (who === 'out' || !who.member) return 'out';
  const municipality = who.municipality?.name;
  const unseen: Listed[] = [];
  for (const unit of who.member.units ?? []) {
    unseen.push(...(await assignments({ municipality, unit, states: ['STATE_OFFERED', 'STATE_DELIVERED'] })));
  }
  const dispatcher = who.member.roles?.includes('ROLE_DISPATCHER') ?? false;
  const open = dispatcher || who.nightLead ? await openTonight(municipality) : [];
  const mine = open.filter((one) => who.nightLead || one.organisation === who.member?.organisation);
  return {
    member: who.member.name,
    unseen,
    unanswered: mine.filter(({ state }) => state === 'STATE_EXPIRED').length,
    outOfReach: mine.filter(({ state, reach }) => state === 'STATE_OFFERED' && reach === 'REACH_CALL').length,
    declined: mine.filter(({ state }) => state === 'STATE_DECLINED').length,
  };
}

/** Assignments of what is decided or running that somebody may have to see to. */
async function openTonight(municipality: string | undefined): Promise<Listed[]> {
  const states = ['STATE_DECIDED', 'STATE_ACTIVE'];
  const answer = await ask<{ deployments?: { name: string }[] }>('/samsyn.v1.DeploymentService/ListDeployments', { municipality, states });
  if (answer === 'out') return [];
  const each = (answer.deployments ?? []).map(({ name }) =>
    assignments({ municipality, deployment: name, states: ['STATE_OFFERED', 'STATE_EXPIRED', 'STATE_DECLINED'] }),
  );
  return (await Promise.all(each)).flat();
}

async function assignments(request: object): Promise<Listed[]> {
  const answer = await ask<{ assignments?: Listed[] }>('/samsyn.v1.AssignmentService/ListAssignments', request);
  return answer === 'out' ? [] : (answer.assignments ?? []);
}

/** Keeps what was offered, if the copy on the device is that person's. */
export async function takeWhatCame(store: Store, { member, unseen }: News): Promise<void> {
  if (!(await store.belongsTo(member))) return;
  for (const one of unseen) if (one.state === 'STATE_OFFERED') await take(store, one);
}

async function take(store: Store, { name, definitionVersion, statusVersion }: Listed): Promise<void> {
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
