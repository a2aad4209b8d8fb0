// Being woken for an assignment: by consent on the device, without a word; who cannot be woken is to be called; a
// device that is ended forgets. What stands in for the browser's maker is the subscription alone: no push service of
// theirs can be reached from here, so the page subscribes at one of ours, and the push comes through the browser's
// own tools.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { friday, until } from './fixture.js';

const UNIT = 'trygghetsvardar';
const NUMBER = '070-1740677';
const INSTRUCTION = 'Gå rundan centrum, stationen, soprummen.';

const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
const button = (person, name) => person.page.getByRole('button', { name, exact: true });

/** A push service; what came to it. */
async function pushService(t) {
  const calls = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      calls.push({ path: request.url, headers: request.headers, body });
      response.writeHead(201).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { calls, origin: `http://127.0.0.1:${server.address().port}` };
}

/** An evening whose server may call that push service. */
async function wakingEvening(t) {
  const service = await pushService(t);
  const evening = await friday(t, { args: ['--push-host', service.origin] });
  await evening.server.samsyn('chair', 'meeting', 'open');
  return { evening, service };
}

/** An assignment of the hosts, decided in the open meeting; its deployment. */
async function assign({ server }, area = 'jordbro', from = -0.1, to = 3) {
  const [problem] = await server.samsyn('coordinator', 'problem', 'list');
  const [deployment] = await server.samsyn(
    'coordinator', 'deployment', 'propose', '--aim', 'Lugnare kväll', '--kind', 'adult-presence', '--area', area,
    '--from', soon(from), '--to', soon(to), '--problem', problem.name, '--responsible', 'kommunen', '--due', soon(48),
    '--instruction', INSTRUCTION,
  );
  await server.samsyn('coordinator', 'deployment', 'commit', deployment.name, UNIT);
  await server.samsyn('chair', 'deployment', 'decide', deployment.name);
  return deployment;
}

/** Runs in the page before it: subscriptions at our service, kept as a browser keeps them. */
function subscribeAt(origin) {
  const KEPT = 'the browser: subscription';
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const subscription = () => {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? 'null');
    return kept && {
      endpoint: kept.endpoint,
      options: { userVisibleOnly: true, applicationServerKey: Uint8Array.from(atob(kept.key), (c) => c.charCodeAt(0)).buffer },
      unsubscribe: async () => (localStorage.removeItem(KEPT), true),
    };
  };
  PushManager.prototype.getSubscription = async () => subscription();
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const key = atob(applicationServerKey.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(key, (c) => c.charCodeAt(0));
    localStorage.setItem(KEPT, JSON.stringify({ endpoint: `${origin}/${crypto.randomUUID()}`, key: text(bytes) }));
    return subscription();
  };
}

/** A host with a phone that can be woken, if they want. */
async function host(evening, { origin }) {
  const person = await evening.person('trygghetsvard', { phone: true, theme: 'dark', join: false });
  person.expected.push(/net::ERR|Failed to (load resource|fetch)|401/);
  await person.context.grantPermissions(['notifications'], { origin: evening.server.url });
  await person.context.addInitScript(subscribeAt, origin);
  await person.page.goto(`${evening.server.url}/#in=${await evening.server.loginLink('trygghetsvard')}`);
  await person.page.locator('main h1').first().waitFor();
  await person.go('falt');
  await person.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return person;
}

/** Says yes in the menu of the field view. */
async function agree(person) {
  await button(person, 'Mer att göra').click();
  await button(person, 'Aviseringar').click();
  await button(person, 'Ja, säg till').click();
  await person.page.getByText('Den här telefonen säger till').waitFor();
  await button(person, 'Stäng').click();
}

const devices = ({ server }) => server.samsyn('coordinator', 'device', 'list');
const assignmentOf = async ({ server }, deployment) =>
  (await server.samsyn('coordinator', 'assignment', 'list')).find((one) => one.deployment === deployment.name);

/** What the browser does when its push service has something for the page. */
async function deliverPush(person, origin) {
  const session = await person.context.newCDPSession(person.page);
  const registration = new Promise((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const alive = registrations.find((one) => !one.isDeleted);
      if (alive) resolve(alive);
    });
  });
  await session.send('ServiceWorker.enable');
  const { registrationId } = await registration;
  await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: '' });
}

/** How many sealed boxes the device keeps. */
const kept = (page) => page.evaluate(() => new Promise((resolve) => {
  const opening = indexedDB.open('samsyn');
  opening.onsuccess = () => {
    const counting = opening.result.transaction('boxes').objectStore('boxes').count();
    counting.onsuccess = () => (opening.result.close(), resolve(counting.result));
  };
}));

const notifications = ({ page }) => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title, body }) => ({ title, body }));
});

