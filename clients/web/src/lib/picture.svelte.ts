// The picture: everything that this person may see, live. Views read it (`picture.reports`, a map by name) and
// are drawn again by themselves; nothing else in the page keeps entities.
import type { SituationRow } from './calls';
import { setServerTime } from './clock.svelte';
import { forgetConnection, setLine } from './connection.svelte';
import { Entities } from './entities.svelte';
import { Meeting_Phase, type Meeting, type SituationCell, type WatchResponse } from './proto';
import { millis } from './time';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { canShare, SharedWatch, type SharedWatchEvents } from './shared_watch';
import { runWatch, type Watched } from './watch_loop';

/** What the copy on the device hears (offline/copy.ts). */
export interface PictureKeeper {
  changed(name: string): void;
  applied(response: WatchResponse): void;
}
let keeper: PictureKeeper | undefined;
const removed = new Set<(name: string) => void>();
const entities = new Entities((name, gone) => {
  keeper?.changed(name);
  if (gone) for (const listener of removed) listener(name);
});
const state = $state({
  /** The first whole picture is here. */
  loaded: false,
  /** What is shown comes from this device. */
  recalled: false,
  revision: 0n,
  municipality: '',
});
let stop: (() => void) | undefined;
let opened = '';
/** The stream has reached the present. */
let current = false;

/** Whom to tell when something is no longer to be seen: nothing that was made of it stays either. */
export function whenRemoved(listener: (name: string) => void): void {
  removed.add(listener);
}

let onRightsChanged: () => void = () => {};

/** Whom to tell when a whole picture came anew: the person's rights, or part in the meeting, may have changed. */
export function whenRightsChange(listener: () => void): void {
  onRightsChanged = listener;
}

function take(response: WatchResponse): void {
  if (response.reset && state.loaded) onRightsChanged();
  if (response.serverTime) setServerTime(timestampMs(response.serverTime));
  if (!entities.take(response)) return;
  state.revision = response.revision;
  if (response.current) {
    state.loaded = current = true;
    state.recalled = false;
  }
  if (current) keeper?.applied(response);
  setLine(current ? 'live' : 'reconnecting', current ? response.serverTime : undefined);
}

const events: SharedWatchEvents = {
  response: take,
  broken(cutOff) {
    current = false;
    entities.dropPending();
    setLine(cutOff ? 'cutOff' : navigator.onLine ? 'reconnecting' : 'offline');
  },
  paused() {
    current = false;
    entities.dropPending();
    setLine('paused');
  },
  whole: () => (current ? [...entities.all()] : undefined),
};

/** Returns how to stop. */
function watch(what: Watched, member: string, token: Uint8Array<ArrayBuffer>): () => void {
  if (canShare()) {
    const shared = new SharedWatch(what, member, events, token);
    return () => shared.stop();
  }
  const alone = new AbortController();
  void runWatch(what, token, events, alone.signal);
  return () => alone.abort();
}

const openPhases: readonly Meeting_Phase[] = [
  Meeting_Phase.FOLLOW_UP, Meeting_Phase.ROUND, Meeting_Phase.LEVELS, Meeting_Phase.PRIORITIES, Meeting_Phase.DECISIONS,
];

/** It was held and is over; its minutes may be approved since. */
export function isClosed(meeting: Meeting): boolean {
  return meeting.phase === Meeting_Phase.CLOSED || meeting.phase === Meeting_Phase.APPROVED;
}

/** What is counted: a cell of now, or a row of `GetSituation`. */
export type Counted = Pick<
  SituationRow,
  'area' | 'family' | 'actual' | 'perceived' | 'categories' | 'newestTime' | 'independentSources' | 'sources'
>;

/** What cells of several release labels add up to. */
export interface Count {
  actual: number;
  perceived: number;
  sources: number;
  newest: SituationCell['newestTime'];
  categories: Map<number, { actual: number; perceived: number }>;
}

function add(count: Count, cell: Counted): void {
  count.actual += cell.actual;
  count.perceived += cell.perceived;
  count.sources += cell.independentSources;
  if (millis(cell.newestTime) > millis(count.newest)) count.newest = cell.newestTime;
  for (const one of cell.categories) {
    const sum = count.categories.get(one.category) ?? { actual: 0, perceived: 0 };
    count.categories.set(one.category, {
      actual: sum.actual + one.actual,
      perceived: sum.perceived + one.perceived,
    });
  }
}

