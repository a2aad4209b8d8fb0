// The phone in the field: answers without network, a page that is closed with them, what the device keeps and when
// it forgets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assign, device, friday, INSTRUCTION, MUNICIPALITY, pressUntil, until } from './fixture.js';

async function assignmentOf({ server }, deployment) {
  const all = await server.samsyn('coordinator', 'assignment', 'list');
  return all.find((one) => one.deployment === deployment.name);
}

function cached(page) {
  return page.evaluate(async () => {
    const texts = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) texts.push(await (await cache.match(request)).text());
    }
    return texts;
  });
}

/** A host with the card open, whose device has kept what it may. */
async function host(evening, options = {}) {
  const person = await evening.person('trygghetsvard', { phone: true, theme: 'dark', view: 'falt', ...options });
  // Without network the browser itself complains about what it cannot fetch.
  person.expected.push(/net::ERR|Failed to (load resource|fetch)|401/);
  await person.page.getByText(INSTRUCTION).waitFor();
  await until('the service worker has the page', async () => (await cached(person.page)).length > 5);
  await until('the device has the card', async () => (await device(person.page)).opened.includes(INSTRUCTION));
  return person;
}

const press = (person, name, page = person.page) => page.getByRole('button', { name, exact: true }).click();

test('answers without network survive that the page is closed, and are sent in order', async (t) => {
  const evening = await friday(t);
  const deployment = await assign(evening);
  const person = await host(evening);
  await until('seen', async () => (await assignmentOf(evening, deployment)).state === 'STATE_SEEN');
  await person.context.setOffline(true);
  await evening.server.end();
  await press(person, 'Kvittera');
  const onPlace = person.page.getByRole('button', { name: 'På plats', exact: true });
  await onPlace.waitFor();
  await pressUntil(onPlace, person.page.getByText('2 svar väntar').first());
  await person.screenshot('falt-utan-tackning');
  await person.accessible();
  await person.page.close();

  const page = await person.context.newPage();
  await page.goto(`${evening.server.url}/#/falt`);
  await page.getByRole('heading', { name: 'Jordbro' }).waitFor();
  await page.getByText('2 svar väntar').first().waitFor();
  await page.getByText(/Visar läget/).waitFor();
  await page.getByRole('button', { name: 'Klart' }).waitFor();
  await person.screenshot('falt-oppnad-utan-tackning', page);

  await evening.server.run();
  await person.context.setOffline(false);
  await until('on the spot', async () => (await assignmentOf(evening, deployment)).state === 'STATE_ON_SCENE');
  const { history } = await assignmentOf(evening, deployment);
  assert.deepEqual(history.slice(-2).map(({ state }) => state), ['STATE_ACCEPTED', 'STATE_ON_SCENE']);
  await page.getByText(/svar väntar/).first().waitFor({ state: 'hidden' });
  assert.equal((await device(page)).queue, 0);
});

test('what the server will not have is said in its words until it is seen', async (t) => {
  const evening = await friday(t);
  const deployment = await assign(evening);
  const person = await host(evening);
  await person.context.setOffline(true);
  await press(person, 'Kvittera');
  await person.page.getByText('1 svar väntar').first().waitFor();
  await evening.server.samsyn('chair', 'deployment', 'cancel', deployment.name, '--reason', 'Regn');
  await person.context.setOffline(false);
  const refused = person.page.getByRole('alert').filter({ hasText: 'Svaret gick inte fram' });
  await refused.getByText(/återkallat/).waitFor();
  await person.page.reload();
  await refused.waitFor();
  await press(person, 'Jag har sett det');
  await refused.waitFor({ state: 'hidden' });
  assert.equal((await device(person.page)).queue, 0);
});

