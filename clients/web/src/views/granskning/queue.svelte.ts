// What waits for this reviewer, and where in it they are: an item that leaves gives its place to the next.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { Report_State, type Report } from '$lib/proto';
import { waitingReports, waitsForReview } from '$lib/waiting';

export class Queue {
  /** Accepted here and taken back: they are with the reporter by the contract, and still to be decided here. */
  readonly #takenBack = new SvelteSet<string>();
  /** Decided here, by the version that was: gone before the picture says so. */
  readonly #decided = new SvelteMap<string, string>();
  /** Under way: it stays until the answer has come, whatever the picture says meanwhile. */
  readonly #deciding = new SvelteSet<string>();
  #name = $state('');
  #index = $state(0);

  readonly all = $derived(
    waitingReports((one) =>
      waitsForReview(one) || this.#deciding.has(one.name) ||
      (one.state === Report_State.RETURNED && this.#takenBack.has(one.name)))
      .filter((one) => this.#decided.get(one.name) !== one.etag),
  );
  readonly at = $derived.by(() => {
    const found = this.all.findIndex((one) => one.name === this.#name);
    return found >= 0 ? found : Math.max(0, Math.min(this.#index, this.all.length - 1));
  });
  readonly current = $derived<Report | undefined>(this.all[this.at]);

  select(name: string): void {
    this.#name = name;
    this.#index = Math.max(0, this.all.findIndex((one) => one.name === name));
  }

  /** Forwards or back; returns whether there was one. */
  step(by: number): boolean {
    const next = this.all[this.at + by];
    if (!next) return false;
    this.select(next.name);
    return true;
  }

  deciding(name: string, busy: boolean): void {
    if (busy) this.#deciding.add(name);
    else this.#deciding.delete(name);
  }

  decided(report: Report): void {
    this.#index = this.at;
    this.#takenBack.delete(report.name);
    this.#deciding.delete(report.name);
    this.#decided.set(report.name, report.etag);
  }

  takenBack(name: string): void {
    this.#takenBack.add(name);
    this.#name = name;
  }
}
