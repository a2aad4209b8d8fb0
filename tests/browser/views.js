// Every view in both languages and themes: axe finds nothing, and a screenshot is kept to be looked at.
import { onFriday } from './fixture.js';

// Who sees it, and the id that it is shown with: `find` picks one from the server's own lists.
const views = [
  ['lage', 'samordnare'],
  ['mote', 'motesledare'],
  ['kvall', 'samordnare'],
  ['falt', 'fritidsledare'],
  ['rapportera', 'fritidsledare'],
  ['insats', 'samordnare', ['deployment', 'list']],
  ['uppdrag', 'fritidsledare', ['assignment', 'list']],
  ['uppfoljning', 'samordnare'],
  ['minnesanteckningar', 'motesledare'],
  ['kallor', 'samordnare'],
  ['personer', 'samordnare'],
  ['installningar', 'samordnare'],
  ['atkomstlogg', 'samordnare'],
  ['skarm', 'samordnare'],
  ['tillganglighet', 'samordnare'],
];

async function firstId(server, find) {
  if (!find) return '';
  const [first] = await server.samsyn('coordinator', ...find);
  return first ? first.name.split('/').at(-1) : 'saknas';
}

/** The tests of one width. */
export function testViews(phone) {
  const width = phone ? 'phone' : 'wide';
  onFriday(`every view on a ${width} screen is accessible, in both languages and themes`, async (evening) => {
    for (const theme of ['light', 'dark']) {
      for (const language of ['sv', 'en']) {
        const people = new Map();
        for (const [view, member, find] of views) {
          if (!people.has(member)) people.set(member, await evening.person(member, { phone, theme, language }));
          const person = people.get(member);
          await person.go(view, await firstId(evening.server, find));
          await person.screenshot(`${view}-${width}-${theme}-${language}`);
          await person.accessible();
        }
        const stranger = await evening.person('', { phone, theme, language, join: false });
        stranger.expected.push(/401/);
        await stranger.page.goto(evening.server.url);
        await stranger.page.locator('main h1').waitFor();
        await stranger.screenshot(`login-${width}-${theme}-${language}`);
        await stranger.accessible();
        for (const person of [...people.values(), stranger]) await person.context.close();
      }
    }
  });
}
