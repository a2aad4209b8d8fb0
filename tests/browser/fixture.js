// What a test of the page stands on: a samsynd of its own with the demonstration, and people in browsers.
//
//   import { onFriday } from './fixture.js';
//   onFriday('what the chair sees', async (evening) => {                // an evening a file, for all its tests
//     const chair = await evening.person('motesledare');                // signed in, in a browser of its own
//     const guard = await evening.person('trygghetsvard', { phone: true, theme: 'dark', language: 'en' });
//     await chair.go('mote');                                           // a view, by its name in the address
//     await chair.page.getByRole('heading', { name: /Möte/ }).waitFor();
//     await guard.report('Klotter vid stationen');                      // or call('ReportService/SubmitReport', { … })
//     await chair.accessible();                                         // axe finds nothing
//     await chair.screenshot('mote');                                   // kept in the build directory
//   });
//
// Members are those of the demonstration (server/demo/people.cc). A page that writes an error to its console
// fails the test; `guard.expected.push(/pattern/)` allows one. Browsers close after each test; the server, its data and
// what earlier tests of the file wrote stay (`friday(t)` gives a server of one's own, for a second or two more). A
// test file is a case of its own, `browser.<name>` (CMakeLists.txt); files run beside each other: ports are free ones.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

const { SAMSYND, SAMSYN, BROWSER_SCRATCH } = process.env;
const require = createRequire(join(BROWSER_SCRATCH, 'modules/'));
const { chromium } = require('playwright-core');
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
const run = promisify(execFile);

export const MUNICIPALITY = 'municipalities/0136';
const START_MS = 60_000;
// What takes long is not wrong by that: the machine may have much to do beside.
const PATIENCE_MS = Number(process.env.BROWSER_PATIENCE_MS ?? 60_000);
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the answer is there: for what the outside world does in its own time. */
export async function until(what, ask, millis = START_MS) {
  const end = Date.now() + millis;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) assert.fail(`not within ${millis} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Presses until something is seen: a button that has just come wants a moment, as a thumb may press twice. */
export async function pressUntil(button, seen) {
  await until('the press is taken', async () => {
    if (await button.isVisible()) await button.click({ timeout: 1_000 }).catch(() => {});
    return seen.isVisible();
  });
}

/** The strings in the page's memory that hold a text: read from a snapshot of its heap. */
export async function inMemory(page, needle) {
  const session = await page.context().newCDPSession(page);
  const found = [];
  let snapshot = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => (snapshot += chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  const { strings } = JSON.parse(snapshot);
  for (const string of strings) if (string.includes(needle)) found.push(string);
  await session.detach();
  return found;
}

/** Hours from now to a beginning in the evening that the page shows: now, at night; else at six. */
export function untilEvening() {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', hour: '2-digit', hourCycle: 'h23' });
  const hour = Number(clock.format(Date.now()));
  return hour >= 17 || hour < 5 ? -0.1 : 18 - hour;
}

/** What the hosts are to do. */
export const INSTRUCTION = 'Gå rundan centrum, stationen, soprummen.';

/** An assignment of the hosts, decided in the open meeting, from and to in so many hours; its deployment. */
export async function assign({ server }, from = -0.1, to = 3) {
  const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  await server.samsyn('chair', 'meeting', 'open');
  const [problem] = await server.samsyn('coordinator', 'problem', 'list');
  const [deployment] = await server.samsyn(
    'coordinator', 'deployment', 'propose', '--aim', 'Lugnare kväll', '--kind', 'adult-presence', '--area', 'jordbro',
    '--from', soon(from), '--to', soon(to), '--problem', problem.name, '--responsible', 'kommunen', '--due', soon(48),
    '--instruction', INSTRUCTION,
  );
  await server.samsyn('coordinator', 'deployment', 'commit', deployment.name, 'trygghetsvardar');
  await server.samsyn('chair', 'deployment', 'decide', deployment.name);
  return deployment;
}

/** What stands in the stores of the device: how many boxes and queued answers, and their contents, opened. */
export function device(page) {
  return page.evaluate(async () => {
    const asked = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open('samsyn'));
    if (!database.objectStoreNames.contains('boxes')) return { boxes: 0, queue: 0, raw: '', opened: '' };
    const all = (store) => asked(database.transaction(store).objectStore(store).getAll());
    const [boxes, queued] = [await all('boxes'), await all('queue')];
    const keys = await asked(database.transaction('device').objectStore('device').get('device'));
    database.close();
    const utf8 = new TextDecoder();
    const raw = [...boxes, ...queued].map(({ data }) => utf8.decode(data)).join('\n');
    const opened = await Promise.all([...boxes, ...queued].map(async ({ iv, data }) =>
      utf8.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, keys.box, data))));
    const extractable = keys?.box.extractable;
    return { boxes: boxes.length, queue: queued.length, raw, opened: opened.join('\n'), extractable };
  });
}

/** A samsynd on a folder of data; it can be killed and started again on the same ports. */
export class Server {
  static async start(data, args = []) {
    const server = new Server();
    server.data = data;
    server.args = args;
    server.grpc = `127.0.0.1:${await freePort()}`;
    server.port = await freePort();
    server.url = `http://localhost:${server.port}`;
    await server.run();
    return server;
  }

  async run() {
    this.log = '';
    this.process = spawn(SAMSYND, ['--data', this.data, '--listen', this.grpc, '--web', `127.0.0.1:${this.port}`, ...this.args]);
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (text) => (this.log += text));
    await until('samsynd answers', async () => {
      assert.equal(this.process.exitCode, null, `samsynd ended:\n${this.log}`);
      return fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false);
    });
  }

  async end(signal = 'SIGTERM') {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await ended;
  }

  /** The command `samsyn`, as the holder of a token file; its answer as objects. */
  async samsyn(token, ...args) {
    const { stdout } = await run(SAMSYN, [
      '--server', this.grpc, '--token-file', join(this.data, 'tokens', token), '--json', ...args,
    ], { timeout: START_MS });
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /** The text of a login link for a member. */
  async loginLink(member) {
    const [answer] = await this.samsyn('coordinator', 'login-link', member);
    return answer.secret;
  }
}

