// The board and the wall: what one person reports another sees at once, every number can be asked, all by keyboard
// too, and the wall shows only what all present may see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { friday, MUNICIPALITY, until } from './fixture.js';

const VANDALISM = 'CATEGORY_VANDALISM';
const area = (id) => `${MUNICIPALITY}/areas/${id}`;
const cell = (person, name) => person.page.getByRole('button', { name: new RegExp(`^${name}: \\d+(,|$)`) });
const number = async (locator) => Number(await locator.textContent());

test('a report in one browser is on the board of another, waits while it is pointed at, and counts when reviewed', async (t) => {
  const evening = await friday(t);
  const reviewer = await evening.person('samordnare', { view: 'lage' });
  const reporter = await evening.person('fritidsledare', { view: 'lage' });
  const list = reviewer.page.getByRole('region', { name: 'Senaste rapporterna' });
  await list.getByRole('listitem').first().waitFor();
  const damage = cell(reviewer, 'Brandbergen, skadegörelse och brand');
  const before = await number(damage);

  await reporter.report('Krossad skyltfönsterruta vid torget.', { category: VANDALISM });
  const answered = Date.now();
  const line = list.getByRole('button', { name: /Krossad skyltfönsterruta vid torget/ });
  await line.waitFor();
  t.diagnostic(`seen ${Date.now() - answered} ms after the answer`);
  await list.getByText('ogranskad').first().waitFor();
  assert.equal(await number(damage), before, 'nothing counts before it is reviewed');

  // Nothing moves under a pointer: what is new waits.
  await line.hover();
  const place = await line.boundingBox();
  await reporter.report('Klotter på busskuren.', { category: VANDALISM });
  const waiting = list.getByRole('button', { name: '1 ny' });
  await waiting.waitFor();
  assert.equal(await list.getByText('Klotter på busskuren.').count(), 0);
  assert.deepEqual(await line.boundingBox(), place);
  await waiting.click();
  await list.getByText('Klotter på busskuren.').waitFor();

  await line.click();
  const sheet = reviewer.page.getByRole('dialog');
  await sheet.getByText('Vem ser detta?').click();
  const viewers = reviewer.page.getByRole('dialog', { name: 'Vem ser detta?' });
  await viewers.getByText('Exempelbostäder').waitFor();
  await reviewer.accessible();
  await reviewer.page.keyboard.press('Escape');
  await viewers.waitFor({ state: 'detached' });
  const accept = sheet.getByRole('button', { name: 'Godta', exact: true });
  assert.ok(await accept.isDisabled(), 'nothing is accepted before the confirmation');
  await sheet.getByLabel('Inga personuppgifter i texten').check();
  await accept.click();
  await sheet.getByText('godtagen', { exact: true }).waitFor();
  await reviewer.page.keyboard.press('Escape');
  for (const person of [reviewer, reporter]) {
    await until('the count has grown', async () => (await number(cell(person, 'Brandbergen, skadegörelse och brand'))) === before + 1);
  }
});

