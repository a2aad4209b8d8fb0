// The Watch streams of a browser, and what has a page end its own.

/** The Watch streams that this browser holds open, each with the tab that asked. */
export function watchStreams(person) {
  const open = new Map();
  const ended = (request) => open.delete(request);
  person.context.on('request', (request) => {
    if (!request.url().endsWith('/samsyn.v1.WatchService/Watch')) return;
    const page = request.frame().page();
    open.set(request, page);
    page.once('close', () => ended(request));
  });
  person.context.on('requestfinished', ended);
  person.context.on('requestfailed', ended);
  return open;
}

/** The page believes that nobody looks at it, as behind another tab. */
export function look(page, visible) {
  return page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visible ? 'visible' : 'hidden');
}
