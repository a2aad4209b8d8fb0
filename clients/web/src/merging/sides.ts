// What is compared: incidents, or a report that founds none yet, side by side; and where they differ, in words.
import { MergeCandidate_Reason as Reason, type MergeCandidate } from '$lib/calls';
import { distanceM, distanceWords } from '$lib/geography';
import { language } from '$lib/language.svelte';
import { areaName, organisationName, placeName } from '$lib/names';
import { picture } from '$lib/picture.svelte';
import { Report_State, type Incident, type Report } from '$lib/proto';
import { millis } from '$lib/time';
import { knowledge } from '$lib/words/details';
import { category } from '$lib/words/enums';
import { w } from './words';

export interface Side {
  /** Name of the incident, or of the report that has none. */
  name: string;
  incident: Incident | undefined;
  /** The founding one first; those that this person sees. */
  reports: Report[];
}

export function sideOf(incident: Incident): Side {
  const reports = incident.reports.map((name) => picture.reports.get(name)).filter((one) => one !== undefined);
  return { name: incident.name, incident, reports };
}

/** The incident of a report, where it stands in one; else the report alone. */
export function sideOfReport(report: Report): Side {
  const settled = report.state === Report_State.ACCEPTED || report.state === Report_State.MERGED;
  const incident = settled ? picture.incidents.get(report.incident) : undefined;
  return incident ? sideOf(incident) : { name: report.name, incident: undefined, reports: [report] };
}

type Facts = Pick<Report, 'category' | 'area' | 'place' | 'point' | 'occurredTime' | 'severity'>;
const factsOf = (side: Side): Facts | undefined => side.incident ?? side.reports[0];

const locale = () => (language() === 'sv' ? 'sv-SE' : 'en-GB');

/** "12 minuter", "3 timmar", "2 dagar" */
export function spanWords(minutes: number): string {
  if (minutes < 60) return w('minutes', { n: Math.round(minutes) });
  if (minutes < 48 * 60) return w('hours', { n: Math.round(minutes / 60) });
  return w('days', { n: Math.round(minutes / (24 * 60)) });
}

/** Why two may be the same: "samma område, 12 minuter isär, 80 m". */
export function reasonWords({ reasons, distanceM: metres, minutesApart }: MergeCandidate): string {
  const words: Partial<Record<Reason, string>> = {
    [Reason.SAME_CATEGORY]: w('sameCategory'),
    [Reason.SAME_FAMILY]: w('sameFamily'),
    [Reason.SAME_AREA]: w('sameArea'),
    [Reason.SAME_PLACE]: w('samePlace'),
    [Reason.NEAR]: metres === undefined ? '' : w('apart', { what: distanceWords(metres, locale()) }),
    [Reason.NEAR_IN_TIME]: minutesApart === 0 ? w('sameTime') : w('apart', { what: spanWords(minutesApart) }),
  };
  return reasons.map((one) => words[one] ?? '').filter(Boolean).join(', ');
}

export interface Fact {
  key: 'when' | 'where' | 'what' | 'from' | 'severity';
  /** Whether they are alike, in words; each says it, not its colour. */
  alike: boolean;
  words: string;
  values: string[];
}

function whereWords(one: Facts | undefined): string {
  if (!one) return '';
  return [one.area ? areaName(one.area) : '', placeName(one.place)].filter(Boolean).join(', ') || areaName('');
}

function whereFact(all: (Facts | undefined)[]): Fact {
  const [a, b] = all;
  const metres = a?.point && b?.point ? distanceM(a.point, b.point) : undefined;
  const same = all.every((one) => one?.area === a?.area);
  const place = a?.place && all.every((one) => one?.place === a.place);
  const words = place ? w('samePlace')
    : [same ? w('sameArea') : w('otherArea'), metres === undefined ? '' : w('apart', { what: distanceWords(metres, locale()) })].filter(Boolean).join(', ');
  return { key: 'where', alike: same, words, values: all.map(whereWords) };
}

function whenFact(all: (Facts | undefined)[], say: (facts: Facts | undefined) => string): Fact {
  const times = all.map((one) => millis(one?.occurredTime));
  const minutes = (Math.max(...times) - Math.min(...times)) / 60_000;
  return {
    key: 'when', alike: minutes < 1, words: minutes < 1 ? w('sameTime') : w('apart', { what: spanWords(minutes) }),
    values: all.map(say),
  };
}

function sourcesOf(side: Side): string {
  const said = side.reports.map((one) => [organisationName(one.owner).split(',')[0], knowledge(one.knowledge)].filter(Boolean).join(', '));
  return [...new Set(said)].join(' · ');
}

/** Fact by fact; `time` says when. */
export function factsOfSides(sides: readonly Side[], time: (moment: Facts['occurredTime']) => string): Fact[] {
  const all = sides.map(factsOf);
  const sameKind = all.every((one) => one?.category === all[0]?.category);
  const owners = sides.map((side) => new Set(side.reports.map((one) => one.owner)));
  const sameOwner = owners.every((one) => [...one].some((owner) => owners[0]?.has(owner)));
  const facts: Fact[] = [
    whenFact(all, (one) => time(one?.occurredTime)),
    whereFact(all),
    {
      key: 'what', alike: sameKind, words: sameKind ? w('sameCategory') : w('otherCategory'),
      values: all.map((one) => category(one?.category ?? 0)),
    },
    { key: 'from', alike: sameOwner, words: sameOwner ? w('sameSource') : w('otherSource'), values: sides.map(sourcesOf) },
  ];
  if (all.some((one) => one?.severity)) {
    const same = all.every((one) => one?.severity === all[0]?.severity);
    facts.push({
      key: 'severity', alike: same, words: same ? w('sameSeverity') : w('otherSeverity'),
      values: all.map((one) => (one?.severity ? w('ofFive', { n: one.severity }) : w('notSaid'))),
    });
  }
  return facts;
}

/** The one that is kept unless a person says otherwise: of more reports, else the earlier. */
export function keptFirst(sides: readonly Side[]): string {
  const incidents = sides.filter((side) => side.incident);
  const [first] = [...incidents].sort(
    (a, b) => b.reports.length - a.reports.length || millis(a.incident?.occurredTime) - millis(b.incident?.occurredTime),
  );
  return first?.name ?? '';
}
