// What may be about a person in a report's text: what the server found, and what the page sees besides.
import { TextFinding_Kind as Kind, type Report } from '$lib/proto';
import { spotsIn, type Finding } from '$lib/text_checks';

export type Found = Finding | 'masked' | 'confirmed';

const kinds: Partial<Record<Kind, Found>> = {
  [Kind.MASKED_PERSON_NUMBER]: 'masked',
  [Kind.CONFIRMED_NUMBER]: 'confirmed',
  [Kind.PLATE]: 'plate',
  [Kind.PHONE]: 'phone',
  [Kind.EMAIL]: 'email',
};

interface Spot {
  found: Found;
  from: number;
  to: number;
}

/** The server counts characters, a string here pairs of bytes. */
function spotOf(text: string, found: Found, position: number, length: number): Spot {
  const characters = Array.from(text);
  const from = characters.slice(0, position - 1).join('').length;
  return { found, from, to: from + characters.slice(position - 1, position - 1 + length).join('').length };
}

function spotsOf(report: Report): Spot[] {
  const spots: Spot[] = [];
  for (const { kind, field, position, length } of report.textFindings) {
    const found = kinds[kind];
    if (found && field === 'text') spots.push(spotOf(report.text, found, position, length));
  }
  for (const { finding, from, to } of spotsIn(report.text)) {
    if (!spots.some((one) => one.from < to && from < one.to)) spots.push({ found: finding, from, to });
  }
  return spots.sort((a, b) => a.from - b.from);
}

/** The text in pieces, marked and not. */
export function piecesOf(report: Report): { text: string; found: Found | undefined }[] {
  const pieces: { text: string; found: Found | undefined }[] = [];
  let at = 0;
  for (const { found, from, to } of spotsOf(report)) {
    pieces.push({ text: report.text.slice(at, from), found: undefined }, { text: report.text.slice(from, to), found });
    at = to;
  }
  pieces.push({ text: report.text.slice(at), found: undefined });
  return pieces.filter((piece) => piece.text);
}

/** Each kind once, in the text and in the words about the place. */
export function foundIn(report: Report): Found[] {
  const elsewhere = report.textFindings.filter(({ field }) => field !== 'text').map(({ kind }) => kinds[kind]);
  return [...new Set([...piecesOf(report).map(({ found }) => found), ...elsewhere])].filter((found) => found !== undefined);
}
