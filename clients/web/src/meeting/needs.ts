// What a deployment needs, in words: "2 ordningsvakt (kan mopeder), 1 fältarbetare".
import type { Deployment } from '$lib/proto';
import { unitPower } from '$lib/words/people';

export function needsWords({ needs }: Deployment): string {
  return needs
    .map(({ function: wanted, units, power }) => {
      const called = unitPower(power) ?? '';
      if (!called || called === wanted) return `${units} ${wanted}`;
      return `${units} ${called} (${wanted})`;
    })
    .join(', ');
}
