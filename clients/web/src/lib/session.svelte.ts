// Who is signed in here: by login link, until log-out or until the session is ended elsewhere.
import { access, explain, newRequestId, whenIdentityEnds } from './api';
import { Code, ConnectError } from '@connectrpc/connect';
import { Role, type Member, type Municipality, type Organisation } from './proto';
import { forgetDrafts } from './drafts';
import { language } from './language.svelte';
import { picture, whenRightsChange } from './picture.svelte';

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

/** Asks the server who we are; throws when it cannot be asked. */
export async function whoAmI(): Promise<void> {
  try {
    const answer = await access.whoAmI({});
    state.member = answer.member;
    state.organisation = answer.organisation;
    state.municipality = answer.municipality;
    state.nightLead = answer.nightLead;
    state.status = 'in';
    state.ended = '';
    if (answer.municipality && answer.member) picture.open(answer.municipality.name, answer.member.name);
  } catch (error) {
    if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
    const { reason, message } = explain(error);
    // Who never was signed in needs no explanation.
    if (state.status !== 'out') wipe(reason === 'NO_IDENTITY' ? '' : message);
  }
}

/** The rights may have changed with the picture (chair, night lead): looks again without a word if it fails. */
export async function refreshSession(): Promise<void> {
  await whoAmI().catch(() => undefined);
}

/** How the owner of a session knows this device: "Chrome, Android". */
function deviceName(): string {
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

/** Ends the session here and on the server; nothing of the picture stays in memory. */
export async function logOut(): Promise<void> {
  await fetch('/session', { method: 'DELETE' });
  forgetDrafts();
  wipe('');
  tell({ type: 'out', words: '' });
}

function wipe(words: string): void {
  picture.close();
  state.member = undefined;
  state.organisation = undefined;
  state.municipality = undefined;
  state.nightLead = false;
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
