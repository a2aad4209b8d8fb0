// Who is signed in here: by login link, until log-out or until the session is ended elsewhere.
import { explain, newRequestId, whenIdentityEnds, whoAmI as askWhoIAm } from './api';
import { Code, ConnectError } from '@connectrpc/connect';
import { flushSync } from 'svelte';
import { EntityKind, Role, type Member, type Municipality, type Organisation, type WhoAmIResponse } from './proto';
import { forgetDrafts, forgetDraftsOf } from './forget_drafts';
import { language } from './language.svelte';
import { picture, whenRemoved, whenRightsChange } from './picture.svelte';
import type { Watched } from './watch_loop';
import { isTooLongAlone, keepFor, recallKept, wipeKept } from '../offline/kept';
import { queue } from '../offline/queue.svelte';
import { w } from '../offline/words';

const ALONE_CHECK_MS = 60_000;
const ASK_AGAIN_MS = 5_000;

export type Status = 'starting' | 'out' | 'in';

const state = $state({
  status: 'starting' as Status,
  member: undefined as Member | undefined,
  organisation: undefined as Organisation | undefined,
  municipality: undefined as Municipality | undefined,
  nightLead: false,
  /** Why nobody is signed in, in words; empty: nobody was. */
  ended: '',
});

/** What the page may know of the person in front of it. Rights are the server's: this only chooses what to show. */
export const session = {
  get status() {
    return state.status;
  },
  get member() {
    return state.member;
  },
  get organisation() {
    return state.organisation;
  },
  /** As the picture has it, else as it was at sign-in. */
  get municipality() {
    return picture.municipality ?? state.municipality;
  },
  get roles(): readonly Role[] {
    return state.member?.roles ?? [];
  },
  /** This person leads the open meeting. */
  get chair() {
    return state.member !== undefined && picture.openMeeting()?.chair === state.member.name;
  },
  /** This person leads the night now. */
  get nightLead() {
    return state.nightLead;
  },
  get ended() {
    return state.ended;
  },
};

export function hasRole(...roles: Role[]): boolean {
  return roles.some((role) => session.roles.includes(role));
}

/** The wall screen signs in as an observer and nothing else. */
export function isScreen(): boolean {
  return session.roles.length === 1 && hasRole(Role.OBSERVER);
}

/** Field staff with nothing else see their card and the report form. */
export function onlyField(): boolean {
  return hasRole(Role.FIELD) && session.roles.every((role) => role === Role.FIELD || role === Role.REPORTER);
}

function setWho(who: WhoAmIResponse): void {
  state.member = who.member;
  state.organisation = who.organisation;
  state.municipality = who.municipality;
  state.nightLead = who.nightLead;
  state.status = 'in';
  state.ended = '';
}

/** A phone in the field, with nothing else to show, watches what its views read. */
const fieldKinds: readonly EntityKind[] = [
  EntityKind.MUNICIPALITY, EntityKind.ORGANISATION, EntityKind.UNIT, EntityKind.SHIFT, EntityKind.AREA,
  EntityKind.REPORT, EntityKind.INCIDENT, EntityKind.PROBLEM, EntityKind.MEETING, EntityKind.DEPLOYMENT,
  EntityKind.ASSIGNMENT, EntityKind.FIELD_UPDATE,
];

function watched(municipality: string): Watched {
  if (!onlyField()) return { municipality };
  const units = state.member?.units ?? [];
  const unit = units.length === 1 && !state.nightLead ? units[0] : undefined;
  return { municipality, kinds: [...fieldKinds], ...(unit && { unit }) };
}

/** Asks the server who we are; throws when it cannot be asked. */
export async function whoAmI(): Promise<void> {
  try {
    const who = await askWhoIAm({});
    setWho(who);
    if (!who.municipality || !who.member) return;
    picture.open(watched(who.municipality.name), who.member.name);
    void keepFor(who).catch(() => undefined);
  } catch (error) {
    if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
    const { reason, message } = explain(error);
    // Who never was signed in needs no explanation.
    if (state.status !== 'out') wipe(reason === 'NO_IDENTITY' ? '' : message);
  }
}

/**
 * Begins with what this device keeps, if there is any and it may still be shown; then the server is asked behind
 * it until it answers. Returns whether there was.
 */
export async function recallSession(): Promise<boolean> {
  try {
    const kept = await recallKept();
    if (kept === 'alone') return leaveAlone();
    if (!kept?.who.municipality || !kept.who.member) return false;
    setWho(kept.who);
    picture.open(watched(kept.who.municipality.name), kept.who.member.name, kept.picture);
  } catch {
    // Not readable: as if it were not there.
    await wipeKept();
    return false;
  }
  void askUntilAnswered();
  return true;
}

