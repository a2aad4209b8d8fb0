// What this person chose the last time something was shared: the next time it stands there from the start. Known from
// the decisions in the picture; nothing is kept for it.
import { serverNow } from '$lib/clock.svelte';
import { picture } from '$lib/picture.svelte';
import { Withheld, type Release } from '$lib/proto';
import { session } from '$lib/session.svelte';
import { clockTime, millis } from '$lib/time';
import { atWall, dayAfter, dayOf } from '$lib/wall_clock';
import { leftOut } from '$lib/withheld';

export type Until = 'tonight' | 'week' | 'revoked' | 'day';

export interface Choice {
  organisations: string[];
  withheld: Withheld[];
  ground: string;
  groundNote: string;
  purpose: string;
  until: Until;
}

const HOUR = 3_600_000;
/** The evening ends at five in the morning. */
const NIGHT_ENDS = '05:00';

/** When it ends, on the wall; undefined: when it is revoked. */
export function endOf(until: Until, chosenDay: string): Date | undefined {
  const today = dayOf(serverNow());
  switch (until) {
    case 'tonight': {
      const morning = atWall(today, NIGHT_ENDS);
      return morning.getTime() > serverNow() ? morning : atWall(dayAfter(today), NIGHT_ENDS);
    }
    case 'week':
      return atWall(dayAfter(today, 7), '24:00');
    case 'day':
      return chosenDay ? atWall(chosenDay, '24:00') : undefined;
    default:
      return undefined;
  }
}

function untilOf({ createTime, expireTime }: Release): Until {
  if (!expireTime) return 'revoked';
  if (clockTime(expireTime) === NIGHT_ENDS && millis(expireTime) - millis(createTime) <= 24 * HOUR) return 'tonight';
  return 'week';
}

/** The own one first, else one of the organisation. */
function last(): Release | undefined {
  const me = session.member?.name ?? '';
  const mine = ({ proposedBy, decidedBy }: Release) => (proposedBy || decidedBy) === me;
  return [...picture.releases.values()]
    .filter((one) => one.owner === session.organisation?.name)
    .sort((a, b) => Number(mine(b)) - Number(mine(a)) || millis(b.createTime) - millis(a.createTime))[0];
}

/** To be sent as it is, where there was a last time; `others` are those who can be named now. */
export function lastChoice(others: readonly string[], parts: readonly Withheld[]): Choice {
  const before = last();
  if (!before) return { organisations: [], withheld: [], ground: '', groundNote: '', purpose: '', until: 'week' };
  return {
    organisations: before.organisations.filter((name) => others.includes(name)),
    withheld: leftOut(before.withheld).filter((one) => parts.includes(one)),
    ground: before.ground,
    groundNote: before.groundNote,
    purpose: before.purpose,
    until: untilOf(before),
  };
}
