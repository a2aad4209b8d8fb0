// What is usual, in words for people: "fler än vanligt (9, brukar vara 2–6)".
import { Usual_Verdict as Verdict, type Usual } from '$lib/proto';
import { defineWords } from '$lib/words';

const w = defineWords({
  sv: {
    more: 'fler än vanligt ({n}, brukar vara {range})',
    usual: 'som vanligt ({n}, brukar vara {range})',
    fewer: 'färre än vanligt ({n}, brukar vara {range})',
    perhapsMore: 'kanske fler än vanligt ({n}, brukar vara {range})',
    perhapsFewer: 'kanske färre än vanligt ({n}, brukar vara {range})',
    tooFew: 'för få för att säga',
    noPast: 'för kort tid för att säga',
    arrows: '↑ fler, ↓ färre än vanligt',
  },
  en: {
    more: 'more than usual ({n}, mostly {range})',
    usual: 'as usual ({n}, mostly {range})',
    fewer: 'fewer than usual ({n}, mostly {range})',
    perhapsMore: 'perhaps more than usual ({n}, mostly {range})',
    perhapsFewer: 'perhaps fewer than usual ({n}, mostly {range})',
    tooFew: 'too few to tell',
    noPast: 'too short a time to tell',
    arrows: '↑ more, ↓ fewer than usual',
  },
});

export const arrowsWords = () => w('arrows');

/** "2–6" */
export function rangeOf({ low, high }: Usual): string {
  return low === high ? `${low}` : `${low}–${high}`;
}

/** Undefined, and what the page does not know: no words. */
export function sayUsual(usual: Usual | undefined, n: number): string {
  if (!usual) return '';
  const parameters = { n, range: rangeOf(usual) };
  switch (usual.verdict) {
    case Verdict.MORE:
      return w('more', parameters);
    case Verdict.AS_USUAL:
      // Outside the usual range, but among so many counts some are by chance.
      if (n > usual.high) return w('perhapsMore', parameters);
      return w(n < usual.low ? 'perhapsFewer' : 'usual', parameters);
    case Verdict.FEWER:
      return w('fewer', parameters);
    case Verdict.TOO_FEW:
      return w('tooFew');
    case Verdict.NO_PAST:
      return w('noPast');
    default:
      return '';
  }
}

/** "more" or "fewer"; empty: nothing to point out. */
export function direction(usual: Usual | undefined): 'more' | 'fewer' | '' {
  return usual?.verdict === Verdict.MORE ? 'more' : usual?.verdict === Verdict.FEWER ? 'fewer' : '';
}
