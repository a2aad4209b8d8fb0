// Who is signed in and on what, from the picture: it changes by itself when somebody signs in or is signed out.
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import { Token_Kind, type Device, type Token } from '$lib/proto';
import { millis } from '$lib/time';

/** The sessions of a member that are in force, newest first. */
export function sessionsOf(member: string): Token[] {
  return [...picture.tokens.values()]
    .filter((token) => token.member === member && token.kind === Token_Kind.SESSION && isInForce(token))
    .sort((a, b) => millis(b.createTime) - millis(a.createTime));
}

export function isInForce(token: Token): boolean {
  return !token.revokeTime && millis(token.expireTime) > serverNow();
}

/** The device of a session, where it has agreed to be woken. */
export function deviceOf(session: string): Device | undefined {
  return [...picture.devices.values()].find((one) => one.session === session);
}
