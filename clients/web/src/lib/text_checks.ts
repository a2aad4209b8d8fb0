// What a text about a place should not carry. Numbers of persons are an error, told before anything is sent; plates,
// telephone numbers and addresses are a warning: the writer decides. The server finds the same, in the same steps
// (server/domain/personal_data.cc); both are held to the tables in tests/data.

export type Finding = 'personNumber' | 'plate' | 'phone' | 'email';

export interface Spot {
  finding: Finding;
  from: number;
  to: number;
}

/** Characters that are seen; all dashes are "-", all blanks " ", full-width forms the usual ones. */
interface Seen {
  chars: string[];
  /** Where each stands in the text, and where it ends. */
  from: number[];
  to: number[];
}
/** From one character up to another. */
type Span = [from: number, to: number];

const HIDDEN = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/;
const DASH = /[\u2010-\u2015\u2212]/;
const BLANK = /[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]/;
const FULL_WIDTH = /[\uff01-\uff5e]/;

function seenIn(text: string): Seen {
  const seen: Seen = { chars: [], from: [], to: [] };
  let at = 0;
  for (const char of text) {
    const from = at;
    at += char.length;
    if (HIDDEN.test(char)) continue;
    const usual = FULL_WIDTH.test(char) ? String.fromCharCode(char.charCodeAt(0) - 0xfee0) : char;
    seen.chars.push(DASH.test(usual) ? '-' : BLANK.test(usual) ? ' ' : usual);
    seen.from.push(from);
    seen.to.push(at);
  }
  return seen;
}

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9' && char.length === 1;
const isLetter = (char: string | undefined): boolean => char !== undefined && /\p{L}/u.test(char);
const isOneOf = (char: string | undefined, set: string): boolean => char !== undefined && set.includes(char);

function digitsAt(chars: string[], i: number): number {
  let end = i;
  while (isDigit(chars[end])) end++;
  return end - i;
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const twice = Number(digits[i]) * (i % 2 === 0 ? 2 : 1);
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}

/** Of a samordningsnummer, whose day is raised by 60, month and day may be unknown or impossible. */
function isDate(year: number, month: number, day: number, now: Date): boolean {
  if (day >= 60) return month <= 12 && day <= 91 && year <= now.getFullYear();
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day && date <= now;
}

/** The date of "811218" or "19811218"; `plus`: of somebody over a hundred. */
function isBirthDate(digits: string, plus: boolean, now: Date): boolean {
  const number = Number(digits);
  const month = Math.floor(number / 100) % 100;
  const day = number % 100;
  if (digits.length === 8) return number >= 18000000 && isDate(Math.floor(number / 10000), month, day, now);
  const base = now.getFullYear() - (plus ? 100 : 0);
  const year = base - ((base - Math.floor(number / 10000)) % 100);
  return isDate(year, month, day, now) || (!plus && isDate(year - 100, month, day, now));
}

/** Where the last four begin: a blank, a dash or plus, a blank, each at most once. */
function afterSeparator(chars: string[], i: number): number {
  if (chars[i] === ' ') i++;
  if (isOneOf(chars[i], '-+')) i++;
  return chars[i] === ' ' ? i + 1 : i;
}

/** Digits on either side make it another number. A letter of an interim number stands for 1. */
function numberAt(chars: string[], i: number, now: Date): Span | undefined {
  if (!isDigit(chars[i]) || isDigit(chars[i - 1])) return;
  const run = digitsAt(chars, i);
  if (![6, 8, 10, 12].includes(run)) return;
  const date = i + (run > 8 ? run - 4 : run);
  const lastFour = run > 8 ? date : afterSeparator(chars, date);
  const first = chars[lastFour];
  const interim = first !== undefined && /^[TRSUWXJKLMN]$/i.test(first);
  if (digitsAt(chars, lastFour + 1) !== 3 || (!interim && !isDigit(first))) return;
  const born = chars.slice(i, date).join('');
  const serial = (interim ? '1' : first) + chars.slice(lastFour + 1, lastFour + 4).join('');
  if (serial.startsWith('000') || !luhn(born.slice(-6) + serial)) return;
  if (!isBirthDate(born, chars.slice(date, lastFour).includes('+'), now)) return;
  return [i, lastFour + 4];
}

const isPlateLetter = (char: string | undefined): boolean => char !== undefined && /^[A-HJ-PR-UW-Z]$/i.test(char);

