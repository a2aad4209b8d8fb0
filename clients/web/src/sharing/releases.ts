// The decisions to share that the picture has, and how one is said.
import { listed, shortOrganisation } from '$lib/names';
import { picture } from '$lib/picture.svelte';
import { Release_State, type Release } from '$lib/proto';
import { session } from '$lib/session.svelte';
import { clockTime, day, millis, type Moment } from '$lib/time';
import { leftOut } from '$lib/withheld';
import { seenOf, subjectOf, unseenOf } from './subject';
import { w } from './words';

export function releasesOf(entity: string, state: Release_State): Release[] {
  return [...picture.releases.values()].filter((one) => one.entity === entity && one.state === state);
}

/** By which this person's organisation sees it. */
export function receivedBy(entity: string): Release | undefined {
  const own = session.organisation?.name ?? '';
  return releasesOf(entity, Release_State.ACTIVE).find((one) => one.owner !== own && one.organisations.includes(own));
}

/** "till sön 29 nov.", with the clock where it is no whole day; or that it has no end. */
export function untilWords(end: Moment): string {
  if (!end) return w('untilRevoked');
  const midnight = clockTime(end) === '00:00';
  const shown = midnight ? day(new Date(millis(end) - 1)) : `${day(end)} ${clockTime(end)}`;
  return w('until', { when: shown });
}

/** "Polisen och Region Stockholm" */
export function whom(organisations: readonly string[]): string {
  return listed(organisations.map((name) => shortOrganisation(name) || w('somebody')), w('and'));
}

/** What a decision means, in a sentence: "Polisen får se område, dag och kategori, inte texten, till sön 29 nov." */
export function sentenceOf(release: Pick<Release, 'entity' | 'organisations' | 'withheld' | 'expireTime'>): string {
  const subject = subjectOf(release.entity);
  const withheld = leftOut(release.withheld);
  const seen = subject ? seenOf(subject, withheld) : w('it');
  const unseen = unseenOf(withheld);
  const who = whom(release.organisations);
  const until = untilWords(release.expireTime);
  const sentence = unseen ? w('seeNot', { who, seen, unseen, until }) : w('see', { who, seen, until });
  // A month in short has its own full stop.
  return sentence.replace(/\.\.$/, '.');
}
