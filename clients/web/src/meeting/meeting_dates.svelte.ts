// When meetings are held by the municipality's cadence, as the server counts it: weeks, exceptions, public holidays.
import { untrack } from 'svelte';
import { explain, meetings } from '$lib/api';
import type { MeetingDate } from '$lib/calls';
import { picture } from '$lib/picture.svelte';

/** In a component: the coming dates; asked anew when the cadence or the meetings have changed. */
export function followDates(count: number) {
  let dates = $state.raw<readonly MeetingDate[]>();
  let error = $state.raw<unknown>();
  let asking = 0;
  const of = $derived([picture.municipality?.revision, ...[...picture.meetings.values()].map((one) => `${one.name} ${one.phase}`)].join());

  async function ask() {
    const mine = ++asking;
    try {
      const answer = await meetings.listMeetingDates({ municipality: picture.municipalityName, count, minRevision: picture.revision });
      if (mine === asking) [dates, error] = [answer.dates, undefined];
    } catch (failure) {
      if (mine === asking) error = failure;
    }
  }
  $effect(() => {
    void of;
    if (picture.municipality) untrack(() => void ask());
  });
  return {
    /** Undefined before the first answer. */
    get dates() {
      return dates;
    },
    get refusal() {
      return error === undefined || dates ? '' : explain(error).message;
    },
  };
}
