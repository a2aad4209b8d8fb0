// Order that does not move while a person points at it: what is new waits, what goes away goes at once.
const IDLE_MS = 20_000;

export class Steady {
  #order: () => readonly string[];
  #held = $state.raw<readonly string[] | undefined>();

  /** `order`: names in the order of now; reactive. */
  constructor(order: () => readonly string[]) {
    this.#order = order;
  }

  get shown(): readonly string[] {
    const now = this.#order();
    if (!this.#held) return now;
    const present = new Set(now);
    return this.#held.filter((name) => present.has(name));
  }

  /** Came since the person began to point. */
  get waiting(): readonly string[] {
    if (!this.#held) return [];
    const held = new Set(this.#held);
    return this.#order().filter((name) => !held.has(name));
  }

  /** Lets in what waits, and goes on holding. */
  letIn = (): void => {
    if (this.#held) this.#held = this.#order();
  };

  /** For `{@attach …}` on what the person points at. A pointer that was left there does not hold for ever. */
  watch = (node: HTMLElement): (() => void) => {
    let idle: ReturnType<typeof setTimeout> | undefined;
    const release = () => {
      clearTimeout(idle);
      this.#held = undefined;
    };
    const hold = () => {
      this.#held ??= this.#order();
      clearTimeout(idle);
      idle = setTimeout(release, IDLE_MS);
    };
    const focus = (event: FocusEvent) => {
      if ((event.target as HTMLElement).matches(':focus-visible')) hold();
    };
    const events: [string, (event: never) => void][] = [
      ['pointerenter', hold], ['pointermove', hold], ['keydown', hold], ['focusin', focus],
      ['pointerleave', release], ['focusout', release],
    ];
    for (const [name, listener] of events) node.addEventListener(name, listener as EventListener);
    return () => {
      clearTimeout(idle);
      for (const [name, listener] of events) node.removeEventListener(name, listener as EventListener);
    };
  };
}
