// The agenda of a meeting, which makes itself: asked of the server while a view follows it, and again when the picture
// has moved on, at most every other second. What was asked last stays, as old, while the server is out of reach.
import { untrack } from 'svelte';
import { explain, meetings } from '$lib/api';
import { AgendaItem_Kind, type AgendaItem, type GetAgendaResponse } from '$lib/calls';
import { serverNow } from '$lib/clock.svelte';
import { connection } from '$lib/connection.svelte';
import { picture } from '$lib/picture.svelte';
import type { OpenPoint } from '$lib/proto';
import { byWeight } from './severity';

const SETTLE_MS = 250;
/** Not all pages ask in the same instant. */
const SPREAD_MS = 250;
const APART_MS = 2_000;
const AGAIN_MS = 10_000;

let meeting = $state('');
let answer = $state.raw<GetAgendaResponse>();
let askedAt = $state(0);
let error = $state.raw<unknown>();
let followers = 0;
/** What was asked for another meeting, or by who followed before, is not for those who follow now. */
let round = 0;
let asking = false;
let moved = false;
let begun = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

async function ask(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  asking = true;
  moved = false;
  begun = performance.now();
  const mine = round;
  try {
    const found = await meetings.getAgenda({ name: meeting, minRevision: picture.revision });
    if (mine !== round) return;
    // Of areas the worst comes first; what else stands there keeps its place.
    const areas = found.items.filter((one) => one.kind === AgendaItem_Kind.AREA).sort(byWeight);
    found.items = found.items.map((one) => (one.kind === AgendaItem_Kind.AREA ? (areas.shift() ?? one) : one));
    answer = found;
    askedAt = serverNow();
    error = undefined;
  } catch (failure) {
    if (mine !== round) return;
    error = failure;
    askIn(AGAIN_MS);
  } finally {
    if (mine === round) asking = false;
  }
  if (moved) changed();
}

function askIn(millis: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), millis);
}

function changed(): void {
  moved = true;
  if (asking || (timer !== undefined && error === undefined)) return;
  askIn(Math.max(SETTLE_MS + Math.random() * SPREAD_MS, begun + APART_MS - performance.now()));
}

function forget(): void {
  round++;
  asking = moved = false;
  clearTimeout(timer);
  timer = undefined;
  answer = error = undefined;
  meeting = '';
}

function join(name: string): () => void {
  followers++;
  if (meeting !== name) {
    forget();
    meeting = name;
    void ask();
  }
  return () => {
    if (--followers === 0) forget();
  };
}

/** In a component: follows the agenda of a meeting for as long as that is on the page. */
export function followAgenda(name: () => string): void {
  $effect(() => {
    const its = name();
    if (its) return untrack(() => join(its));
  });
  let first = true;
  $effect(() => {
    void picture.revision;
    if (!first) untrack(changed);
    first = false;
  });
}

export const agenda = {
  /** What stands on it; nothing before the first answer, or of a meeting that nobody follows. */
  items: (name: string): readonly AgendaItem[] => (name === meeting ? (answer?.items ?? []) : []),
  openPoints: (name: string): readonly OpenPoint[] => (name === meeting ? (answer?.openPoints ?? []) : []),
  isAsked: (name: string) => name === meeting && answer !== undefined,
  /** It is as it was then, not as it is. */
  get old(): boolean {
    return connection.stale || error !== undefined;
  },
  get time(): Date {
    return new Date(askedAt);
  },
  /** Why there is none, in the server's words. */
  get refusal(): string {
    return error === undefined || answer ? '' : explain(error).message;
  },
};
