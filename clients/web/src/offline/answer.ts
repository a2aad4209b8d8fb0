// What a person answers to an assignment, for the first view, which fetches no calls: the contract's own numbers.
import type { AcknowledgeAssignmentRequest_Answer as InContract } from '$lib/calls';

export const Answer = { SEEN: 1, ACCEPTED: 2, DECLINED: 3 } as const satisfies Partial<typeof InContract>;
export type Answer = InContract;
