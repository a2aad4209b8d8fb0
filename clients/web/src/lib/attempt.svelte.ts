// One thing that a person tries to do: whether it is under way, and why it was refused. What was written stays.
import { explain } from './api';
import { inWords } from './in_words';

export class Attempt {
  busy = $state(false);
  error = $state.raw<unknown>();
  readonly #explained = $derived(this.error ? explain(this.error) : undefined);

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

  forget(): void {
    this.error = undefined;
  }

  /** Why, in the server's words, with the names that people use. */
  get message(): string {
    return inWords(this.#explained?.message ?? '');
  }

  get reason(): string {
    return this.#explained?.reason ?? '';
  }

  /** What was wrong with a field, by its path in the request. */
  field(path: string): string {
    return inWords(this.#explained?.fields.get(path) ?? '');
  }

  /** The refusal where no field of this form says it already. */
  besides(...paths: string[]): string {
    return paths.some((path) => this.field(path)) ? '' : this.message;
  }
}
