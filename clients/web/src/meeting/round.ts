// Laget runt: in which order the organisations speak, what each has said, and what it reported since last time.
import { picture } from '$lib/picture.svelte';
import { Report_State, type Meeting, type Report, type RoundEntry } from '$lib/proto';
import { millis } from '$lib/time';
import { organisationName } from '$lib/names';

export function entriesOf(meeting: Meeting, organisation: string): RoundEntry[] {
  return [...picture.roundEntries.values()]
    .filter((one) => one.meeting === meeting.name && one.organisation === organisation)
    .sort((a, b) => millis(a.createTime) - millis(b.createTime));
}

/** Those present, in the order in which they spoke last time; new ones after them, by name. */
export function roundOrder(meeting: Meeting): string[] {
  const before = [...picture.roundEntries.values()]
    .filter((one) => one.meeting === meeting.previousMeeting)
    .sort((a, b) => millis(a.createTime) - millis(b.createTime))
    .map((one) => one.organisation);
  const place = (organisation: string) => (before.indexOf(organisation) + 1 || before.length + 1);
  return [...meeting.attendingOrganisations].sort(
    (a, b) => place(a) - place(b) || organisationName(a).localeCompare(organisationName(b), 'sv'),
  );
}

const standing: readonly Report_State[] = [Report_State.SUBMITTED, Report_State.ACCEPTED, Report_State.MERGED];

/** What it reported since the meeting before closed, newest first. */
export function reportedSince(meeting: Meeting, organisation: string): Report[] {
  const since = millis(picture.meetings.get(meeting.previousMeeting)?.closeTime);
  return [...picture.reports.values()]
    .filter((one) => one.owner === organisation && standing.includes(one.state) && millis(one.createTime) >= since)
    .sort((a, b) => millis(b.occurredTime) - millis(a.occurredTime));
}
