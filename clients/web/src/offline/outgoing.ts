// What waits in the queue, as it is kept: known to the page, which makes it, and to the service worker, which
// may send it when the page is closed.

/** Where each kind goes. */
export const paths = {
  delivery: '/samsyn.v1.AssignmentService/ReportDelivery',
  answer: '/samsyn.v1.AssignmentService/AcknowledgeAssignment',
  progress: '/samsyn.v1.AssignmentService/UpdateAssignment',
  note: '/samsyn.v1.AssignmentService/AddFieldUpdate',
  debrief: '/samsyn.v1.AssignmentService/DebriefAssignment',
  report: '/samsyn.v1.ReportService/SubmitReport',
} as const;

export type Kind = keyof typeof paths;

/** Why the server would not have it; it stays until the person has seen that. */
export interface Refusal {
  message: string;
  /** `ERROR_REASON_…` without the prefix, or LATE: kept in the field log, but somebody else was quicker. */
  reason: string;
  /** By proto path. */
  fields: Record<string, string>;
}

export interface Outgoing {
  kind: Kind;
  /** When the person did it, by the device's clock. */
  time: number;
  /** The request message. */
  request: Uint8Array<ArrayBuffer>;
  refusal?: Refusal;
}

const text = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
const bytes = (latin: string) => Uint8Array.from(latin, (char) => char.charCodeAt(0));

export function pack(outgoing: Outgoing): Uint8Array<ArrayBuffer> {
  const { request, ...rest } = outgoing;
  return new TextEncoder().encode(JSON.stringify({ ...rest, request: btoa(text(request)) }));
}

export function unpack(packed: Uint8Array): Outgoing {
  const { request, ...rest } = JSON.parse(new TextDecoder().decode(packed)) as Outgoing & { request: string };
  return { ...rest, request: bytes(atob(request)) };
}

/** Held by the one who sends: a tab, or the service worker. */
export const SENDING = 'samsyn sending';
/** Tells the tabs that the queue is another. */
export const QUEUE_NEWS = 'samsyn queue';
/** The one-off sync that wakes the service worker when the network is back. */
export const SYNC_TAG = 'samsyn-queue';