/** ABC 123, ABC 12D; in small letters only where it is written together: "den 112" is none. */
function plateAt(chars: string[], i: number): Span | undefined {
  if (isLetter(chars[i - 1]) || isDigit(chars[i - 1])) return;
  if (!isPlateLetter(chars[i]) || !isPlateLetter(chars[i + 1]) || !isPlateLetter(chars[i + 2])) return;
  const apart = isOneOf(chars[i + 3], ' -');
  const k = i + (apart ? 4 : 3);
  const last = chars[k + 2];
  if (!isDigit(chars[k]) || !isDigit(chars[k + 1])) return;
  if (!isDigit(last) && !(isPlateLetter(last) && !isOneOf(last, 'Oo'))) return;
  if (isLetter(chars[k + 3]) || isDigit(chars[k + 3])) return;
  if (apart && /[a-z]/.test(chars.slice(i, k + 3).join(''))) return;
  return [i, k + 3];
}

/** Where the number within the country begins, after "0", "0046" or "+46". */
function afterTrunk(chars: string[], i: number): number | undefined {
  const is = (at: number, what: string): boolean => chars.slice(at, at + what.length).join('') === what;
  const prefix = is(i, '+46') ? 3 : is(i, '0046') ? 4 : 0;
  if (prefix === 0) return is(i, '0') ? i + 1 : undefined;
  i += prefix;
  if (isOneOf(chars[i], ' -')) i++;
  if (is(i, '(0)')) i += 3;
  return chars[i] === ' ' ? i + 1 : i;
}

/** Swedish numbers as they are written: in one, or area code and groups. */
function phoneAt(chars: string[], i: number): Span | undefined {
  if (!isOneOf(chars[i], '+0')) return;
  const before = chars[i - 1];
  if (isDigit(before) || before === '+' || (isOneOf(before, '-./') && isDigit(chars[i - 2]))) return;
  let k = afterTrunk(chars, i);
  if (k === undefined || !isDigit(chars[k]) || chars[k] === '0') return;
  const area = digitsAt(chars, k);
  if (area >= 7 && area <= 9) return [i, k + area];
  if (area > 3 || (area === 1 && chars[k] !== '8')) return;
  k += area;
  const gap = k;
  while (k < gap + 3 && isOneOf(chars[k], ' -/')) k++;
  if (k === gap) return;
  let found: Span | undefined;
  for (let digits = 0, run = digitsAt(chars, k); run > 0; run = digitsAt(chars, k)) {
    digits += run;
    k += run;
    if (digits > 8) break;
    if (digits >= 5) found = [i, k];
    if (isOneOf(chars[k], ' -')) k++;
  }
  return found;
}

function emailAt(chars: string[], i: number): Span | undefined {
  if (chars[i] !== '@') return;
  const isPart = (char: string | undefined, others: string): boolean => isLetter(char) || isDigit(char) || isOneOf(char, others);
  let from = i;
  let to = i + 1;
  while (isPart(chars[from - 1], '._%+-')) from--;
  while (isPart(chars[to], '.-')) to++;
  if (from === i) return;
  // The last part is at least two letters; what is beyond is not of the address.
  for (let dot = to - 1; dot > i + 1; dot--) {
    if (chars[dot] !== '.') continue;
    if (to - dot > 2 && chars.slice(dot + 1, to).every(isLetter)) return [from, to];
    to = dot;
  }
  return;
}

/** Where they stand, in UTF-16, in order; what lies in a person number is not found again as something else. */
export function spotsIn(text: string, now = new Date()): Spot[] {
  const { chars, from, to } = seenIn(text);
  const spots: Spot[] = [];
  const add = (finding: Finding, at: (i: number) => Span | undefined) => {
    for (let i = 0; i < chars.length; i++) {
      const span = at(i);
      if (!span) continue;
      const spot = { finding, from: from[span[0]] ?? 0, to: to[span[1] - 1] ?? 0 };
      if (!spots.some((one) => one.from < spot.to && spot.from < one.to)) spots.push(spot);
      i = Math.max(i, span[1] - 1);
    }
  };
  add('personNumber', (i) => numberAt(chars, i, now));
  add('email', (i) => emailAt(chars, i));
  add('phone', (i) => phoneAt(chars, i));
  add('plate', (i) => plateAt(chars, i));
  return spots.sort((a, b) => a.from - b.from);
}

/** Where the first person number stands, in UTF-16; -1: none. */
export function personNumberAt(text: string): number {
  return spotsIn(text).find((spot) => spot.finding === 'personNumber')?.from ?? -1;
}

const GRAVEST_FIRST: Finding[] = ['personNumber', 'plate', 'phone', 'email'];

/** What is found, the gravest first. */
export function checkText(text: string): Finding[] {
  const spots = spotsIn(text);
  return GRAVEST_FIRST.filter((finding) => spots.some((spot) => spot.finding === finding));
}
