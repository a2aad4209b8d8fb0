// What the picture has of it, in groups; each found thing knows how it is opened.
import { picture } from '$lib/picture.svelte';
import { Report_State, type Report } from '$lib/proto';
import { go, idOf } from '$lib/route.svelte';
import { longDay, millis, windowWords, type Moment } from '$lib/time';
import { t } from '$lib/words';
import { assignmentState, category as categoryName, deploymentKind, deploymentState, phase, problemState } from '$lib/words/enums';
import { momentOf, wordsOf } from '$lib/withheld';
import { asked } from '../views/lage/asked.svelte';
import { fold, type Query } from './query';
import { w } from './words';

export interface Found {
  key: string;
  title: string;
  detail: string;
  open: () => void;
}
export interface Group {
  name: string;
  found: Found[];
  /** How many there are in all. */
  all: number;
}

type Candidate = Found & { texts: string[]; time: Moment; areas: readonly string[] };

const areaWords = (names: readonly string[]) => names.map((name) => picture.areas.get(name)?.displayName ?? '').filter(Boolean).join(', ');
const isInside = (time: Moment, query: Query) =>
  !query.period || (millis(time) >= query.period.from && millis(time) < query.period.to);
const isThere = (areas: readonly string[], query: Query) =>
  query.areas.length === 0 || areas.some((area) => query.areas.includes(area));
const says = (texts: readonly string[], query: Query) => {
  const text = fold(texts.join(' '));
  return query.words.every((word) => text.includes(word));
};

/** Newest first. */
function group(name: string, candidates: Iterable<Candidate>, query: Query): Group {
  const found = [...candidates]
    .filter((one) => isInside(one.time, query) && isThere(one.areas, query) && says(one.texts, query))
    .sort((a, b) => millis(b.time) - millis(a.time));
  return { name, found, all: found.length };
}

export function foundReport(report: Report): Candidate {
  const place = areaWords([report.area]) || t('unlocated');
  return {
    key: report.name,
    title: wordsOf(report, report.text),
    detail: `${momentOf(report, report.occurredTime)} · ${place} · ${categoryName(report.category)}`,
    open: () => openAsked(() => asked.ask({ about: 'report', name: report.name })),
    texts: [report.text, report.placeText, place, categoryName(report.category)],
    time: report.occurredTime,
    areas: [report.area],
  };
}

/** The picture answers there: a report, an area's incidents. */
function openAsked(ask: () => void): void {
  go('lage');
  ask();
}

function* reports(query: Query): Generator<Candidate> {
  for (const report of picture.reports.values()) {
    if (report.state === Report_State.RETRACTED) continue;
    if (query.categories.length > 0 && !query.categories.includes(report.category)) continue;
    yield foundReport(report);
  }
}

function* areas(): Generator<Candidate> {
  for (const area of picture.areas.values()) {
    yield {
      key: area.name, title: area.displayName, detail: area.aliases.join(', '),
      open: () => openAsked(() => asked.ask({ about: 'count', area: area.name })),
      texts: [area.displayName, ...area.aliases], time: undefined, areas: [area.name],
    };
  }
}

function* problems(): Generator<Candidate> {
  for (const problem of picture.problems.values()) {
    yield {
      key: problem.name, title: wordsOf(problem, problem.statement), detail: `${problemState(problem.state)} · ${areaWords(problem.areas)}`,
      open: () => go('mote'), texts: [problem.statement, areaWords(problem.areas)], time: problem.updateTime, areas: problem.areas,
    };
  }
}

function* deployments(): Generator<Candidate> {
  for (const one of picture.deployments.values()) {
    const kind = deploymentKind(one.kind);
    yield {
      key: one.name, title: one.aim || kind,
      detail: `${kind} · ${areaWords(one.areas)} · ${windowWords(one.window)} · ${deploymentState(one.state)}`,
      open: () => go('insats', idOf(one.name)), texts: [one.aim, kind, areaWords(one.areas)],
      time: one.window?.startTime, areas: one.areas,
    };
  }
}

function* assignments(): Generator<Candidate> {
  for (const one of picture.assignments.values()) {
    const unit = picture.units.get(one.unit)?.displayName ?? '';
    yield {
      key: one.name, title: `${unit}: ${areaWords(one.areas)}`,
      detail: `${windowWords(one.window)} · ${assignmentState(one.state)}`, open: () => go('uppdrag', idOf(one.name)),
      texts: [unit, one.instruction, areaWords(one.areas)], time: one.window?.startTime, areas: one.areas,
    };
  }
}

function* meetings(): Generator<Candidate> {
  for (const one of picture.meetings.values()) {
    yield {
      key: one.name, title: longDay(one.scheduledTime), detail: phase(one.phase),
      open: () => go('minnesanteckningar', idOf(one.name)), texts: [longDay(one.scheduledTime), one.note, w('meetings')],
      time: one.scheduledTime, areas: [],
    };
  }
}

export function find(query: Query, most: number): Group[] {
  const narrow = query.categories.length > 0;
  const groups = [group(w('reports'), reports(query), query)];
  if (!narrow) {
    groups.push(
      group(w('problems'), problems(), query), group(w('deployments'), deployments(), query),
      group(w('assignments'), assignments(), query),
    );
    if (query.areas.length === 0) groups.push(group(w('meetings'), meetings(), query));
  }
  // A place is the answer only where nothing else was asked of it.
  if (!narrow && !query.period) groups.unshift(group(w('areas'), areas(), query));
  return groups.filter((one) => one.all > 0).map((one) => ({ ...one, found: one.found.slice(0, most) }));
}