/** Foot stops in Jordbro tonight, of the hosts: the first is due. */
async function assignStops({ server }, boss) {
  await server.samsyn('chair', 'meeting', 'open');
  const [problem] = await server.samsyn('coordinator', 'problem', 'list');
  const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const area = `${MUNICIPALITY}/areas/jordbro`;
  const { deployment } = await boss.call('DeploymentService/ProposeDeployment', {
    municipality: MUNICIPALITY,
    deployment: {
      kind: 'KIND_FOOT_STOP', aim: 'Lugnare kväll', areas: [area], problem: problem.name, instruction: INSTRUCTION,
      window: { startTime: soon(-0.1), endTime: soon(3) }, responsibleOrganisation: `${MUNICIPALITY}/organisations/kommunen`,
      followUpDueTime: soon(48),
      stops: [{ area, minutes: 15, startTime: soon(-0.05) }, { area, minutes: 12, startTime: soon(1) }],
    },
  });
  await server.samsyn('coordinator', 'deployment', 'commit', deployment.name, 'trygghetsvardar');
  await server.samsyn('chair', 'deployment', 'decide', deployment.name);
  return deployment;
}

test('stops are ticked with their minutes and how it went is said in two taps, without network too', async (t) => {
  const evening = await friday(t);
  const boss = await evening.person('samordnare');
  const deployment = await assignStops(evening, boss);
  const person = await host(evening);
  const { page } = person;
  await press(person, 'Kvittera');
  await pressUntil(page.getByRole('button', { name: 'På plats', exact: true }), page.getByRole('button', { name: 'Klart', exact: true }));
  await until('on the spot', async () => (await assignmentOf(evening, deployment)).state === 'STATE_ON_SCENE');

  await person.context.setOffline(true);
  await press(person, 'Fler minuter');
  await page.getByRole('button', { name: 'Stopp 1, Jordbro: gjort' }).click();
  await page.getByText('1 svar väntar').first().waitFor();
  await page.getByText(/20 min sparat/).waitFor();
  await page.getByText('1 av 2', { exact: true }).waitFor();
  await person.accessible();
  await person.screenshot('falt-stopp');

  const answer = page.getByRole('dialog');
  await pressUntil(page.getByRole('button', { name: 'Klart', exact: true }), answer);
  await answer.getByLabel('delvis').check();
  // One tap without the other says too little.
  await answer.getByRole('button', { name: 'Klart, skicka' }).click();
  await answer.getByText('Välj hur det gick och hur det var på plats.').waitFor();
  await answer.getByLabel('stökigt').check();
  const said = answer.getByLabel(/^En mening/);
  // A person's number is refused before anything of it is said.
  await said.fill('Talade med 19811228-9874 vid stationen.');
  await answer.getByRole('button', { name: 'Klart, skicka' }).click();
  await answer.getByText(/personnummer/).first().waitFor();
  assert.equal((await device(page)).queue, 1);
  await said.fill('Många vid stationen, lugnt efter elva.');
  await person.accessible();
  await person.screenshot('falt-avrapportering');
  await answer.getByRole('button', { name: 'Klart, skicka' }).click();
  await page.getByText('3 svar väntar').first().waitFor();

  await person.context.setOffline(false);
  await until('said', async () => (await assignmentOf(evening, deployment)).debrief);
  const { state, stops, debrief } = await assignmentOf(evening, deployment);
  assert.equal(state, 'STATE_DONE');
  assert.deepEqual(stops.map(({ deliveredMinutes, doneTime }) => [deliveredMinutes ?? 0, Boolean(doneTime)]), [[20, true], [0, false]]);
  assert.deepEqual([debrief.result, debrief.mood, debrief.text], ['RESULT_PARTLY', 'MOOD_DISORDERLY', 'Många vid stationen, lugnt efter elva.']);
  await page.getByText(/svar väntar/).first().waitFor({ state: 'hidden' });
  assert.equal((await device(page)).queue, 0);

  // The deployment's sheet: planned and made, and what was said.
  await boss.go('insats', deployment.name.split('/').at(-1));
  await boss.page.getByText('1 av 2 stopp gjorda').waitFor();
  await boss.page.getByText(/Avrapporterat: delvis, stökigt/).waitFor();
  await boss.accessible();
  await boss.screenshot('insats-stopp', boss.page, { fullPage: true });

  // It can be said otherwise.
  await page.getByText(/^Tidigare i kväll/).click();
  await press(person, 'Ändra avrapporteringen');
  await answer.getByLabel('lugnt').check();
  await answer.getByRole('button', { name: 'Skicka avrapporteringen' }).click();
  await boss.page.getByText(/Avrapporterat: delvis, lugnt/).waitFor();
});