test('every number can be asked, and the sheet shows what it is made of', async (t) => {
  const evening = await friday(t);
  const coordinator = await evening.person('samordnare', { view: 'lage' });
  const { page } = coordinator;
  const jordbro = cell(coordinator, 'Jordbro, faktisk');
  const before = await number(jordbro);
  const { name } = await coordinator.report('Bilar kör om vid skolan.', { category: 'CATEGORY_RECKLESS_TRAFFIC', area: area('jordbro') });
  await coordinator.call('ReportService/ReviewReport', { name, verdict: 'VERDICT_ACCEPT', noPersonalData: true });
  const count = before + 1;
  await until('it is counted', async () => (await number(jordbro)) === count);

  await jordbro.click();
  const sheet = page.getByRole('dialog', { name: 'Jordbro: faktisk' });
  const counted = page.getByRole('heading', { name: /^Räknas: / });
  await counted.waitFor();
  const incidents = sheet.locator('section').filter({ has: counted }).getByRole('listitem');
  assert.equal(await incidents.count(), count, 'as many incidents as the cell says');
  await coordinator.accessible();
  await coordinator.screenshot('board-asked');

  // From the number to an incident, to its report, and back again.
  await incidents.first().getByRole('button').click();
  await page.getByRole('dialog').getByRole('heading', { name: 'Rapporter' }).waitFor();
  await page.getByRole('dialog').getByRole('listitem').first().getByRole('button').click();
  await page.getByRole('dialog').getByText('Från', { exact: true }).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: /Tillbaka/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /Tillbaka/ }).click();

  // What is asked leads to doing: all of it is linked to a problem in two presses.
  const problem = sheet.getByLabel('Knyt till problem');
  const statement = await problem.locator('option').nth(1).getAttribute('value');
  await problem.selectOption(statement);
  const link = sheet.getByRole('button', { name: /^Knyt \d+ händelse/ });
  if (await link.isEnabled()) {
    await link.click();
    await page.getByText(/knut(en|na) till problemet/).waitFor();
  }
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test('the table and the map are used by keyboard', async (t) => {
  const evening = await friday(t);
  const chair = await evening.person('motesledare', { view: 'lage' });
  const { page } = chair;
  const table = page.getByRole('grid');
  await table.waitFor();
  assert.equal(await table.locator('button[tabindex="0"]').count(), 1, 'one stop for the whole table');
  await table.locator('button[tabindex="0"]').focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  const there = await focused();
  assert.match(there, /, vapen: \d+(,|$)/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await until('the focus comes back', async () => (await focused()) === there);

  const map = page.getByRole('application', { name: /^Karta över Haninge/ });
  const names = map.locator('.area-anchor');
  await names.first().waitFor({ state: 'attached' });
  // From the westernmost name to the easternmost.
  const span = () => names.evaluateAll((nodes) => {
    const places = nodes.map((node) => node.getBoundingClientRect().x);
    return [Math.min(...places), Math.max(...places)];
  });
  await map.focus();
  // Touched, it no longer fits itself to its frame: from here on it moves by keys only.
  await page.keyboard.press('Shift');
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const [west, east] = await span();
  await page.keyboard.press('ArrowRight');
  await until('the map has moved', async () => (await span())[0] < west - 20);
  await page.keyboard.press('-');
  await until('the map has zoomed', async () => {
    const [left, right] = await span();
    return right - left < (east - west) * 0.8;
  });
  await until('no name lies on a mark or under a button', async () => (await covered(map)).length === 0);
});

/** The names on the map that are seen and lie on a mark, or under a button. */
const covered = (map) => map.evaluate((node) => {
  const box = (one) => one.getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const others = [...node.parentElement.querySelectorAll('.controls, .mark')].map(box);
  const names = [...node.querySelectorAll('.area-label:not(.hidden)')];
  if (names.length === 0) return ['no name is seen at all'];
  return names.filter((name) => others.some((other) => meet(box(name), other))).map((name) => name.textContent);
});

test('the board is printed whole, as wide as the sheet', async (t) => {
  const evening = await friday(t);
  const { page } = await evening.person('samordnare', { view: 'lage' });
  await page.getByRole('grid').waitFor();
  await page.setViewportSize({ width: 658, height: 900 });
  await page.emulateMedia({ media: 'print' });
  for (const heading of ['Områden', 'Kvällen 17–05', 'Beslut från mötet']) await page.getByRole('heading', { name: heading }).waitFor();
  const last = await page.getByRole('columnheader', { name: 'upplevd' }).boundingBox();
  assert.ok(last.x + last.width <= 658, `the table's last column ends at ${last.x + last.width} px of 658`);
  assert.equal(await page.getByRole('button', { name: 'Hela kommunen', exact: true }).count(), 0, 'no buttons of the map');
});

test('the wall shows only what all present may see, and nothing that can be pressed', async (t) => {
  const evening = await friday(t);
  await evening.server.samsyn('coordinator', 'member', 'add', '--id', 'vaggen', '--organisation', 'kommunen', '--role', 'observer', '--name', 'Vägg', '--function', 'skärm');
  const wall = await evening.person('vaggen');
  await wall.page.setViewportSize({ width: 1920, height: 1080 });
  const police = await evening.person('polis', { view: 'lage' });
  await wall.page.getByRole('heading', { name: 'Senaste rapporterna' }).waitFor();

  await police.report('Hemlig iakttagelse i Handen.', { area: area('handen'), release: { releaseClass: 'RELEASE_CLASS_AUTHORITY' } });
  await police.report('Iakttagelse för alla i Handen.', { area: area('handen'), release: { releaseClass: 'RELEASE_CLASS_PARTNER' } });
  // Changes come in their order: when the later one is there, the earlier would be.
  await wall.page.getByText('Iakttagelse för alla i Handen.').waitFor();
  assert.equal(await wall.page.getByText('Hemlig iakttagelse').count(), 0);
  await police.page.getByText('Hemlig iakttagelse i Handen.').waitFor();

  assert.equal(await wall.page.locator('a:not(.skip), button, input, select, [tabindex="0"]').count(), 0, 'no controls');
  const beyond = await wall.page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.equal(beyond, 0, 'all of it fits the screen');
  const letters = await wall.page.locator('div.wall').evaluate((node) => parseFloat(getComputedStyle(node).fontSize));
  assert.ok(letters >= 22, `letters of ${letters} px`);
  await wall.accessible();
  await wall.screenshot('wall');
});
