// One Watch a browser. The tabs of one person elect a leader by a Web Lock; it runs the Watch and hands every
// response to the others over a BroadcastChannel, so that all apply the same in the same order. It pauses while
// no tab is seen, and goes on by its token. When a leader goes, the next one resumes by the token that it has;
// one that is silent (a phone puts tabs to sleep) is relieved by the first tab that is looked at.
import { create } from '@bufbuild/protobuf';
import { WatchResponseSchema, type Entity, type WatchResponse } from './proto';
import { runWatch, type Watched, type WatchEvents } from './watch_loop';

// A glance at another window is no reason to stop.
const HIDDEN_GRACE_MS = 5_000;
// A leader that is awake answers at once.
const ANSWER_MS = 2_000;
// The server speaks every 15 s: after a longer sleep the stream is most likely dead, and is opened anew at once.
const SLEPT_MS = 20_000;

export interface SharedWatchEvents extends WatchEvents {
  /** No tab is seen: nothing comes until one is. */
  paused(): void;
  /** Everything that this tab has; undefined before the first whole picture. */
  whole(): Entity['entity'][] | undefined;
}

type Message =
  | { type: 'hello'; from: string } // send me the picture, if you lead
  | { type: 'leading'; leader: string } // answers `seen`, and begins a leadership: a new one is greeted
  | { type: 'whole'; leader: string; to: string; response: WatchResponse }
  | { type: 'response'; leader: string; response: WatchResponse }
  | { type: 'broken'; cutOff?: boolean | undefined }
  | { type: 'paused' }
  | { type: 'seen' } // a tab is looked at
  | { type: 'hidden' };

const isVisible = () => document.visibilityState === 'visible';

export class SharedWatch {
  readonly #id = crypto.randomUUID();
  readonly #lock: string;
  readonly #visibleLock: string;
  readonly #channel: BroadcastChannel;
  readonly #stopped = new AbortController();
  #waiting = new AbortController();
  #leading = false;
  #stream: AbortController | undefined;
  /** The tab whose whole picture this one has, and whose responses it applies. */
  #leader = '';
  #heardAt = 0;
  #asked: string[] = [];
  #last: WatchResponse | undefined;
  #token: Uint8Array<ArrayBuffer>;
  #letGoOfVisible: (() => void) | undefined;
  #answered = true;

  constructor(
    private readonly what: Watched,
    member: string,
    private readonly events: SharedWatchEvents,
    token: Uint8Array<ArrayBuffer>,
  ) {
    this.#token = token;
    this.#lock = `samsyn watch ${member}`;
    this.#visibleLock = `samsyn visible ${member}`;
    this.#channel = new BroadcastChannel(this.#lock);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
    document.addEventListener('visibilitychange', this.#visibility, { signal: this.#stopped.signal });
    this.#visibility();
    void this.#contend(false);
    this.#say({ type: 'hello', from: this.#id });
  }

  stop(): void {
    this.#stopped.abort();
    this.#waiting.abort();
    this.#stream?.abort();
    this.#letGoOfVisible?.();
    this.#channel.close();
  }

  #say(message: Message): void {
    if (!this.#stopped.signal.aborted) this.#channel.postMessage(message);
  }

  /** Waits for the lead, or takes it from one that is silent; leads until stopped or relieved. */
  async #contend(steal: boolean): Promise<void> {
    this.#waiting.abort();
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    const over = new Promise<void>((resolve) => this.#stopped.signal.addEventListener('abort', () => resolve()));
    try {
      await navigator.locks.request(this.#lock, steal ? { steal } : { signal }, () => {
        this.#lead();
        return over;
      });
    } catch {
      // Stopped, relieved, or about to steal: in every case this request is over.
    }
    if (this.#stopped.signal.aborted || signal.aborted) return;
    this.#follow();
    void this.#contend(false);
  }

  #lead(): void {
    if (this.#stopped.signal.aborted) return;
    this.#leading = true;
    this.#asked = [];
    // What the last leader left half said will be said again.
    this.events.broken();
    this.#say({ type: 'leading', leader: this.#id });
    void this.#runOrPause();
  }

  #follow(): void {
    this.#leading = false;
    this.#stream?.abort();
    this.#stream = undefined;
    this.#leader = '';
    this.#say({ type: 'hello', from: this.#id });
  }

