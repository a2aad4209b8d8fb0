// The set-up as a file: the server's own JSON, handed on whole. So a file from here fits the command line, and the
// other way round. The page's own line to the server is binary; here the server's JSON is spoken instead.
import { Code, ConnectError } from '@connectrpc/connect';
import { newRequestId } from '$lib/api';
import { language } from '$lib/language.svelte';

export interface Difference {
  action: string;
  name: string;
  fields?: string[];
  awaitsConfirmation?: boolean;
}
export type Setup = Record<string, unknown>;

/** A refusal in the server's words, with what was wrong where. */
export class SetupRefused extends Error {
  constructor(
    message: string,
    readonly fields: readonly { field: string; description: string }[],
    /** `ERROR_REASON_…` without the prefix. */
    readonly reason = '',
  ) {
    super(message);
  }
}

interface ErrorBody {
  message?: string;
  details?: { debug?: { reason?: string; fieldViolations?: { field: string; description: string }[] } }[];
}

async function call(method: string, message: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`/samsyn.v1.DirectoryService/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'connect-protocol-version': '1', 'accept-language': language() },
    body: JSON.stringify(message),
  }).catch(() => {
    throw new ConnectError('', Code.Unavailable);
  });
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (answer.ok) return body;
  const { message: words, details = [] } = body as ErrorBody;
  if (!words) throw new ConnectError('', Code.Unavailable);
  const reason = details.find((one) => one.debug?.reason)?.debug?.reason?.replace(/^ERROR_REASON_/, '');
  throw new SetupRefused(words, details.flatMap((one) => one.debug?.fieldViolations ?? []), reason);
}

export async function readSetup(municipality: string): Promise<Setup> {
  return ((await call('GetSetup', { municipality }))['setup'] ?? {}) as Setup;
}

export async function differences(setup: Setup, notPersonNumbers = false): Promise<Difference[]> {
  const answer = await call('ApplySetup', { requestId: newRequestId(), setup, validateOnly: true, notPersonNumbers });
  return (answer['differences'] ?? []) as Difference[];
}

/** A repeat with the same id has no second effect. */
export async function apply(setup: Setup, requestId: string, notPersonNumbers = false): Promise<void> {
  await call('ApplySetup', { requestId, setup, notPersonNumbers });
}