test('a session that is ended while the phone is away: wiped at the next contact', async (t) => {
  const evening = await friday(t);
  await assign(evening);
  const person = await host(evening);
  const boss = await evening.person('samordnare');
  // A read takes no request id.
  const { sessions } = await boss.call('AccessService/ListSessions', {
    municipality: 'municipalities/0136', requestId: undefined,
  });
  const mine = sessions.find((one) => one.member.endsWith('/trygghetsvard'));
  await person.context.setOffline(true);
  await press(person, 'Kvittera');
  await person.page.getByText('1 svar väntar').first().waitFor();
  await person.page.close();
  await boss.call('AccessService/EndSession', { name: mine.name });

  const page = await person.context.newPage();
  await page.goto(`${evening.server.url}/#/falt`);
  await page.getByRole('heading', { name: 'Jordbro' }).waitFor();
  await person.context.setOffline(false);
  await page.getByRole('heading', { name: 'Du är inte inloggad' }).waitFor();
  await page.getByText('Ett svar som inte hade skickats är borta.').first().waitFor();
  await until('nothing is kept', async () => {
    const { boxes, queue } = await device(page);
    return boxes === 0 && queue === 0;
  });
  await person.context.setOffline(true);
  await page.reload();
  assert.ok(!(await page.locator('body').innerText()).includes('Jordbro'));
});

test('after a day without contact nothing is shown, and nothing is kept', async (t) => {
  const evening = await friday(t);
  await assign(evening);
  const person = await host(evening);
  await person.context.setOffline(true);
  await person.page.close();
  const page = await person.context.newPage();
  await page.clock.setFixedTime(new Date(Date.now() + 25 * 3_600_000));
  await page.goto(`${evening.server.url}/#/falt`);
  await page.getByText('utan kontakt i mer än ett dygn').first().waitFor();
  await until('nothing is kept', async () => (await device(page)).boxes === 0);
  assert.ok(!(await page.locator('body').innerText()).includes('Jordbro'));
});

test('the device keeps its own assignment and what is open, sealed, and nothing else', async (t) => {
  const evening = await friday(t);
  const canary = (name) => `kanariefågel ${name} ${Date.now()}`;
  const [open, authority, restricted] = [canary('öppen'), canary('myndighet'), canary('namngivna')];
  await assign(evening);
  const boss = await evening.person('samordnare');
  await boss.report(open, { release: { releaseClass: 'RELEASE_CLASS_PUBLIC' } });
  await boss.report(authority, { release: { releaseClass: 'RELEASE_CLASS_AUTHORITY' } });
  await boss.report(restricted, { release: { releaseClass: 'RELEASE_CLASS_RESTRICTED' } });
  const person = await host(evening);
  await until('what is open is kept', async () => (await device(person.page)).opened.includes(open));
  const kept = await device(person.page);
  assert.equal(kept.extractable, false);
  for (const secret of [authority, restricted]) assert.ok(!kept.opened.includes(secret), `kept: ${secret}`);
  for (const text of [open, authority, restricted, INSTRUCTION]) {
    assert.ok(!kept.raw.includes(text), `readable in the store: ${text}`);
    for (const file of await cached(person.page)) assert.ok(!file.includes(text), `in the cache: ${text}`);
  }
});

test('the card is answered by keyboard', async (t) => {
  const evening = await friday(t);
  const deployment = await assign(evening);
  const person = await host(evening);
  const accept = person.page.getByRole('button', { name: 'Kvittera' });
  for (let i = 0; i < 30 && !(await accept.evaluate((button) => button === document.activeElement)); i++) {
    await person.page.keyboard.press('Tab');
  }
  await person.page.keyboard.press('Enter');
  await until('accepted', async () => (await assignmentOf(evening, deployment)).state === 'STATE_ACCEPTED');
});
