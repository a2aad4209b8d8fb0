// Words of repairs.
import { defineWords } from '$lib/words';
import { say } from '$lib/words/say';
import { Repair_State } from '$lib/proto';

const plural = (n: unknown, one: string, many: string) => (n === 1 ? one : many);

export const repairState = say<Repair_State>({
  [Repair_State.REPORTED]: ['anmält', 'reported'],
  [Repair_State.ORDERED]: ['beställt', 'ordered'],
  [Repair_State.FIXED]: ['åtgärdat', 'fixed'],
  [Repair_State.DECLINED]: ['åtgärdas inte', 'will not be fixed'],
});

export const w = defineWords({
  sv: {
    repair: 'Åtgärd',
    openToday: 'öppen sedan i dag',
    openDays: (p) => plural(p['n'], 'öppen 1 dag', `öppen ${p['n']} dagar`),
    tookDays: (p) => plural(p['n'], 'tog 1 dag', `tog ${p['n']} dagar`),
    sameDay: 'samma dag',
    answers: 'Ansvarar: {who}',
    nobody: 'Ingen är ansvarig än',
    reference: 'Eget nummer',
    referenceOf: 'nr {number}',
    note: 'Anteckning',
    whyNot: 'Varför åtgärdas det inte?',
    optional: 'frivilligt',
    set: 'Sätt {state}',
    more: 'Eget nummer, anteckning, ansvarig',
    who: 'Ansvarig aktör',
    asBefore: 'som förut',
    changed: 'Åtgärd: {state}.',
    reopen: 'Anmäl igen',
    stillBroken: 'Öppnas på nytt.',
  },
  en: {
    repair: 'Repair',
    openToday: 'open since today',
    openDays: (p) => plural(p['n'], 'open for 1 day', `open for ${p['n']} days`),
    tookDays: (p) => plural(p['n'], 'took 1 day', `took ${p['n']} days`),
    sameDay: 'the same day',
    answers: 'Answers for it: {who}',
    nobody: 'Nobody answers for it yet',
    reference: 'Own number',
    referenceOf: 'no. {number}',
    note: 'Note',
    whyNot: 'Why will it not be fixed?',
    optional: 'optional',
    set: 'Set {state}',
    more: 'Own number, note, who answers for it',
    who: 'Organisation that answers for it',
    asBefore: 'as before',
    changed: 'Repair: {state}.',
    reopen: 'Report again',
    stillBroken: 'It is opened anew.',
  },
});
