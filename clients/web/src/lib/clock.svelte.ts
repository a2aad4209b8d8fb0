// The time of now, by the server's clock, as something that markup can follow.
const TICK_MS = 10_000;

const state = $state({ now: Date.now() });
let offset = 0;

function tick(): void {
  state.now = Date.now() + offset;
}
setInterval(tick, TICK_MS);

/** Milliseconds; in markup and in $derived it is renewed every ten seconds. */
export function serverNow(): number {
  return state.now;
}

/** The same at this moment, and not followed: for what counts seconds by itself. */
export function serverTime(): number {
  return Date.now() + offset;
}

/** A phone's clock may be wrong: ages are reckoned by the server's. */
export function setServerTime(millis: number): void {
  offset = millis - Date.now();
  // Small differences are the network's; ticking for them would only redraw.
  if (Math.abs(millis - state.now) > TICK_MS) tick();
}