async function askUntilAnswered(): Promise<void> {
  while (state.status === 'in') {
    try {
      return await whoAmI();
    } catch {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, ASK_AGAIN_MS);
        addEventListener('online', () => resolve(), { once: true });
      });
    }
  }
}

/** A day without contact: nothing is shown any more. */
function leaveAlone(): false {
  wipe(w('alone'));
  return false;
}

setInterval(() => {
  if (state.status === 'in') void isTooLongAlone().then((alone) => alone && state.status === 'in' && leaveAlone());
}, ALONE_CHECK_MS);

/** The rights may have changed with the picture (chair, night lead): looks again without a word if it fails. */
export async function refreshSession(): Promise<void> {
  await whoAmI().catch(() => undefined);
}

/** How the owner of a session knows this device: "Chrome, Android". */
export function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /Edg/.test(agent) ? 'Edge' : /Firefox|FxiOS/.test(agent) ? 'Firefox'
    : /Chrome|CriOS/.test(agent) ? 'Chrome' : /Safari/.test(agent) ? 'Safari' : 'Webbläsare';
  const system = /Android/.test(agent) ? 'Android' : /iPhone/.test(agent) ? 'iPhone' : /iPad/.test(agent) ? 'iPad'
    : /Windows/.test(agent) ? 'Windows' : /Mac/.test(agent) ? 'Mac' : /Linux/.test(agent) ? 'Linux' : '';
  return system ? `${browser}, ${system}` : browser;
}

const linkRequestId = newRequestId();

/**
 * Signs in by the text of a login link. Returns why not, in words; empty: signed in. Throws when the server is
 * out of reach: the same link may be tried again, an answer lost on the way costs nothing.
 */
export async function logIn(link: string): Promise<string> {
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': language() },
    body: JSON.stringify({ link, device: deviceName(), request_id: linkRequestId }),
  });
  if (!answer.ok) {
    const refusal = (await answer.json().catch(() => ({}))) as { message?: string };
    return refusal.message || explain(new ConnectError('', Code.Unavailable)).message;
  }
  picture.close();
  await whoAmI();
  tell({ type: 'in' });
  return '';
}

const LEFT = 'left without telling';

/** The server is told that the session has ended; without network at the next start. False: not yet. */
export async function endLeftSession(): Promise<boolean> {
  try {
    if (localStorage.getItem(LEFT) === null) return true;
    await fetch('/session', { method: 'DELETE' });
    localStorage.removeItem(LEFT);
    return true;
  } catch {
    state.status = 'out';
    return false;
  }
}

/** Ends the session here and on the server; nothing of the person stays in memory or on the device. */
export async function logOut(): Promise<void> {
  const unsent = queue.waiting.length;
  if (unsent > 0 && !confirm(w('logOutUnsent', { n: unsent }))) return;
  localStorage.setItem(LEFT, '');
  // First here and in the other tabs: who leaves is not told that the session has been ended.
  wipe('');
  tell({ type: 'out', words: '' });
  await endLeftSession();
}

function wipe(why: string): void {
  const unsent = queue.waiting.length;
  const words = why && unsent > 0 ? `${why} ${w('lost', { n: unsent })}` : why;
  void wipeKept();
  forgetDrafts();
  picture.close();
  state.status = 'starting';
  state.member = undefined;
  state.organisation = undefined;
  state.municipality = undefined;
  state.nightLead = false;
  // The views go first, in a change of their own: what is shown next is waited for, and Svelte keeps what it
  // changed from for as long as such a wait is on the page.
  flushSync();
  state.ended = words;
  state.status = 'out';
}

whenIdentityEnds((error) => {
  if (state.status !== 'in') return;
  const words = explain(error).message;
  wipe(words);
  tell({ type: 'out', words });
});

whenRightsChange(() => void refreshSession());
whenRemoved(forgetDraftsOf);

// All tabs of a browser have the same session: they come and go together.
type News = { type: 'in' } | { type: 'out'; words: string };
const others = 'BroadcastChannel' in globalThis ? new BroadcastChannel('samsyn session') : undefined;

function tell(news: News): void {
  others?.postMessage(news);
}

if (others) {
  others.onmessage = ({ data }: MessageEvent<News>) => {
    if (data.type === 'in') void refreshSession();
    else if (state.status === 'in') wipe(data.words);
  };
}
