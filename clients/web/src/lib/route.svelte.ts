// Where in the page we are: the hash, so that a link can be sent and Back works. `#/insats/ID` is
// { view: 'insats', id: 'ID' }; ids are the last part of an entity's name.
export interface Route {
  view: string;
  id: string;
}

function parse(hash: string): Route {
  const [view = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  let id = rest.join('/');
  try {
    id = decodeURIComponent(id);
  } catch {
    // A link cut in the middle: shown as it is.
  }
  return { view, id };
}

const state = $state({ current: parse(location.hash) });
addEventListener('hashchange', () => {
  state.current = parse(location.hash);
});

export function route(): Route {
  return state.current;
}

/** The address of a view, for `href`. */
export function href(view: string, id = ''): string {
  return id ? `#/${view}/${encodeURIComponent(id)}` : `#/${view}`;
}

export function go(view: string, id = ''): void {
  location.hash = href(view, id);
}

/** The last part of an entity's name: what stands in an address. */
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Takes the text of a login link out of the address (`#in=…`), so that it is not kept in the history. */
export function takeLink(): string {
  const found = /^#in=(.+)$/.exec(location.hash)?.[1] ?? '';
  if (found) {
    history.replaceState(null, '', location.pathname);
    state.current = parse('');
  }
  return found;
}
