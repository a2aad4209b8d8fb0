// Several tabs of one browser share one Watch.
import assert from 'node:assert/strict';
import { onFriday, until } from './fixture.js';
import { look, watchStreams } from './streams.js';

const oneStream = (streams) => until('there is one stream', () => streams.size === 1);

onFriday('seven tabs, one stream; a change shows in all of them', async (evening) => {
  const other = await evening.person('samordnare');
  const person = await evening.person('polis', { join: false });
  const streams = watchStreams(person);
  await person.page.goto(`${evening.server.url}/#in=${await evening.server.loginLink('polis')}`);
  await person.page.getByText(/direkt \d/).waitFor();
  const pages = [person.page];
  for (let i = 1; i < 7; i++) pages.push(await person.tab());
  for (const page of pages) await page.getByText(/direkt \d/).waitFor();
  await oneStream(streams);
  const words = `till alla flikar ${Date.now()}`;
  await other.report(words);
  for (const page of pages) await page.getByText(words).first().waitFor();
  await oneStream(streams);
});

onFriday('the leading tab is closed: another goes on, and nothing is missed', async (evening) => {
  const other = await evening.person('samordnare');
  const person = await evening.person('polis');
  const streams = watchStreams(person);
  await person.page.getByText(/direkt \d/).waitFor();
  const second = await person.tab();
  const third = await person.tab();
  for (const page of [second, third]) await page.getByText(/direkt \d/).waitFor();
  await person.page.close();
  const words = `efter skiftet ${Date.now()}`;
  await other.report(words);
  for (const page of [second, third]) await page.getByText(words).first().waitFor();
  for (const page of [second, third]) await page.getByText(/direkt \d/).waitFor();
  await oneStream(streams);
});

onFriday('it pauses when no tab is looked at, and resumes by its token', async (evening) => {
  const other = await evening.person('samordnare');
  const person = await evening.person('polis', { join: false });
  const streams = watchStreams(person);
  const asked = [];
  person.context.on('request', (request) => request.url().endsWith('/Watch') && asked.push(request));
  await person.page.goto(`${evening.server.url}/#in=${await evening.server.loginLink('polis')}`);
  const second = await person.tab();
  for (const page of [person.page, second]) await page.getByText(/direkt \d/).waitFor();

  await look(second, false);
  await oneStream(streams);
  await look(person.page, false);
  await until('the stream ends', () => streams.size === 0);
  const words = `medan ingen såg på ${Date.now()}`;
  await other.report(words);
  await look(second, true);
  for (const page of [person.page, second]) await page.getByText(words).first().waitFor();
  await oneStream(streams);
  // A request with a token is longer than one without: it did not begin anew.
  const sizes = asked.map((request) => request.postDataBuffer().length);
  assert.ok(sizes.at(-1) > sizes[0] + 8, `requests of ${sizes} bytes`);
});

onFriday('a leader that sleeps is relieved by the tab that is looked at', async (evening) => {
  const other = await evening.person('samordnare');
  const person = await evening.person('polis');
  await person.page.getByText(/direkt \d/).waitFor();
  const second = await person.tab();
  await second.getByText(/direkt \d/).waitFor();
  await look(second, false);
  // The leader's thread is held, as when a phone puts it to sleep.
  const debug = await person.context.newCDPSession(person.page);
  await debug.send('Debugger.enable');
  await debug.send('Debugger.pause');
  await look(second, true);
  const words = `medan den sov ${Date.now()}`;
  await other.report(words);
  await second.getByText(words).first().waitFor();
  await debug.send('Debugger.disable');
  await person.page.getByText(words).first().waitFor();
  await person.page.getByText(/direkt \d/).waitFor();
});
