// What things are called: the names that people use for organisations, persons, units and areas.
import { picture } from './picture.svelte';
import { t } from './words';

export function organisationName(name: string): string {
  return picture.organisations.get(name)?.displayName ?? '';
}

/** The short form of a long name, for a chip: "Polisen" of "Polisen, lokalpolisområde Haninge Nynäshamn". */
export function shortOrganisation(name: string): string {
  return organisationName(name).split(',')[0] ?? '';
}

export function unitName(name: string): string {
  return picture.units.get(name)?.displayName ?? '';
}

export function areaName(name: string): string {
  return name ? (picture.areas.get(name)?.displayName || placeName(name) || t('unknownArea')) : t('unlocated');
}

/** A place below an area with those that it lies in: "Kvarnen 3, Moränvägen 12, port B"; empty: none such. */
export function placeName(name: string): string {
  const words: string[] = [];
  for (let at = picture.places.get(name); at && words.length < 4; at = picture.places.get(at.parent)) {
    // "Moränvägen 12, port B" says its address itself.
    if (!words[0]?.startsWith(at.displayName)) words.unshift(at.displayName);
  }
  return words.join(', ');
}

/** "Jordbro, Handen och Brandbergen" */
export function listed(words: readonly string[], and: string): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${and} ${words[words.length - 1]}`;
}

/** A person by name to those who may know it, else by function; with the organisation. */
export function personName(name: string): string {
  const member = picture.members.get(name);
  if (!member) return '';
  const organisation = shortOrganisation(member.organisation);
  const called = member.displayName || member.function;
  return called && organisation ? `${called}, ${organisation}` : called || organisation;
}

/** By function only, for what is printed and passed on: "samordnare, Haninge kommun". */
export function functionName(name: string): string {
  const member = picture.members.get(name);
  return [member?.function, shortOrganisation(member?.organisation ?? '')].filter(Boolean).join(', ');
}