test('asked once on each device, and woken without a word', async (t) => {
  const { evening, service } = await wakingEvening(t);
  const first = await assign(evening);
  const person = await host(evening, service);
  await until('the device keeps a copy', async () => (await kept(person.page)) > 0);
  await button(person, 'Kvittera').click();
  await person.page.getByRole('heading', { name: 'Aviseringar' }).waitFor();
  await person.accessible();
  await person.screenshot('falt-aviseringar');
  assert.deepEqual(await devices(evening), [], 'nothing is registered before the yes');
  await button(person, 'Ja, säg till').click();
  await button(person, 'Jag förstår').click();
  const [device, ...others] = await devices(evening);
  assert.deepEqual(others, []);
  assert.match(device.member, /trygghetsvard$/);

  // Another device of the same person has agreed to nothing; this one is not asked again.
  const second = await host(evening, service);
  await button(second, 'Mer att göra').click();
  await button(second, 'Aviseringar').click();
  await button(second, 'Ja, säg till').waitFor();
  await second.accessible();
  await button(second, 'Inte nu').click();
  assert.equal((await devices(evening)).length, 1);

  assert.deepEqual(service.calls, []);
  await person.page.goto('about:blank');
  await second.context.close();
  await evening.server.samsyn('chair', 'deployment', 'cancel', first.name, '--reason', 'Regn');
  const deployment = await assign(evening, 'handen');
  await until('the push service is called', () => service.calls.length > 0);
  const [{ headers, body }] = service.calls;
  assert.equal(body, '');
  assert.match(headers.authorization, /^vapid t=/);
  assert.equal((await assignmentOf(evening, deployment)).reach, 'REACH_DEVICE');
  await deliverPush(person, evening.server.url);
  await until('the device has it', async () => (await assignmentOf(evening, deployment)).state === 'STATE_DELIVERED');
  await person.context.setOffline(true);
  await person.page.goto(`${evening.server.url}/#/falt`);
  await person.page.getByRole('heading', { name: 'Handen' }).waitFor();
  const [notice] = await until('the notification', async () => {
    const shown = await notifications(person);
    return shown.length > 0 && shown;
  });
  assert.equal(notice.title, 'Nytt uppdrag');
  assert.ok(!/Handen|Jordbro|soprum/i.test(notice.body), notice.body);
  await person.context.setOffline(false);
  await button(person, 'Kvittera').click();
  await until('taken', async () => (await assignmentOf(evening, deployment)).state === 'STATE_ACCEPTED');
  assert.equal(await person.page.getByRole('heading', { name: 'Aviseringar' }).count(), 0, 'asked once');
  assert.equal(service.calls.length, 1, 'one device, one offer, one call');

  await button(person, 'Mer att göra').click();
  await button(person, 'Aviseringar').click();
  await button(person, 'Sluta säga till').click();
  await button(person, 'Ja, säg till').waitFor();
  await until('the server has let it go', async () => (await devices(evening)).length === 0);
  evening.check();
});

