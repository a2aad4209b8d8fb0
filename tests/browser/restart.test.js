// A server that is killed under the page and comes back: the picture stays with its age, the page goes on from where
// it was, and nothing that was written is lost or comes twice, whenever the answer was lost.
import assert from 'node:assert/strict';
import { onFriday, until } from './fixture.js';

/** A person whose browser may complain of the server that is gone. */
async function signIn(evening, member, options) {
  const person = await evening.person(member, options);
  person.expected.push(/ERR_/, /Failed to load/);
  await person.page.getByText(/direkt \d/).waitFor();
  return person;
}

/** The form, filled in but for the last press. */
async function fillIn(person, text) {
  await person.page.getByRole('button', { name: /^ordning/i }).click();
  await person.page.getByRole('button', { name: 'Jordbro', exact: true }).click();
  await person.page.getByLabel('Vad har hänt?').fill(text);
}

const send = (person) => person.page.getByRole('button', { name: 'Skicka rapporten' }).click();
const sent = (person) => person.page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();

async function times(evening, text) {
  const reports = await evening.server.samsyn('coordinator', 'report', 'list', '--word', text.split(' ').at(-1));
  return reports.filter((one) => one.text === text).length;
}

onFriday('killed and started again: the picture stays with its age, and the page resumes', async (evening) => {
  const asked = [];
  const person = await evening.person('polis', { join: false });
  person.expected.push(/ERR_/, /Failed to load/);
  person.context.on('request', (request) => request.url().endsWith('/Watch') && asked.push(request));
  await person.page.goto(`${evening.server.url}/#in=${await evening.server.loginLink('polis')}`);
  await person.page.getByText(/direkt \d/).waitFor();
  const known = `känt före ${Date.now()}`;
  await person.report(known);
  await person.page.getByText(known).first().waitFor();
  await person.page.evaluate(() => (globalThis.sameDocument = true));
  const before = asked.length;

  await evening.server.end('SIGKILL');
  await person.page.getByText(/återansluter, visar läget \d/).waitFor();
  await person.page.locator('main.stale').waitFor();
  assert.ok(await person.page.getByText(known).first().isVisible(), 'the picture stays');
  await person.accessible();
  await person.screenshot('utan-server');
  await evening.server.run();
  const words = `efter omstarten ${Date.now()}`;
  await person.report(words);
  await person.page.getByText(words).first().waitFor();
  await person.page.getByText(/direkt \d/).waitFor();
  assert.ok(await person.page.evaluate(() => globalThis.sameDocument), 'the page was not loaded anew');
  // A request with a token is longer than one without: it did not begin anew.
  const sizes = asked.map((request) => request.postDataBuffer().length);
  assert.ok(asked.length > before && sizes.at(-1) > sizes[0] + 8, `requests of ${sizes} bytes`);
});

onFriday('a report written while the server is away is there once when it is back', async (evening) => {
  const text = `Skrivet utan server ${Date.now()}`;
  const person = await signIn(evening, 'polis', { view: 'rapportera' });
  await fillIn(person, text);
  await evening.server.end('SIGKILL');
  await send(person);
  await person.page.getByRole('heading', { name: 'Rapporten väntar på nätet' }).waitFor();
  await person.page.getByText('1 svar väntar').first().waitFor();
  await evening.server.run();
  await sent(person);
  assert.equal(await times(evening, text), 1);
});

onFriday('killed with the report on its way: it is there once', async (evening) => {
  const text = `Mitt i sändningen ${Date.now()}`;
  const person = await signIn(evening, 'polis', { view: 'rapportera' });
  await fillIn(person, text);
  // Taken in by a machine that no longer answers.
  evening.server.process.kill('SIGSTOP');
  const asked = person.page.waitForRequest((request) => request.url().endsWith('/SubmitReport'));
  await send(person);
  await asked;
  await evening.server.end('SIGKILL');
  await evening.server.run();
  await sent(person);
  assert.equal(await times(evening, text), 1);
});

onFriday('the answer is lost on its way back: what is sent again has no second effect', async (evening) => {
  const text = `Svaret kom bort ${Date.now()}`;
  const person = await signIn(evening, 'polis', { view: 'rapportera' });
  await fillIn(person, text);
  let lost = 0;
  await person.context.route('**/SubmitReport', async (route) => {
    if (lost++ > 0) return route.continue();
    // Written, and then the line breaks.
    assert.ok((await route.fetch()).ok());
    return route.abort('connectionreset');
  });
  await send(person);
  await sent(person);
  await until('it was sent again', () => lost > 1);
  assert.equal(await times(evening, text), 1);
});

onFriday('what the chair writes while the server is away is kept, and is there once', async (evening) => {
  const words = `Sagt utan server ${Date.now()}`;
  await evening.server.samsyn('chair', 'meeting', 'open');
  const chair = await signIn(evening, 'motesledare', { view: 'mote' });
  await chair.page.getByRole('button', { name: 'Vidare till Laget runt' }).click();
  const said = chair.page.getByLabel(/^Vad säger/);
  await said.fill(words);
  await evening.server.end('SIGKILL');
  await chair.page.getByText('Det du skriver är kvar').waitFor();
  const note = chair.page.getByRole('button', { name: 'Anteckna', exact: true });
  await note.click();
  await chair.page.getByRole('alert').filter({ hasText: 'Servern nås inte just nu' }).waitFor();
  assert.equal(await said.inputValue(), words);
  await evening.server.run();
  await chair.page.getByText(/direkt \d/).waitFor();
  await note.click();
  await until('the form is empty', async () => (await said.inputValue()) === '');
  await chair.page.getByText(words).first().waitFor();
  assert.equal(await chair.page.getByText(words).count(), 1);
});
