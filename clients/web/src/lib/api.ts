// The way to the server: one transport, a typed client a service, writes that are safe to repeat, and errors
// put into words. Nothing else in the page calls the network.
import type { DescService } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, type Client, type Interceptor } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '$gen/google/rpc/error_details_pb';
import { language } from './language.svelte';
import { AccessService, WatchService } from './proto';
import { t } from './words';

const UNARY_DEADLINE_MS = 15_000;
const WRITE_TRIES = 4;
const RETRY_MS = 400;

const speakTheirLanguage: Interceptor = (next) => (request) => {
  request.header.set('accept-language', language());
  return next(request);
};

type Ended = (error: ConnectError) => void;
let onEnded: Ended = () => {};

/** Whom to tell when the server no longer knows us (the session was ended, or has run out). */
export function whenIdentityEnds(listener: Ended): void {
  onEnded = listener;
}

/** Tells of it when that is what the error says; true if so. */
export function noticeEnd(error: unknown): boolean {
  const failure = ConnectError.from(error);
  if (failure.code !== Code.Unauthenticated) return false;
  onEnded(failure);
  return true;
}

const noticeTheEnd: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    noticeEnd(error);
    throw error;
  }
};

function transportWith(...interceptors: Interceptor[]) {
  return createGrpcWebTransport({
    baseUrl: location.origin,
    defaultTimeoutMs: UNARY_DEADLINE_MS,
    interceptors: [noticeTheEnd, speakTheirLanguage, ...interceptors],
  });
}
const transport = transportWith();

/** A client whose description comes with the first call: of what a person does, not of what they see. */
function later<Service extends DescService>(describe: (calls: typeof import('./calls')) => Service): Client<Service> {
  let client: Promise<Client<Service>> | undefined;
  const load = () => (client ??= import('./calls').then((calls) => createClient(describe(calls), transportWith(calls.numberGuard))));
  type Call = (...request: unknown[]) => unknown;
  return new Proxy({} as Client<Service>, {
    get: (_, method: string) => async (...request: unknown[]) => ((await load()) as Record<string, Call>)[method]?.(...request),
  });
}

/** Who is in front of the page: asked before anything else. */
export const { whoAmI } = createClient(AccessService, transport);
export const access = later((calls) => calls.AccessService);
export const admin = later((calls) => calls.AdminService);
export const assignments = later((calls) => calls.AssignmentService);
export const audit = later((calls) => calls.AuditService);
export const deployments = later((calls) => calls.DeploymentService);
export const directory = later((calls) => calls.DirectoryService);
export const incidents = later((calls) => calls.IncidentService);
export const indicators = later((calls) => calls.IndicatorService);
export const meetings = later((calls) => calls.MeetingService);
export const problems = later((calls) => calls.ProblemService);
export const reports = later((calls) => calls.ReportService);
export const situations = later((calls) => calls.SituationService);
export const watch = createClient(WatchService, transport);

/** The id that makes a write safe to repeat (R7). */
export function newRequestId(): string {
  return crypto.randomUUID();
}

function wait(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

/**
 * Makes a write: `await write((requestId) => reports.submitReport({ requestId, … }))`. While the server is
 * out of reach (UNAVAILABLE) it is repeated with the same id a few times; every other refusal is thrown at once.
 */
export async function write<Result>(call: (requestId: string) => Promise<Result>): Promise<Result> {
  const requestId = newRequestId();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(requestId);
    } catch (error) {
      if (ConnectError.from(error).code !== Code.Unavailable || attempt === WRITE_TRIES) throw error;
      await wait(RETRY_MS * 2 ** attempt);
    }
  }
}

/** A refusal in words: what to show above a form, what to show beside its fields (by proto path). */
export interface Explanation {
  message: string;
  fields: Map<string, string>;
  /** `ERROR_REASON_…` without the prefix, or the status code's name. */
  reason: string;
  metadata: Record<string, string>;
  code: Code;
  retryAfterMs: number;
}

/** What the server said, or why it could not be asked. */
export function explain(error: unknown): Explanation {
  const failure = ConnectError.from(error);
  const info = failure.findDetails(ErrorInfoSchema)[0];
  const delay = failure.findDetails(RetryInfoSchema)[0]?.retryDelay;
  const fields = new Map<string, string>();
  for (const request of failure.findDetails(BadRequestSchema)) {
    for (const violation of request.fieldViolations) fields.set(violation.field, violation.description);
  }
  const retryAfterMs = delay ? Number(delay.seconds) * 1000 + delay.nanos / 1e6 : 0;
  const words = info ? failure.rawMessage : ownWords(failure);
  const seconds = Math.ceil(retryAfterMs / 1000);
  return {
    message: info?.reason.endsWith('TOO_MANY_CALLS') ? `${words} ${t('tryAgainIn', { n: seconds })}` : words,
    fields,
    reason: info ? info.reason.replace(/^ERROR_REASON_/, '') : Code[failure.code],
    metadata: info?.metadata ?? {},
    code: failure.code,
    retryAfterMs,
  };
}

/** Without a word of our server's (a proxy answered, or nobody): what is safe and what to do. */
function ownWords(failure: ConnectError): string {
  switch (failure.code) {
    case Code.DeadlineExceeded:
      return t('tooSlow');
    case Code.NotFound:
      return t('notFound');
    case Code.Internal:
      return t('somethingFailed');
    default:
      return t('unreachable');
  }
}
