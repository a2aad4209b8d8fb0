// The copy of the picture on a field worker's device: what may be kept (may_keep.ts), who it is for, and where the
// stream stood. With it the page opens without network, and goes on by the token when that covers all of it; a
// picture with content that may not be kept is fetched whole, behind the copy.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  EntitySchema, WatchResponseSchema, WhoAmIResponseSchema, type Entity, type WatchResponse, type WhoAmIResponse,
} from '$lib/proto';
import { deviceStore, noteContact, whenWiped } from './device';
import { keepable, type Content } from './may_keep';
import { Wiped } from './store';

const SETTLE_MS = 1_000;
// Beside the picture's entities: JSON, which no entity begins like.
const PLACE = 'place';
const JSON_BEGINS = '{'.charCodeAt(0);

/** Whose copy it is, and where the stream stood. */
interface Place {
  /** Base 64 of what the server said of the person. */
  who: string;
  /** Base 64; empty: the copy lacks something, resume would not bring it. */
  token: string;
  revision: string;
  /** Of the server's clock, when it last spoke. */
  serverTime: number;
}

/** What a start without network shows. */
export interface Recalled {
  who: WhoAmIResponse;
  picture: WatchResponse;
}

/** What the keeper reads: the picture as it is, and how to hear of it. */
export interface Source {
  all(): Iterable<Content>;
  get(name: string): Content | undefined;
}

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const base64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

function pack(content: Content): Uint8Array<ArrayBuffer> {
  const entity: Entity = create(EntitySchema, { entity: content });
  return toBinary(EntitySchema, entity) as Uint8Array<ArrayBuffer>;
}

/** What this device keeps, if it keeps a picture. Throws when it cannot be read. */
export async function recall(): Promise<Recalled | undefined> {
  const store = await deviceStore(false);
  const place = await store?.one(PLACE);
  if (!store || !place) return undefined;
  const { who, token, revision, serverTime } = JSON.parse(new TextDecoder().decode(place)) as Place;
  const upserted = (await store.all())
    .filter((box) => box[0] !== JSON_BEGINS)
    .map((box) => fromBinary(EntitySchema, box));
  const picture = create(WatchResponseSchema, {
    reset: true, current: true, upserted, revision: BigInt(revision), resumeToken: fromBase64(token),
    serverTime: timestampFromMs(serverTime),
  });
  return { who: fromBinary(WhoAmIResponseSchema, fromBase64(who)), picture };
}

/** Keeps the copy for one person as long as the tab lives and the sign-in lasts; one tab at a time writes. */
class Keeper {
  #stopped = new AbortController();
  #writing = false;
  /** Changed since the last writing; undefined: write everything. */
  #changed: Set<string> | undefined;
  #withheld = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Something is no longer to be seen: it is not kept a second longer. */
  #atOnce = false;
  #place: Place | undefined;
  readonly #units: readonly string[];
  readonly #who: string;

  constructor(
    private readonly source: Source,
    who: WhoAmIResponse,
  ) {
    this.#units = who.member?.units ?? [];
    this.#who = base64(toBinary(WhoAmIResponseSchema, who));
    document.addEventListener('visibilitychange', this.#take, { signal: this.#stopped.signal });
    this.#take();
  }

  get writing(): boolean {
    return this.#writing;
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
  }

  /** The tab that is looked at writes. */
  readonly #take = (): void => {
    if (document.visibilityState !== 'visible' || this.#writing) return;
    const over = new Promise<void>((resolve) => this.#stopped.signal.addEventListener('abort', () => resolve()));
    this.#writing = true;
    this.#changed = undefined;
    navigator.locks.request('samsyn copy', { steal: true }, () => over).catch(() => (this.#writing = false));
    this.#soon();
  };

  changed(name: string): void {
    this.#changed?.add(name);
    this.#atOnce ||= this.source.get(name) === undefined;
  }

  /** Everything up to here is in the picture. */
  applied(response: WatchResponse): void {
    const { revision, resumeToken, serverTime } = response;
    if (resumeToken.length === 0) return;
    const time = serverTime ? timestampMs(serverTime) : Date.now();
    this.#place = { who: this.#who, token: base64(resumeToken), revision: String(revision), serverTime: time };
    this.#soon();
  }

  #soon(): void {
    if (!this.#writing || !this.#place) return;
    if (this.#atOnce) clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, this.#atOnce ? 0 : SETTLE_MS);
    this.#atOnce = false;
  }

  async #write(): Promise<void> {
    const place = this.#place;
    if (!this.#writing || !place || this.#stopped.signal.aborted) return;
    const whole = this.#changed === undefined;
    const names = this.#changed;
    this.#changed = new Set();
    const boxes = new Map<string, Uint8Array<ArrayBuffer> | null>();
    if (names) {
      for (const name of names) this.#box(name, this.source.get(name), boxes);
    } else {
      this.#withheld.clear();
      for (const content of this.source.all()) if (content.case) this.#box(content.value.name, content, boxes);
    }
    boxes.set(PLACE, utf8(this.#withheld.size > 0 ? { ...place, token: '' } : place) as Uint8Array<ArrayBuffer>);
    try {
      await (await deviceStore())?.keep(boxes, whole);
    } catch (error) {
      if (error instanceof Wiped) this.stop();
      else this.#changed = undefined;
    }
  }

  #box(name: string, content: Content | undefined, boxes: Map<string, Uint8Array<ArrayBuffer> | null>): void {
    const kept = content && keepable(content, this.#units);
    if (content && kept !== content) this.#withheld.add(name);
    else this.#withheld.delete(name);
    boxes.set(name, kept ? pack(kept) : null);
  }
}

let keeper: Keeper | undefined;

/** Begins to keep what `source` has, for this person. */
export function keepCopy(source: Source, who: WhoAmIResponse): void {
  keeper?.stop();
  keeper = globalThis.isSecureContext && 'locks' in navigator ? new Keeper(source, who) : undefined;
}

/** Whether the copy of this tab is the one that is kept: what only one tab of a device does is done by it. */
export function isKeeping(): boolean {
  return keeper?.writing ?? false;
}

/** What the picture tells of itself. */
export const copyEvents = {
  changed: (name: string) => keeper?.changed(name),
  applied: (response: WatchResponse) => {
    noteContact();
    keeper?.applied(response);
  },
};

whenWiped(() => {
  keeper?.stop();
  keeper = undefined;
});
