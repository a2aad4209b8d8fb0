// What a text about a place should not carry. Numbers of persons are an error, told before anything is sent; plates,
// telephone numbers and addresses are a warning: the writer decides.

export type Finding = 'personNumber' | 'plate' | 'phone' | 'email';

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const twice = Number(digits[i]) * (i % 2 === 0 ? 2 : 1);
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

/** Ten digits: a date (a day raised by 60 in a samordningsnummer), three, and a check digit by Luhn. */
function isPersonNumber(ten: string): boolean {
  const month = Number(ten.slice(2, 4));
  const day = Number(ten.slice(4, 6));
  const days = MONTH_DAYS[month - 1] ?? 0;
  const realDay = day > 60 ? day - 60 : day;
  return realDay >= 1 && realDay <= days && luhn(ten);
}

// With or without century; "-", "+" or a space before the last four. Digits on either side make it another number.
const personNumberLike = /(?<!\d)(?:1[89]|2\d)?(\d{6})[-+ –]?(\d{4})(?!\d)/g;

/** Where the first one stands, in characters; -1: none. */
export function personNumberAt(text: string): number {
  for (const match of text.matchAll(personNumberLike)) {
    if (isPersonNumber(`${match[1]}${match[2]}`)) return match.index;
  }
  return -1;
}

// ABC 123 and ABC 12D; I, Q and V are not used on plates.
const plate = /(?<![\p{L}\d])[A-HJ-PR-UW-Z]{3}[ -]?\d{2}[A-HJ-NPR-UW-Z\d](?![\p{L}\d])/iu;
const email = /[\p{L}\d._%+-]+@[\p{L}\d-]+\.[\p{L}]{2,}/u;
// Swedish numbers as they are written; those of the police and the alarm centre are no secret.
const phone = /(?<![\d+])(?:\+46|0046|0)[ -]?(?:\(0\))?[1-9]\d{0,2}[ \-/]{0,3}(?:\d[ -]?){5,8}(?!\d)/;

/** What is found, the gravest first. */
export function checkText(text: string): Finding[] {
  const found: Finding[] = [];
  const number = personNumberAt(text) >= 0;
  if (number) found.push('personNumber');
  if (plate.test(text)) found.push('plate');
  if (!number && phone.test(text)) found.push('phone');
  if (email.test(text)) found.push('email');
  return found;
}

export interface Spot {
  finding: Finding;
  from: number;
  to: number;
}

/** Where they stand, in characters, in order: for who reviews. */
export function spotsIn(text: string): Spot[] {
  const spots: Spot[] = [];
  const add = (finding: Finding, pattern: RegExp, holds: (match: RegExpMatchArray) => boolean = () => true) => {
    for (const match of text.matchAll(new RegExp(pattern, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`))) {
      const to = match.index + match[0].length;
      if (holds(match) && !spots.some((one) => one.from < to && match.index < one.to)) spots.push({ finding, from: match.index, to });
    }
  };
  add('personNumber', personNumberLike, (match) => isPersonNumber(`${match[1]}${match[2]}`));
  add('email', email);
  add('phone', phone);
  add('plate', plate);
  return spots.sort((a, b) => a.from - b.from);
}