test('what cannot be is said: a server that wakes nobody, an iPhone whose page is not on the home screen', async (t) => {
  const evening = await friday(t, { args: ['--no-push'] });
  for (const [iphone, words] of [[false, 'Servern skickar inga aviseringar.'], [true, /Lägg till på hemskärmen/]]) {
    const person = await evening.person('trygghetsvard', { phone: true, join: false });
    if (iphone) {
      await person.context.addInitScript(() =>
        Object.defineProperty(Navigator.prototype, 'userAgent', { get: () => 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari' }));
    }
    await person.page.goto(`${evening.server.url}/#in=${await evening.server.loginLink('trygghetsvard')}`);
    await person.page.locator('main h1').first().waitFor();
    await person.go('falt');
    await person.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await button(person, 'Mer att göra').click();
    await button(person, 'Aviseringar').click();
    await person.page.getByRole('status').filter({ hasText: words }).waitFor();
    await person.accessible();
    await person.screenshot(`falt-aviseringar-${iphone ? 'iphone' : 'av'}`);
  }
  evening.check();
});

test('a unit that nothing reaches is to be called at once, by the number of its shift', async (t) => {
  const { evening } = await wakingEvening(t);
  await evening.server.samsyn(
    'coordinator', 'shift', 'register', '--unit', UNIT, '--people', '2', '--from', soon(-1), '--to', soon(4), '--phone', NUMBER,
  );
  const boss = await evening.person('samordnare', { view: 'lage' });
  const deployment = await assign(evening);
  const begin = Date.now();
  const warning = boss.page.getByRole('status').filter({ hasText: 'nås inte – ring' });
  await warning.getByRole('link', { name: NUMBER }).waitFor();
  assert.ok(Date.now() - begin < 10_000, 'at once');
  await boss.accessible();
  await boss.screenshot('lage-nas-inte');
  await boss.go('kvall');
  const first = boss.page.getByRole('region', { name: /Ring först/ });
  await first.getByText('nås inte – ring').waitFor();
  await first.getByRole('link', { name: NUMBER }).waitFor();
  await boss.accessible();
  await boss.screenshot('kvall-nas-inte');
  const { name } = await assignmentOf(evening, deployment);
  await boss.go('uppdrag', name.split('/').at(-1));
  await boss.page.getByText('nås inte – ring').waitFor();

  // A page that is open has it: the question does not arise any more.
  const person = await evening.person('trygghetsvard', { phone: true, view: 'falt' });
  await person.page.getByText(INSTRUCTION).waitFor();
  await boss.page.getByText('nås inte – ring').waitFor({ state: 'hidden' });
  await boss.go('kvall');
  await first.waitFor({ state: 'hidden' });
  evening.check();
});

test('whoever must see to it is woken too, and told how many and nothing else', async (t) => {
  const { evening, service } = await wakingEvening(t);
  const boss = await evening.person('samordnare', { join: false });
  boss.expected.push(/net::ERR|401/);
  await boss.context.grantPermissions(['notifications'], { origin: evening.server.url });
  await boss.context.addInitScript(subscribeAt, service.origin);
  await boss.page.goto(`${evening.server.url}/#in=${await evening.server.loginLink('samordnare')}`);
  await boss.page.locator('main h1').first().waitFor();
  await boss.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  // Asked once, where they see the night.
  await boss.go('kvall');
  await boss.page.getByRole('region', { name: 'Aviseringar' }).getByText(/inte har besvarats i tid/).waitFor();
  await boss.accessible();
  await button(boss, 'Ja, säg till').click();
  await button(boss, 'Jag förstår').click();
  assert.equal((await devices(evening)).length, 1);

  // A unit that no device reaches: its dispatcher is told at once.
  const first = await assign(evening);
  await until('the dispatcher is woken', () => service.calls.length > 0);
  assert.ok(service.calls.every(({ body }) => body === ''));
  await deliverPush(boss, evening.server.url);
  const titles = async () => (await notifications(boss)).map(({ title }) => title);
  await until('ring', async () => (await titles()).includes('Nås inte – ring: ett uppdrag'));

  // It says no: so is whoever leads the night.
  const calls = service.calls.length;
  const guard = await evening.person('trygghetsvard', { phone: true, view: 'falt' });
  await guard.page.getByText(INSTRUCTION).waitFor();
  const { name } = await assignmentOf(evening, first);
  await evening.server.samsyn('field', 'assignment', 'ack', name, 'declined', '--reason', 'Sjuk kollega');
  await until('woken again', () => service.calls.length > calls);
  await deliverPush(boss, evening.server.url);
  await until('said', async () => (await titles()).includes('Kan inte: ett uppdrag'));
  for (const { title, body } of await notifications(boss)) assert.ok(!/Jordbro|Trygghet|Sjuk/i.test(title + body), body);
  evening.check();
});

test('a device that is ended in Personer while it is away: woken no more, wiped at its next contact', async (t) => {
  const { evening, service } = await wakingEvening(t);
  await assign(evening);
  const person = await host(evening, service);
  await person.page.getByText(INSTRUCTION).waitFor();
  await agree(person);
  await until('the device has the card', async () => (await kept(person.page)) > 0);
  await person.context.setOffline(true);
  await person.page.close();

  const boss = await evening.person('samordnare', { view: 'personer' });
  await boss.page.getByRole('button', { name: /trygghetsvärd/i }).first().click();
  await boss.page.getByText('säger till vid nya uppdrag').waitFor();
  await boss.accessible();
  await boss.screenshot('personer-enheter');
  await button(boss, 'Avsluta').click();
  await button(boss, 'Avsluta').click();
  await boss.page.getByText('inte inloggad').first().waitFor();
  await until('the device is ended', async () => (await devices(evening)).length === 0);

  const page = await person.context.newPage();
  await page.goto(`${evening.server.url}/#/falt`);
  await page.getByRole('heading', { name: 'Jordbro' }).waitFor();
  await person.context.setOffline(false);
  await page.getByRole('heading', { name: 'Du är inte inloggad' }).waitFor();
  await until('nobody pushes to it', () =>
    page.evaluate(async () => !(await (await navigator.serviceWorker.ready).pushManager.getSubscription())));
  await until('nothing is kept', async () => (await kept(page)) === 0);
  evening.check();
});

test('somebody is added for the night by a function, a number and a unit', async (t) => {
  const { evening } = await wakingEvening(t);
  const boss = await evening.person('samordnare', { view: 'personer' });
  await button(boss, 'Lägg till person').click();
  await boss.page.keyboard.type('vaktledare i kväll');
  await boss.page.getByLabel('Telefon').fill('070-1740699');
  await button(boss, 'Trygghetsvärdar').click();
  await boss.page.getByRole('group', { name: 'Deltar till' }).getByRole('button', { name: /i natt/ }).click();
  await boss.accessible();
  await boss.screenshot('personer-lagg-till');
  await button(boss, 'Lägg till och visa kod').click();
  await boss.page.getByRole('img', { name: 'QR-kod för inloggning' }).waitFor();
  await button(boss, 'Klart').click();
  await boss.page.getByRole('button', { name: /vaktledare i kväll.*till .* 05:00/ }).waitFor();
  const members = await evening.server.samsyn('coordinator', 'member', 'list');
  const added = members.find((one) => one.phone === '070-1740699');
  const left = Date.parse(added.expireTime) - Date.now();
  assert.ok(left > 0 && left < 25 * 3_600_000, added.expireTime);
  assert.deepEqual(added.units, ['municipalities/0136/units/trygghetsvardar']);
  evening.check();
});
