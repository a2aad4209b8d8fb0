// Numbers of persons do not leave the device in a text. What is about to be sent is looked through; what looks like
// one is refused here as the server would (PERSON_NUMBER, by field), until its writer has said that the text holds
// another kind of number: then the request says so (`not_person_numbers`). What the server finds beyond that is
// confirmed in the same way (components/TextFindings.svelte).
import type { Message } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { SvelteSet } from 'svelte/reactivity';
import { BadRequestSchema, ErrorInfoSchema } from '$gen/google/rpc/error_details_pb';
import { session } from './session.svelte';
import { personNumberAt } from './text_checks';
import { defineWords } from './words';

const w = defineWords({
  sv: {
    found: 'Texten ser ut att innehålla ett personnummer. Inget har skickats.',
    field: 'Ta bort numret, eller kryssa i att det inte är ett personnummer.',
  },
  en: {
    found: 'The text seems to hold a personal identity number. Nothing was sent.',
    field: 'Take the number out, or tick that it is not a personal identity number.',
  },
});

/** Texts whose writer says that the number in them is no person's; in memory only, until somebody else signs in. */
const confirmed = new SvelteSet<string>();
/** Texts that were refused for a number. */
const refused = new SvelteSet<string>();

export const numbers = {
  wasRefused: (text: string) => refused.has(text.trim()),
  /** Also where a form has put more words around it. */
  isConfirmed: (text: string) =>
    confirmed.has(text.trim()) || [...confirmed].some((one) => text.includes(one) && personNumberAt(text.replace(one, '')) < 0),
  /** It is not sent as it stands. */
  isWrong: (text: string) => personNumberAt(text) >= 0 && !numbers.isConfirmed(text),
  confirm(text: string, yes: boolean): void {
    if (yes) confirmed.add(text.trim());
    else confirmed.delete(text.trim());
  },
};

// Nothing of a person stays when they leave.
$effect.root(() => {
  $effect(() => {
    if (session.status !== 'out') return;
    confirmed.clear();
    refused.clear();
  });
});

// Ids and links are no texts of people; what is dialled is a number.
const noText = /^(name|etag|pushEndpoint|link|sourceUri|geojson)$|Id$|[pP]hone$/;
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The words of people in a message, by the path that a refusal gives them: `levels[0].reason`. */
function textsOf(message: object, path = '', found = new Map<string, string>()): Map<string, string> {
  for (const [name, value] of Object.entries(message) as [string, unknown][]) {
    if (name.startsWith('$') || noText.test(name)) continue;
    const at = `${path}${path && '.'}${snake(name)}`;
    const all: [string, unknown][] = Array.isArray(value) ? value.map((one, i) => [`${at}[${i}]`, one]) : [[at, value]];
    for (const [place, one] of all) {
      if (typeof one === 'string') found.set(place, one);
      else if (one && typeof one === 'object' && !(one instanceof Uint8Array)) textsOf(one, place, found);
    }
  }
  return found;
}

function refusal(paths: readonly string[]): ConnectError {
  const error = new ConnectError(w('found'), Code.InvalidArgument);
  error.details.push(
    { desc: ErrorInfoSchema, value: { reason: 'ERROR_REASON_PERSON_NUMBER', domain: 'samsyn' } },
    { desc: BadRequestSchema, value: { fieldViolations: paths.map((field) => ({ field, description: w('field') })) } },
  );
  return error;
}

/** Throws when a text holds what looks like a person number that nobody has confirmed to be something else. */
export function guardTexts(request: Message): void {
  if (!('notPersonNumbers' in request)) return;
  const texts = [...textsOf(request)];
  const wrong = texts.filter(([, text]) => numbers.isWrong(text));
  if (wrong.length > 0) {
    for (const [, text] of wrong) refused.add(text.trim());
    throw refusal(wrong.map(([path]) => path));
  }
  if (texts.some(([, text]) => numbers.isConfirmed(text))) request.notPersonNumbers = true;
}

/** The same of one text, before the first of several requests goes out with it. */
export function guardText(text: string): void {
  if (!numbers.isWrong(text)) return;
  refused.add(text.trim());
  throw refusal(['text']);
}

/** The server found what the page had not: its fields are asked about from now on. */
export function noteRefused(request: Message, fields: Iterable<string>): void {
  const texts = textsOf(request);
  for (const field of fields) {
    const text = texts.get(field);
    if (text) refused.add(text.trim());
  }
}

/** Looks through what is about to be sent. */
export const numberGuard: Interceptor = (next) => async (request) => {
  if (request.stream) return next(request);
  const message: Message = request.message;
  guardTexts(message);
  try {
    return await next(request);
  } catch (error) {
    const failure = ConnectError.from(error);
    if (failure.findDetails(ErrorInfoSchema)[0]?.reason.endsWith('PERSON_NUMBER')) {
      noteRefused(message, failure.findDetails(BadRequestSchema).flatMap((one) => one.fieldViolations.map(({ field }) => field)));
    }
    throw error;
  }
};
