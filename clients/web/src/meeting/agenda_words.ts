// Words of the agenda: what a thing on it is about, and how long it has been left.
import { create } from '@bufbuild/protobuf';
import { AgendaItem_Kind, AgendaItemSchema, type AgendaItem } from '$lib/calls';
import { areaName, listed, placeName } from '$lib/names';
import { picture } from '$lib/picture.svelte';
import { CarryOver_Reason, type CarryOver, type Deployment, type Meeting } from '$lib/proto';
import { href, idOf } from '$lib/route.svelte';
import { day, dayTime, windowWords } from '$lib/time';
import { wordsOf } from '$lib/withheld';
import { defineWords } from '$lib/words';
import { say } from '$lib/words/say';
import { deploymentKind, levelName } from '$lib/words/enums';
import { w as shared } from './words';

export const w = defineWords({
  sv: {
    title: 'Dagordning',
    selfMade: 'Den gör sig själv av det som har hänt, det som är planerat och det som blev kvar.',
    empty: 'Inget står på dagordningen ännu: inget har hänt, inget är kvar sedan förra mötet.',
    asItWas: 'Ingen kontakt med servern. Så här var det {time}.',
    settled: 'klart',
    left: 'kvar {age}',
    raised: 'lyft till BRÅ-rådet',
    leftBefore: 'Kvar sedan förra mötet',
    leftNext: 'Kvar till nästa möte',
    rest: 'Hela dagordningen',
    due: 'skulle följas upp {time}',
    actual: (p) => (p['n'] === 1 ? '1 händelse' : `${p['n']} händelser`),
    perceived: '{n} upplevda',
    before: 'förra gången {level}',
    nothing: 'inget sedan förra mötet',
    times: (p) =>
      `för ${['första', 'andra', 'tredje', 'fjärde', 'femte', 'sjätte', 'sjunde', 'åttonde', 'nionde', 'tionde'][Number(p['n']) - 1] ?? `${p['n']}:e`} gången`,
  },
  en: {
    title: 'Agenda',
    selfMade: 'It makes itself of what has happened, what is planned and what was left.',
    empty: 'Nothing stands on the agenda yet: nothing has happened, nothing is left of the meeting before.',
    asItWas: 'The server is out of reach. This is how it was {time}.',
    settled: 'done',
    left: 'left {age}',
    raised: 'raised to the crime prevention council',
    leftBefore: 'Left by the meeting before',
    leftNext: 'Left to the next meeting',
    rest: 'The whole agenda',
    due: 'was to be followed up {time}',
    actual: (p) => (p['n'] === 1 ? '1 incident' : `${p['n']} incidents`),
    perceived: '{n} perceived',
    before: 'last time {level}',
    nothing: 'nothing since the meeting before',
    times: (p) =>
      `for the ${['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'][Number(p['n']) - 1] ?? `${p['n']}th`} time`,
  },
});

export const carryOverReason = say<CarryOver_Reason>({
  [CarryOver_Reason.NOT_FOLLOWED_UP]: ['ej uppföljd', 'not followed up'],
  [CarryOver_Reason.NOT_DECIDED]: ['ej avgjord', 'not decided'],
  [CarryOver_Reason.NOT_CARRIED_OUT]: ['ej genomförd', 'not carried out'],
  [CarryOver_Reason.PROBLEM_UNANSWERED]: ['problem utan insats', 'problem without a deployment'],
});

/** "kvar för tredje gången, lyft till BRÅ-rådet" */
export function ageOfCarryOver({ age, raised }: CarryOver): string {
  const left = w('left', { age: w('times', { n: age }) });
  return raised ? `${left}, ${w('raised')}` : left;
}

/** "Synlig närvaro, Jordbro, fre 20–24" */
export function deploymentInShort(one: Deployment): string {
  const kind = deploymentKind(one.kind);
  const places = listed(one.areas.map(areaName), shared('and'));
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}, ${places}, ${windowWords(one.window)}`;
}

/** What a deployment, a problem, an area or a report is called; empty: it is not for this person. */
export function subjectWords(name: string): string {
  const found = picture.get(name);
  switch (found?.case) {
    case 'deployment':
      return deploymentInShort(found.value);
    case 'problem':
      return wordsOf(found.value, found.value.statement);
    case 'report':
      return wordsOf(found.value, found.value.text);
    case 'area':
      return areaName(name);
    default:
      return '';
  }
}

/** What is to be known of it, beside what it is called. */
export function factsOf(item: AgendaItem): string[] {
  const facts: string[] = [];
  if (item.carryOver) facts.push(carryOverReason(item.carryOver.reason), ageOfCarryOver(item.carryOver));
  if (item.kind === AgendaItem_Kind.FOLLOW_UP && item.time) facts.push(w('due', { time: day(item.time) }));
  if (item.kind === AgendaItem_Kind.AREA) {
    if (item.actual > 0) facts.push(w('actual', { n: item.actual }));
    if (item.perceived > 0) facts.push(w('perceived', { n: item.perceived }));
    if (item.actual + item.perceived === 0) facts.push(w('nothing'));
    if (item.previousLevel) facts.push(w('before', { level: levelName(item.previousLevel) }));
  }
  if (item.kind === AgendaItem_Kind.PLANNED_EVENT) {
    const report = picture.reports.get(item.subject);
    facts.push(dayTime(item.time), report ? (placeName(report.place) || (report.area ? areaName(report.area) : report.placeText)) : '');
  }
  return facts.filter(Boolean);
}

/** Where it is dealt with; empty: in its step of the meeting. */
export function placeOf(subject: string): string {
  switch (picture.get(subject)?.case) {
    case 'deployment':
      return href('insats', idOf(subject));
    case 'report':
      return href('lage', `rapport-${idOf(subject)}`);
    default:
      return '';
  }
}

/** What a closed meeting left, as the agenda of the next one will have it. */
export function leftBy(meeting: Meeting | undefined): AgendaItem[] {
  return (meeting?.carryOver ?? []).map((carryOver) =>
    create(AgendaItemSchema, { kind: AgendaItem_Kind.CARRY_OVER, subject: carryOver.subject, carryOver }),
  );
}
