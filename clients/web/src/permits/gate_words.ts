// What the gate says (R4), in words: of a verdict, and of what it warned of when a unit was committed.
import { language } from '$lib/language.svelte';
import { Gate_Code, Gate_Verdict, type Gate_Reason } from '$lib/proto';
import { say } from '$lib/words/say';
import { w } from './words';

/** What a temporary permit lifts. */
const forWantOfPermit: readonly Gate_Code[] = [
  Gate_Code.NO_PERMIT, Gate_Code.OUTSIDE_PERMIT_AREA, Gate_Code.OUTSIDE_PERMIT_TIME,
];

export function permitLifts(reasons: readonly Gate_Reason[]): boolean {
  const blocks = reasons.filter((one) => one.verdict === Gate_Verdict.BLOCK);
  return blocks.length > 0 && blocks.every((one) => forWantOfPermit.includes(one.code));
}

export function reasonWords(reason: Gate_Reason): string {
  return (language() === 'sv' ? reason.textSv : reason.textEn) || reason.textSv;
}

/** A shape beside the word: nobody has to see the colour. */
export function verdictWords(verdict: Gate_Verdict | undefined): { mark: string; words: string; tone: 'good' | 'attention' | 'bad' } | undefined {
  switch (verdict) {
    case Gate_Verdict.ALLOW:
      return { mark: '✓', words: w('allow'), tone: 'good' };
    case Gate_Verdict.WARN:
      return { mark: '▲', words: w('warn'), tone: 'attention' };
    case Gate_Verdict.BLOCK:
      return { mark: '■', words: w('block'), tone: 'bad' };
    default:
      return undefined;
  }
}

export const warningWords = say<Gate_Code>({
  [Gate_Code.BELOW_MINIMUM_CREW]: ['färre än minsta bemanning', 'fewer than the smallest crew'],
  [Gate_Code.FEW_VOLUNTEERS]: ['två frivilliga: tre rekommenderas', 'two volunteers: three are advised'],
  [Gate_Code.NO_SHIFT]: ['inget pass anmält för tiden', 'no shift registered for the time'],
  [Gate_Code.SHIFT_TOO_SHORT]: ['passet täcker inte hela tiden', 'the shift does not cover all of the time'],
  [Gate_Code.AREA_WITHOUT_BORDER]: ['området saknar gräns: tillståndet gick inte att pröva', 'the area has no border: the permit could not be checked'],
  [Gate_Code.TOO_FAR]: ['långt på kort tid', 'far in a short time'],
  [Gate_Code.TEMPORARY_PERMIT]: ['tillfälligt tillstånd', 'temporary permit'],
  [Gate_Code.CREW_UNKNOWN]: ['bemanningen är inte känd', 'the crew is not known'],
});
