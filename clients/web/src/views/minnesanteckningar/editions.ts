// Which edition of minutes is the one that counts.
import type { GetMinutesResponse } from '$lib/calls';

export function isNewest({ edition, editions }: GetMinutesResponse): boolean {
  return editions.every((one) => one.edition <= edition);
}
