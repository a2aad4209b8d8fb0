// When meetings are held by the municipality's cadence, as the server counts it: weeks, exceptions, public holidays.
import { explain, meetings } from '$lib/api';
import { asking } from '$lib/asking.svelte';
import type { MeetingDate } from '$lib/calls';
import { picture } from '$lib/picture.svelte';

/** In a component: the coming dates; asked anew when the cadence or the meetings have changed. */
export function followDates(count: number) {
  const asked = asking(
    () => picture.municipality && [picture.municipality.revision, ...[...picture.meetings.values()].map((one) => `${one.name} ${one.phase}`)].join(),
    () => meetings.listMeetingDates({ municipality: picture.municipalityName, count, minRevision: picture.revision }),
  );
  return {
    /** Undefined before the first answer. */
    get dates(): readonly MeetingDate[] | undefined {
      return asked.answer?.dates;
    },
    get refusal(): string {
      return asked.error === undefined || asked.answer ? '' : explain(asked.error).message;
    },
  };
}
