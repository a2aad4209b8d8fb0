// A deployment as one sentence: "Vi gör [insats] i [område] [tid] mot [problem], för att [syfte]. Ansvarig: [aktör].
// Följs upp: [datum]." The brackets are slots: filled with words, or open.
import { language } from '$lib/language.svelte';
import { picture } from '$lib/picture.svelte';
import type { Deployment, TimeWindow } from '$lib/proto';
import { day, windowWords, type Moment } from '$lib/time';
import { deploymentKind } from '$lib/words/enums';
import { areaName, listed, organisationName } from '$lib/names';
import { w } from './words';

export const slots = ['kind', 'areas', 'window', 'problem', 'aim', 'responsible', 'followUp'] as const;
export type Slot = (typeof slots)[number];

/** What the slots are filled with. */
export interface Content {
  kind: number;
  areas: readonly string[];
  window: TimeWindow | undefined;
  /** Name of a problem; a new one stands in `newProblem` until it is made. */
  problem: string;
  newProblem: string;
  /** The problem is standing work ("löpande arbete"): done as it, not against it. */
  standing: boolean;
  aim: string;
  responsible: string;
  followUp: Moment;
}

export type Piece = { text: string; slot?: undefined } | { slot: Slot };

type Order = readonly (string | readonly [Slot])[];
const orders: Record<'sv' | 'en', (standing: boolean) => Order> = {
  sv: (standing) => ['Vi gör ', ['kind'], ' i ', ['areas'], ' ', ['window'], standing ? ' som ' : ' mot ', ['problem'],
    ', för att ', ['aim'], '. Ansvarig: ', ['responsible'], '. Följs upp: ', ['followUp'], '.'],
  en: (standing) => ['We do ', ['kind'], ' in ', ['areas'], ' ', ['window'], standing ? ' as ' : ' against ', ['problem'],
    ', so that ', ['aim'], '. Responsible: ', ['responsible'], '. Followed up: ', ['followUp'], '.'],
};

export function pieces({ standing }: Content): Piece[] {
  return orders[language()](standing).map((one) => (typeof one === 'string' ? { text: one } : { slot: one[0] }));
}

export function contentOf(deployment: Deployment): Content {
  return {
    kind: deployment.kind,
    areas: deployment.areas,
    window: deployment.window,
    problem: deployment.problem,
    newProblem: '',
    standing: picture.problems.get(deployment.problem)?.standing ?? false,
    aim: deployment.aim,
    responsible: deployment.responsibleOrganisation,
    followUp: deployment.followUpDueTime,
  };
}

/** Words of others inside our sentence: no full stop, and a small letter unless they begin with a name. */
function inside(words: string): string {
  const bare = words.trim().replace(/\.$/, '');
  const named = [...picture.areas.values()].some((area) => bare.startsWith(area.displayName));
  const shout = bare.slice(0, 2) === bare.slice(0, 2).toUpperCase();
  return named || shout ? bare : bare.charAt(0).toLowerCase() + bare.slice(1);
}

/** Empty while the slot is open. */
export function slotWords(content: Content, slot: Slot): string {
  switch (slot) {
    case 'kind':
      return deploymentKind(content.kind);
    case 'areas':
      return listed(content.areas.map(areaName), w('and'));
    case 'window':
      return windowWords(content.window);
    case 'problem': {
      if (!content.problem) return inside(content.newProblem);
      const problem = picture.problems.get(content.problem);
      return problem ? inside(problem.statement) : w('notForYou');
    }
    case 'aim':
      return inside(content.aim);
    case 'responsible':
      return organisationName(content.responsible);
    case 'followUp':
      return day(content.followUp).replace(/\.$/, '');
  }
}

/** The whole sentence as text: for readers, confirmations and comparisons. */
export function sentence(content: Content): string {
  return pieces(content)
    .map((piece) => (piece.slot ? slotWords(content, piece.slot) || `[${w(piece.slot)}]` : piece.text))
    .join('');
}