/** Somebody in front of a browser: `page` is the first tab, `context` the browser. */
class Person {
  constructor(evening, context, page) {
    Object.assign(this, { evening, context, page, errors: [], expected: [] });
    context.on('weberror', (error) => this.errors.push(String(error.error())));
    context.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  /** Goes to a view, and waits until it is drawn. */
  async go(view, id = '', page = this.page) {
    const hash = `#/${view}${id && `/${encodeURIComponent(id)}`}`;
    // The view that was there is gone when the page has heard of the new address.
    await page.evaluate((to) => new Promise((resolve) => {
      if (location.hash === to) resolve();
      addEventListener('hashchange', () => resolve(), { once: true });
      location.hash = to;
    }), hash);
    await page.locator('main h1').first().waitFor();
    await this.settled(page);
  }

  /** Everything that the page fetches for what it shows is there. */
  async settled(page = this.page) {
    await page.waitForFunction(() => !/Hämtar …|Loading …|ansluter …|connecting …/.test(document.body.innerText));
  }

  /** Another tab of the same browser. */
  async tab() {
    const page = await this.context.newPage();
    await page.goto(this.evening.server.url);
    return page;
  }

  /** Calls a method as this person, past the views: `call('ReportService/SubmitReport', { … })`, proto3 JSON. */
  async call(method, request, page = this.page) {
    const reads = /\/(Get|List|Suggest|Verify|WhoAmI)/.test(method);
    const body = reads ? request : { requestId: randomUUID(), ...request };
    const { ok, answer } = await page.evaluate(async ([path, json]) => {
      const reply = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: json });
      return { ok: reply.ok, answer: await reply.json() };
    }, [`/samsyn.v1.${method}`, JSON.stringify(body)]);
    assert.ok(ok, `${method}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Submits a report in the way of `call`; returns it. */
  async report(text, fields = {}) {
    const report = { category: 'CATEGORY_DISORDER', area: `${MUNICIPALITY}/areas/brandbergen`, text, ...fields };
    return (await this.call('ReportService/SubmitReport', { municipality: MUNICIPALITY, report })).report;
  }

  /** axe finds nothing to object to in what is shown now, and nothing is wider than the screen. */
  async accessible(page = this.page, tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']) {
    const allowed = this.errors.length;
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
    // What lies under a sheet cannot be reached, and is looked at without it.
    const { violations } = await page.evaluate((runOnly) =>
      globalThis.axe.run(document.querySelector('dialog[open]') ?? document, { runOnly, resultTypes: ['violations'] }), tags);
    // What axe itself tried that the page's security policy forbids is not the page's.
    this.errors.length = allowed;
    const words = violations.map(({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n')}`);
    if (words.length > 0) assert.fail(`${page.url()}\n${words.join('\n')}`);
    await this.fits(page);
  }

  /** Nothing is wider than the screen. */
  async fits(page = this.page) {
    const wide = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth === clientWidth) return [];
      const beyond = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > clientWidth);
      return [`${scrollWidth} px on ${clientWidth}`, ...beyond.map((one) => one.cloneNode().outerHTML)];
    });
    if (wide.length > 0) assert.fail(`${page.url()} is wider than the screen: ${wide.join('\n    ')}`);
  }

  async screenshot(name, page = this.page, options = {}) {
    const folder = join(BROWSER_SCRATCH, 'screenshots');
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), ...options });
  }

  unexpected() {
    return this.errors.filter((error) => !this.expected.some((pattern) => pattern.test(error)));
  }
}

