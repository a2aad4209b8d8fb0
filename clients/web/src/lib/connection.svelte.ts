// What the page knows of its line to the server: shown always, and never better than it is.
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { clockSeconds, clockTime } from './time';
import { t } from './words';

export type Line = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'paused' | 'cutOff';

const state = $state({
  line: 'connecting' as Line,
  /** The server's clock when it last spoke. */
  heard: undefined as Timestamp | undefined,
  /** Answers and reports that wait on this device. */
  waiting: 0,
});

export const connection = {
  get line() {
    return state.line;
  },
  get heard() {
    return state.heard;
  },
  get waiting() {
    return state.waiting;
  },
  /** What is shown may be old: grey it, with its age. */
  get stale() {
    return state.line !== 'live';
  },
  /** "direkt 18:42:07" · "återansluter, visar läget 18:41" · "ingen täckning, 2 svar väntar" · "servern är avskuren …" */
  get words() {
    if (state.waiting > 0 && state.line !== 'live') return t('noCoverageWaiting', { n: state.waiting });
    switch (state.line) {
      case 'live':
        return t('live', { time: clockSeconds(state.heard) });
      case 'offline':
        return t('noCoverage');
      case 'paused':
      case 'cutOff':
        return t(state.line, { time: clockTime(state.heard) });
      default:
        return state.heard ? t('reconnecting', { time: clockTime(state.heard) }) : t('connecting');
    }
  },
};

export function setLine(line: Line, heard?: Timestamp): void {
  state.line = line;
  if (heard) state.heard = heard;
}

/** Set by the queue of what is unsent. */
export function setWaiting(n: number): void {
  state.waiting = n;
}

export function forgetConnection(): void {
  state.line = 'connecting';
  state.heard = undefined;
  state.waiting = 0;
}
