// Where reports come from: each source with how fresh it is and what it has sent since the last meeting.
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import { Report_State, type Report } from '$lib/proto';
import { millis } from '$lib/time';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** A system that was never silent for longer than this is not called silent before. */
const SHORTEST_SILENCE = 24 * HOUR;
const LOOKED_AT = 50;

export interface SourceRow {
  /** Empty: people of `owner`. */
  uri: string;
  owner: string;
  trusted: boolean;
  total: number;
  sinceMeeting: number;
  unreviewed: number;
  newest: Report;
  /** Milliseconds since it last said anything, where that is longer than it used to be silent; else 0. */
  silent: number;
  broken: number;
}

/** From when "since the last meeting" counts. */
export function periodStart(): number {
  const previous = millis(picture.previousMeeting()?.closeTime);
  if (previous) return previous;
  return (millis(picture.municipality?.situationTime) || serverNow()) - 7 * DAY;
}

/** Twice the longest pause between its latest reports. */
function patience(reports: readonly Report[]): number {
  let longest = 0;
  for (let i = 1; i < Math.min(reports.length, LOOKED_AT); i++) {
    longest = Math.max(longest, millis(reports[i - 1]!.createTime) - millis(reports[i]!.createTime));
  }
  return Math.max(SHORTEST_SILENCE, 2 * longest);
}

function rowOf(reports: Report[], from: number, trusted: ReadonlySet<string>): SourceRow {
  reports.sort((a, b) => millis(b.createTime) - millis(a.createTime));
  const newest = reports[0]!;
  const uri = newest.source?.sourceUri ?? '';
  const quiet = serverNow() - millis(newest.createTime);
  return {
    uri,
    owner: newest.owner,
    trusted: trusted.has(uri),
    total: reports.length,
    sinceMeeting: reports.filter((one) => millis(one.createTime) >= from).length,
    unreviewed: reports.filter((one) => one.state === Report_State.SUBMITTED).length,
    newest,
    silent: uri && quiet > patience(reports) ? quiet : 0,
    broken: reports.filter((one) => one.state === Report_State.RETURNED || one.state === Report_State.REJECTED).length,
  };
}

/** Systems first, then organisations; the freshest first. */
export function sources(): SourceRow[] {
  const bySource = new Map<string, Report[]>();
  for (const report of picture.reports.values()) {
    const uri = report.source?.sourceUri;
    const key = uri || `people ${report.owner}`;
    const list = bySource.get(key);
    if (list) list.push(report);
    else bySource.set(key, [report]);
  }
  const from = periodStart();
  const trusted = new Set(picture.municipality?.trustedSources.map((one) => one.sourceUri) ?? []);
  return [...bySource.values()]
    .map((reports) => rowOf(reports, from, trusted))
    .sort((a, b) => Number(!a.uri) - Number(!b.uri) || millis(b.newest.createTime) - millis(a.newest.createTime));
}

/** "polisen.se" of an address; what is no address is shown as it is. */
export function hostOf(uri: string): string {
  try {
    return new URL(uri).host.replace(/^www\./, '') || uri;
  } catch {
    return uri;
  }
}