export class Evening {
  people = [];

  /** No page wrote an error to its console. */
  check() {
    for (const person of this.people) assert.deepEqual(person.unexpected(), [], 'errors in the console of a page');
  }

  /** What everybody saw when something went wrong, and what the server wrote. */
  async shoot(name) {
    await mkdir(join(BROWSER_SCRATCH, 'screenshots'), { recursive: true });
    await writeFile(join(BROWSER_SCRATCH, 'screenshots', `fault-${name}.log`), this.server.log);
    for (const [i, person] of this.people.entries()) {
      for (const page of person.context.pages()) await person.screenshot(`fault-${name}-${i}`, page).catch(() => {});
    }
  }

  /** Everybody closes their browser. */
  async leave() {
    for (const { context } of this.people.splice(0)) await context.close();
  }

  /** Signs a member in, in a browser of its own. */
  async person(member, { phone = false, theme = 'light', language = 'sv', view = '', join: signIn = true } = {}) {
    const context = await this.browser.newContext({
      viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
      deviceScaleFactor: phone ? 2 : 1,
      isMobile: phone,
      hasTouch: phone,
      colorScheme: theme,
      locale: 'sv-SE',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    // A page that is still empty has no storage.
    await context.addInitScript(`if (location.protocol.startsWith('http')) localStorage.language ??= '${language}'`);
    const person = new Person(this, context, await context.newPage());
    this.people.push(person);
    if (!signIn) return person;
    await person.page.goto(`${this.server.url}/#in=${await this.server.loginLink(member)}`);
    // The way in has a heading, too: who is signed in has the navigation, or is the wall.
    await person.page.locator('header nav, main.wall h1').first().waitFor();
    if (view) await person.go(view);
    return person;
  }
}

/** The evening of the demonstration, in a server and a browser process of one's own; ends with the test. */
export async function friday(t, { args = [] } = {}) {
  const evening = new Evening();
  const folder = await mkdtemp(join(tmpdir(), 'samsyn-browser-'));
  t.after(async () => {
    await evening.browser?.close();
    await evening.server?.end();
    await rm(folder, { recursive: true, force: true });
  });
  await cp(join(BROWSER_SCRATCH, 'demonstration'), join(folder, 'data'), { recursive: true });
  [evening.server, evening.browser] = await Promise.all([
    Server.start(join(folder, 'data'), args),
    chromium.launch({ timeout: START_MS, executablePath: '/usr/bin/chromium', headless: true, args: FLAGS }),
  ]);
  return evening;
}

let shared;
const ends = [];

/** A test with the evening that all of the file's tests share. */
export function onFriday(name, body) {
  if (ends.length === 0) {
    after(async () => {
      for (const end of ends) await end?.();
    });
    ends.push(undefined);
  }
  test(name, async (t) => {
    shared ??= friday({ after: (end) => ends.push(end) });
    const evening = await shared;
    try {
      await body(evening, t);
      evening.check();
    } catch (error) {
      await evening.shoot(name.replace(/\W+/g, '-'));
      throw error;
    } finally {
      await evening.leave();
    }
  });
}
