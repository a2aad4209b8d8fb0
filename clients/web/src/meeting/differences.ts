// What became of a deployment between two versions, in words: shown to who decided on the older one.
import type { Deployment, Position } from '$lib/proto';
import { deploymentState, stance } from '$lib/words/enums';
import { areaName, shortOrganisation, unitName } from '$lib/names';
import { clockTime } from '$lib/time';
import { contentOf, slotWords, slots } from './sentence';
import { w as stops } from './stop_words';
import { w } from './words';

function positionWords(position: Position): string {
  const reason = position.reason ? `: ”${position.reason}”` : '';
  return `${shortOrganisation(position.organisation)} ${stance(position.stance)}${reason}`;
}

export function differences(before: Deployment, after: Deployment): string[] {
  const found: string[] = [];
  const was = contentOf(before);
  const is = contentOf(after);
  for (const slot of slots) {
    const [one, other] = [slotWords(was, slot), slotWords(is, slot)];
    if (one !== other) found.push(`${w(slot)}: ${one || '–'} → ${other || '–'}`);
  }
  if (before.instruction !== after.instruction) found.push(`”${after.instruction}”`);
  const planOf = (one: Deployment) => one.stops.map((stop) => `${clockTime(stop.startTime)} ${areaName(stop.area)} ${stop.minutes} min`).join('; ');
  if (planOf(before) !== planOf(after)) found.push(`${stops('stops')}: ${planOf(after) || '–'}`);
  if (before.state !== after.state) found.push(w('stateNow', { state: deploymentState(after.state) }));
  const said = new Set(before.positions.map(positionWords));
  found.push(...after.positions.map(positionWords).filter((words) => !said.has(words)));
  const unitsOf = (one: Deployment) => new Set(one.commitments.map((each) => each.unit).filter(Boolean));
  const [had, has] = [unitsOf(before), unitsOf(after)];
  for (const unit of has) if (!had.has(unit)) found.push(w('unitIn', { unit: unitName(unit) }));
  for (const unit of had) if (!has.has(unit)) found.push(w('unitOut', { unit: unitName(unit) }));
  return found;
}
