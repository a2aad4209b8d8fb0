// One thing that a person tries to do: whether it is under way, and why it was refused. What was written stays.
import { explain } from './api';

export class Attempt {
  busy = $state(false);
  error = $state.raw<unknown>();
  readonly #fields = $derived(this.error ? explain(this.error).fields : new Map<string, string>());

  /** Runs it; false when it was refused. A second press while it is under way does nothing. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = undefined;
    try {
      await action();
      return true;
    } catch (refusal) {
      this.error = refusal;
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** What was wrong with a field, by its path in the request. */
  field(path: string): string {
    return this.#fields.get(path) ?? '';
  }
}
