// What the picture does not stream of the situation: gaps, near repeats, and how fresh the sources are. Asked of the
// server while a view follows it, and again when what it depends on has changed: a moment after the last change, and
// not later than ten seconds after the first. Forgotten when nobody follows it any more.
import { untrack } from 'svelte';
import { situations } from './api';
import type { GetSituationResponse } from './calls';
import { picture } from './picture.svelte';

const SETTLE_MS = 1_000;
/** Not all pages ask in the same instant. */
const SPREAD_MS = 1_000;
const LATEST_MS = 10_000;

let answer = $state.raw<GetSituationResponse>();
let error = $state.raw<unknown>();
let followers = 0;
/** What was asked for those who followed before is not theirs who follow now. */
let round = 0;
let asking = false;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The first change that is not asked for yet; 0: none. */
let since = 0;

async function ask(): Promise<void> {
  clearTimeout(timer);
  since = 0;
  asking = true;
  const mine = round;
  try {
    const found = await situations.getSituation({ municipality: picture.municipalityName, minRevision: picture.revision });
    if (mine !== round) return;
    answer = found;
    error = undefined;
  } catch (failure) {
    if (mine !== round) return;
    error = failure;
    askLater(LATEST_MS);
  } finally {
    if (mine === round) asking = false;
  }
  if (since > 0) changed();
}

function askLater(millis: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), millis);
}

function changed(): void {
  since ||= performance.now();
  if (!asking) askLater(Math.max(0, Math.min(SETTLE_MS + Math.random() * SPREAD_MS, since + LATEST_MS - performance.now())));
}

function join(): () => void {
  if (++followers === 1) void ask();
  return () => {
    if (--followers > 0) return;
    round++;
    asking = false;
    clearTimeout(timer);
    since = 0;
    answer = error = undefined;
  };
}

/** Counts, and what people say that they feel. */
function counted(): void {
  for (const cell of picture.cells.values()) void cell.actual;
  for (const one of picture.indicators.values()) void one.value;
}

/**
 * In a component: follows the situation as long as that is on the page. `on` reads what the answer depends on, beside
 * the counts.
 */
export function followSituation(on: () => void = () => {}) {
  $effect(() => untrack(join));
  let first = true;
  $effect(() => {
    counted();
    on();
    if (!first) untrack(changed);
    first = false;
  });
  return {
    /** Undefined before the first answer. */
    get answer() {
      return answer;
    },
    /** Why the last time there was none. */
    get error() {
      return error;
    },
  };
}
