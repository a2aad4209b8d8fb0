// Order that does not move while a person points at it: what is new waits, what goes away goes at once.
const IDLE_MS = 20_000;

export class Steady {
  #order: () => readonly string[];
  #now = $derived.by(() => this.#order());
  #held = $state.raw<readonly string[] | undefined>();

  /** `order`: names in the order of now; reactive. */
  constructor(order: () => readonly string[]) {
    this.#order = order;
  }

  get shown(): readonly string[] {
    if (!this.#held) return this.#now;
    const present = new Set(this.#now);
    return this.#held.filter((name) => present.has(name));
  }

  /** Came since the person began to point. */
  get waiting(): readonly string[] {
    if (!this.#held) return [];
    const held = new Set(this.#held);
    return this.#now.filter((name) => !held.has(name));
  }

  /** Lets in what waits, and goes on holding. */
  letIn = (): void => {
    if (this.#held) this.#held = this.#now;
  };

  /** For `{@attach …}` on what the person points at. A pointer that was left there does not hold for ever. */
  watch = (node: HTMLElement): (() => void) => {
    let idle: ReturnType<typeof setTimeout> | undefined;
    const release = () => {
      clearTimeout(idle);
      this.#held = undefined;
    };
    const hold = () => {
      this.#held ??= this.#now;
      clearTimeout(idle);
      idle = setTimeout(release, IDLE_MS);
    };
    // What is focused may be taken away while the page is drawn: nothing may change in the middle of that.
    const leave = () => queueMicrotask(release);
    const focus = (event: FocusEvent) => {
      if ((event.target as HTMLElement).matches(':focus-visible')) hold();
    };
    const events: [string, (event: never) => void][] = [
      ['pointerenter', hold], ['pointermove', hold], ['keydown', hold], ['focusin', focus],
      ['pointerleave', release], ['focusout', leave],
    ];
    for (const [name, listener] of events) node.addEventListener(name, listener as EventListener);
    return () => {
      clearTimeout(idle);
      for (const [name, listener] of events) node.removeEventListener(name, listener as EventListener);
    };
  };
}