/** By area (empty: unlocated), then by family. */
export function countsByArea(all: Iterable<Counted>): Map<string, Map<number, Count>> {
  const byArea = new Map<string, Map<number, Count>>();
  for (const one of all) {
    let families = byArea.get(one.area);
    if (!families) byArea.set(one.area, (families = new Map()));
    let count = families.get(one.family);
    if (!count) {
      count = { actual: 0, perceived: 0, sources: 0, newest: undefined, categories: new Map() };
      families.set(one.family, count);
    }
    add(count, one);
  }
  return byArea;
}

export const picture = {
  municipalities: entities.municipality,
  organisations: entities.organisation,
  members: entities.member,
  units: entities.unit,
  shifts: entities.shift,
  areas: entities.area,
  /** Properties, addresses and entrances below areas. */
  places: entities.place,
  reports: entities.report,
  incidents: entities.incident,
  problems: entities.problem,
  meetings: entities.meeting,
  roundEntries: entities.roundEntry,
  assessments: entities.areaAssessment,
  minutes: entities.minutes,
  deployments: entities.deployment,
  assignments: entities.assignment,
  fieldUpdates: entities.fieldUpdate,
  releases: entities.release,
  tokens: entities.token,
  devices: entities.device,
  cells: entities.situationCell,
  verdicts: entities.situationVerdict,
  indicators: entities.indicator,
  /** Where people on assignments are, who agreed to show it. */
  positions: entities.unitPosition,

  get loaded() {
    return state.loaded;
  },
  /** What is here is what this device kept: old, and only what it may keep. */
  get recalled() {
    return state.recalled;
  },
  get revision() {
    return state.revision;
  },
  get municipality() {
    return entities.municipality.get(state.municipality);
  },
  /** `municipalities/0136` */
  get municipalityName() {
    return state.municipality;
  },

  /** Came or changed within the last two seconds: `class:fresh={picture.isNew(name)}`. */
  isNew(name: string): boolean {
    return entities.fresh.has(name);
  },

  openMeeting(): Meeting | undefined {
    return [...entities.meeting.values()].find((meeting) => openPhases.includes(meeting.phase));
  },

  /** The first planned one. */
  nextMeeting(): Meeting | undefined {
    return [...entities.meeting.values()]
      .filter((meeting) => meeting.phase === Meeting_Phase.PLANNED)
      .sort((a, b) => millis(a.scheduledTime) - millis(b.scheduledTime))[0];
  },

  /** The last closed one. */
  previousMeeting(): Meeting | undefined {
    return [...entities.meeting.values()]
      .filter(isClosed)
      .sort((a, b) => millis(b.closeTime) - millis(a.closeTime))[0];
  },

  /** Counts by area (empty: unlocated), then by family, added up over the labels that this person sees. */
  cellsByArea(): Map<string, Map<number, Count>> {
    return countsByArea(entities.situationCell.values());
  },

  /**
   * Begins to watch; called by the session. Another person's picture is forgotten first. `recalled`: what this
   * device kept of it; shown as old, and gone on from if it has a token.
   */
  open(what: Watched, member: string, recalled?: WatchResponse): void {
    if (stop && opened === member) return;
    this.close();
    opened = member;
    state.municipality = what.municipality;
    if (recalled) {
      entities.take(recalled);
      state.revision = recalled.revision;
      state.recalled = true;
      setLine(navigator.onLine ? 'reconnecting' : 'offline', recalled.serverTime);
    }
    stop = watch(what, member, new Uint8Array(recalled?.resumeToken ?? []));
  },

  /** Who hears of every change; undefined: nobody. */
  keepBy(listener: PictureKeeper | undefined): void {
    keeper = listener;
  },
  all: () => entities.all(),
  get: (name: string) => entities.get(name),

  /** Stops watching and forgets everything. */
  close(): void {
    stop?.();
    stop = undefined;
    keeper = undefined;
    current = false;
    opened = '';
    entities.clear();
    forgetConnection();
    state.loaded = false;
    state.recalled = false;
    state.revision = 0n;
    state.municipality = '';
  },
};
