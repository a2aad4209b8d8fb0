// Where what is felt and what happens differ, in words: "otryggheten är högre än i kommunen (41 % mot 28 %, n 212),
// händelserna som i andra områden". Two findings beside each other, never a sum.
import { Gap_Standing as Standing, type Gap } from '$lib/calls';
import { picture } from '$lib/picture.svelte';
import { Indicator_Direction as Direction, type Indicator } from '$lib/proto';
import { defineWords } from '$lib/words';
import { sayValue } from './indicators';

const w = defineWords({
  sv: {
    unsafeHigher: 'otryggheten är högre än i kommunen',
    unsafeLower: 'otryggheten är lägre än i kommunen',
    unsafeSame: 'otryggheten är som i kommunen',
    safeHigher: 'tryggheten är högre än i kommunen',
    safeLower: 'tryggheten är lägre än i kommunen',
    safeSame: 'tryggheten är som i kommunen',
    numbers: '({value} mot {reference}, n {n})',
    more: 'händelserna fler än i andra områden',
    fewer: 'händelserna färre än i andra områden',
    same: 'händelserna som i andra områden',
  },
  en: {
    unsafeHigher: 'more feel unsafe than in the municipality',
    unsafeLower: 'fewer feel unsafe than in the municipality',
    unsafeSame: 'as many feel unsafe as in the municipality',
    safeHigher: 'more feel safe than in the municipality',
    safeLower: 'fewer feel safe than in the municipality',
    safeSame: 'as many feel safe as in the municipality',
    numbers: '({value} against {reference}, n {n})',
    more: 'more incidents than in other areas',
    fewer: 'fewer incidents than in other areas',
    same: 'incidents as in other areas',
  },
});

export function indicatorsOf(gap: Gap): { its: Indicator | undefined; reference: Indicator | undefined } {
  return { its: picture.indicators.get(gap.indicator), reference: picture.indicators.get(gap.referenceIndicator) };
}

function felt(standing: Standing, safe: boolean): string {
  if (standing === Standing.SAME) return w(safe ? 'safeSame' : 'unsafeSame');
  const worse = standing === Standing.WORSE;
  return safe ? w(worse ? 'safeLower' : 'safeHigher') : w(worse ? 'unsafeHigher' : 'unsafeLower');
}

function happened(standing: Standing): string {
  return w(standing === Standing.WORSE ? 'more' : standing === Standing.BETTER ? 'fewer' : 'same');
}

/** Both values, as short as they can be told apart. */
function shortest(its: Indicator, other: Indicator): { value: string; reference: string } {
  const [value, reference] = [sayValue(its, 0), sayValue(other, 0)];
  return value === reference ? { value: sayValue(its), reference: sayValue(other) } : { value, reference };
}

/** Where people feel worse than what happens says, before where they do not. */
export function worstFirst(gaps: readonly Gap[]): Gap[] {
  const rank = ({ perceived }: Gap) => (perceived === Standing.WORSE ? 0 : 1);
  return [...gaps].sort((a, b) => rank(a) - rank(b) || a.area.localeCompare(b.area));
}

export function sayGap(gap: Gap): string {
  const { its, reference } = indicatorsOf(gap);
  const words = felt(gap.perceived, its?.direction === Direction.LOWER_IS_WORSE);
  const numbers =
    its?.value !== undefined && reference?.value !== undefined
      ? ` ${w('numbers', { ...shortest(its, reference), n: its.n })}`
      : '';
  return `${words}${numbers}, ${happened(gap.actual)}`;
}