  async #anyVisible(): Promise<boolean> {
    if (isVisible()) return true;
    const locks = await navigator.locks.query();
    return locks.held?.some((lock) => lock.name === this.#visibleLock) ?? false;
  }

  async #runOrPause(): Promise<void> {
    const visible = await this.#anyVisible();
    if (!this.#leading || this.#stopped.signal.aborted) return;
    if (visible && this.#stream && performance.now() - this.#heardAt > SLEPT_MS) {
      this.#stream.abort();
      this.#stream = undefined;
    }
    if (visible && !this.#stream) {
      this.#heardAt = performance.now();
      this.#stream = new AbortController();
      void runWatch(this.what, this.#token, this.#forward, this.#stream.signal);
    } else if (!visible && this.#stream) {
      this.#stream.abort();
      this.#stream = undefined;
      this.events.paused();
      this.#say({ type: 'paused' });
    }
  }

  readonly #forward: WatchEvents = {
    response: (response) => {
      this.#take(response);
      this.#say({ type: 'response', leader: this.#id, response });
      if (response.current && this.#asked.length > 0) {
        for (const tab of this.#asked.splice(0)) this.#sendWhole(tab);
      }
    },
    broken: (cutOff) => {
      this.events.broken(cutOff);
      this.#say({ type: 'broken', cutOff });
    },
  };

  #take(response: WatchResponse): void {
    this.#last = response;
    this.#heardAt = performance.now();
    if (response.resumeToken.length > 0) this.#token = new Uint8Array(response.resumeToken);
    this.events.response(response);
  }

  #sendWhole(to: string): void {
    const whole = this.events.whole();
    if (!whole || !this.#last) {
      this.#asked.push(to);
      return;
    }
    const { revision, serverTime } = this.#last;
    const response = create(WatchResponseSchema, { reset: true, current: true, revision, resumeToken: this.#token });
    if (serverTime) response.serverTime = serverTime;
    response.upserted = whole.map((entity) => ({ $typeName: 'samsyn.v1.Entity', entity }));
    this.#say({ type: 'whole', leader: this.#id, to, response });
  }

  #hear(message: Message): void {
    if (this.#leading) {
      if (message.type === 'hello') this.#sendWhole(message.from);
      if (message.type === 'seen') this.#say({ type: 'leading', leader: this.#id });
      if (message.type === 'seen' || message.type === 'hello') void this.#runOrPause();
      if (message.type === 'hidden') this.#pauseSoon();
      return;
    }
    switch (message.type) {
      case 'leading':
        this.#answered = true;
        if (message.leader !== this.#leader) this.#say({ type: 'hello', from: this.#id });
        break;
      case 'whole':
        if (message.to !== this.#id) break;
        this.#leader = message.leader;
        this.#take(message.response);
        break;
      case 'response':
        this.#answered = true;
        if (message.leader === this.#leader) this.#take(message.response);
        break;
      case 'broken':
        this.events.broken(message.cutOff);
        break;
      case 'paused':
        this.events.paused();
        break;
    }
  }

  #pauseSoon(): void {
    setTimeout(() => void this.#runOrPause(), HIDDEN_GRACE_MS);
  }

  readonly #visibility = (): void => {
    if (!isVisible()) {
      this.#letGoOfVisible?.();
      this.#letGoOfVisible = undefined;
      this.#say({ type: 'hidden' });
      if (this.#leading) this.#pauseSoon();
      return;
    }
    if (!this.#letGoOfVisible) {
      const held = new Promise<void>((resolve) => (this.#letGoOfVisible = resolve));
      void navigator.locks.request(this.#visibleLock, { mode: 'shared' }, () => held);
    }
    if (this.#leading) void this.#runOrPause();
    else this.#wake();
  };

  /** Asks the leader whether it is awake; a silent one is relieved. */
  #wake(): void {
    this.#answered = false;
    this.#say({ type: 'seen' });
    setTimeout(() => {
      if (this.#answered || this.#leading || !isVisible() || this.#stopped.signal.aborted) return;
      void this.#contend(true);
    }, ANSWER_MS);
  }
}

/** Old browsers, and pages opened without https: then every tab watches for itself. */
export function canShare(): boolean {
  return 'locks' in navigator && 'BroadcastChannel' in globalThis;
}
