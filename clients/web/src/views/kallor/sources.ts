// Where reports come from: each source as the server counts it, with what it said last and whether it is silent.
import type { SourceState } from '$lib/calls';
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import type { Report } from '$lib/proto';
import { millis } from '$lib/time';

const DAY = 24 * 60 * 60_000;
/** A system that was never silent for longer than this is not called silent before. */
const SHORTEST_SILENCE = DAY;
const LOOKED_AT = 50;

export interface SourceRow extends SourceState {
  key: string;
  trusted: boolean;
  /** Its newest report; undefined where the picture here does not have it yet. */
  newest: Report | undefined;
  /** Milliseconds since it last said anything, where that is longer than it used to be silent; else 0. */
  silent: number;
}

const keyOf = (organisation: string, uri: string) => `${organisation} ${uri}`;

/** Twice the longest pause between its latest reports. */
function patience(reports: readonly Report[]): number {
  let longest = 0;
  for (let i = 1; i < Math.min(reports.length, LOOKED_AT); i++) {
    longest = Math.max(longest, millis(reports[i - 1]!.createTime) - millis(reports[i]!.createTime));
  }
  return Math.max(SHORTEST_SILENCE, 2 * longest);
}

function reportsBySource(): Map<string, Report[]> {
  const found = new Map<string, Report[]>();
  for (const report of picture.reports.values()) {
    const key = keyOf(report.owner, report.source?.sourceUri ?? '');
    const list = found.get(key);
    if (list) list.push(report);
    else found.set(key, [report]);
  }
  return found;
}

/** Systems first, then organisations; the freshest first. */
export function sources(states: readonly SourceState[]): SourceRow[] {
  const said = reportsBySource();
  const trusted = new Set(picture.municipality?.trustedSources.map((one) => one.sourceUri) ?? []);
  return states
    .map((state): SourceRow => {
      const key = keyOf(state.organisation, state.sourceUri);
      const reports = (said.get(key) ?? []).sort((a, b) => millis(b.createTime) - millis(a.createTime));
      const quiet = serverNow() - millis(state.newestReportTime);
      const silent = state.sourceUri && quiet > patience(reports) ? quiet : 0;
      return { ...state, key, trusted: trusted.has(state.sourceUri), newest: reports[0], silent };
    })
    .sort((a, b) => Number(!a.sourceUri) - Number(!b.sourceUri) || millis(b.newestReportTime) - millis(a.newestReportTime));
}
