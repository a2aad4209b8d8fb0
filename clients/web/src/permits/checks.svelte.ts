// What the server says of sending units on a deployment, while somebody chooses among them: asked again when
// deployments, assignments, shifts or the units themselves change.
import { deployments } from '$lib/api';
import { asking } from '$lib/asking.svelte';
import type { UnitCheck } from '$lib/calls';
import { picture } from '$lib/picture.svelte';
import type { Deployment } from '$lib/proto';

/** As many as are asked of at once. */
const MOST = 100;

export interface Checks {
  of: (unit: string) => UnitCheck | undefined;
  /** The first answer has not come. */
  readonly pending: boolean;
  readonly error: unknown;
}

export function unitChecks(deployment: () => Deployment, units: () => readonly string[]): Checks {
  const depends = () =>
    [picture.deployments, picture.assignments, picture.shifts, picture.units].flatMap((map) =>
      [...map.values()].map((one) => one.revision));
  const asked = asking(
    () => (units().length > 0 ? depends() : undefined),
    () =>
      deployments.checkUnits({
        name: deployment().name, units: units().slice(0, MOST), minRevision: picture.revision,
      }),
  );
  const checks = $derived(new Map(asked.answer?.checks.map((one) => [one.unit, one])));
  return {
    of: (unit) => checks.get(unit),
    get pending() {
      return asked.answer === undefined && asked.error === undefined;
    },
    get error() {
      return asked.error;
    },
  };
}
