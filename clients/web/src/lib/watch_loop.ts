// One Watch: first load, live tail and resume after any break are the same loop. It keeps the token, hands on
// what comes in order, and says how the line is. It ends only when it is stopped or the identity has ended.
import { create } from '@bufbuild/protobuf';
import { explain, noticeEnd, watch } from './api';
import { WatchRequestSchema, type EntityKind, type WatchResponse } from './proto';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
// The server speaks every 15 s: a longer silence is a line that broke without a word.
const SILENCE_MS = 35_000;

/** What is watched; left out: everything that the person may see. */
export interface Watched {
  municipality: string;
  kinds?: EntityKind[];
  /** Of assignments and field updates only this unit's. */
  unit?: string;
}

export interface WatchEvents {
  response(response: WatchResponse): void;
  /** No stream: another try follows. `cutOff`: that server has been out of touch with the others for too long. */
  broken(cutOff?: boolean): void;
}

/** Resolves after the time, or when the page hears that the network is back, or when aborted. */
function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}

/** Watches from the token on (empty: from the start) until `signal` is aborted or the identity ends. */
export async function runWatch(
  what: Watched,
  token: Uint8Array,
  events: WatchEvents,
  signal: AbortSignal,
): Promise<void> {
  let resumeToken = token;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const stream = new AbortController();
    const end = () => stream.abort();
    signal.addEventListener('abort', end);
    // A stream does not notice that the network has gone; the browser does.
    addEventListener('offline', end);
    let alarm = setTimeout(end, SILENCE_MS);
    let cutOff = false;
    try {
      const request = create(WatchRequestSchema, { ...what, resumeToken });
      const options = { signal: stream.signal, timeoutMs: 0 };
      for await (const response of watch.watch(request, options)) {
        clearTimeout(alarm);
        alarm = setTimeout(end, SILENCE_MS);
        if (signal.aborted) break;
        events.response(response);
        if (response.resumeToken.length > 0) resumeToken = response.resumeToken;
        pauseMs = FIRST_PAUSE_MS;
      }
    } catch (error) {
      if (signal.aborted || noticeEnd(error)) return;
      cutOff = explain(error).reason === 'NODE_CUT_OFF';
    } finally {
      clearTimeout(alarm);
      signal.removeEventListener('abort', end);
      removeEventListener('offline', end);
    }
    if (signal.aborted) return;
    events.broken(cutOff);
    // Jittered: after a restart not all pages come back in the same instant.
    await pause(pauseMs * (0.5 + Math.random() / 2), signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
