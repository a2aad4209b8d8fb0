// Reviewing: a queue is cleared by keyboard alone; what is the same is brought together side by side, and parted again.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday, until } from './fixture.js';
import { look, watchStreams } from './streams.js';

const idOf = (name) => name.split('/').at(-1);
const area = (id) => `${MUNICIPALITY}/areas/${id}`;

/** Nothing waits but what the test sends in; `texts` wait, in this order. */
async function queueOf(evening, texts, fields = {}) {
  const reviewer = await evening.person('samordnare');
  const all = await evening.server.samsyn('coordinator', 'report', 'list');
  for (const { name } of all.filter((one) => one.state === 'STATE_SUBMITTED')) {
    await reviewer.call('ReportService/ReviewReport', { name, verdict: 'VERDICT_ACCEPT', noPersonalData: true });
  }
  const reporter = await evening.person('polis');
  const reports = [];
  for (const text of texts) reports.push(await reporter.report(text, fields));
  await reviewer.go('granskning');
  await reviewer.page.getByRole('heading', { name: 'Granskning', level: 1 }).waitFor();
  if (texts.length > 0) await reviewer.page.getByRole('article').getByText(texts[0]).first().waitFor();
  return { reviewer, page: reviewer.page, reports };
}

const stateOf = async (person, { name }) => (await person.call('ReportService/GetReport', { name })).report;
const focused = (page, what) => page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, what);

/** Tabs until what has the focus says so. */
async function tabTo(page, name) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => {
      const one = document.activeElement;
      return (one?.getAttribute('aria-label') ?? one?.closest('label')?.innerText ?? one?.innerText ?? '').trim();
    });
    if (name.test(here)) return;
  }
  assert.fail(`${name} is not reached by Tab`);
}

/** The item with this text is the one in the list, and has the focus. */
async function onItem(page, text) {
  await until(`the focus is on "${text}"`, () => page.evaluate((words) => {
    const one = document.activeElement;
    return one?.getAttribute('aria-current') === 'true' && one.innerText.includes(words);
  }, text));
}

onFriday('a queue of five is cleared by keyboard alone', async (evening) => {
  const texts = ['Klotter på muren.', 'Skräp i parken, bil ABC 123.', 'Någon sa något.', 'Mer klotter på muren.', 'Trasig grind.'];
  const { reviewer, page, reports } = await queueOf(evening, texts, { category: 'CATEGORY_VANDALISM', area: area('uto') });
  await page.getByRole('link', { name: /^Granskning 5/ }).waitFor();

  // To and fro.
  await page.keyboard.press('j');
  await onItem(page, texts[1]);
  await page.getByRole('article').getByText('Kan peka ut någon: registreringsnummer').waitFor();
  await reviewer.accessible();
  await page.keyboard.press('ArrowUp');
  await onItem(page, texts[0]);
  await page.keyboard.press('k');
  await onItem(page, texts[0]);

  // Accepted: the confirmation is never there before, and is asked for.
  await page.keyboard.press('a');
  const clean = page.getByRole('checkbox', { name: 'Inga personuppgifter i texten' });
  await until('the confirmation has the focus', () => focused(page, 'input[type=checkbox]'));
  assert.equal(await clean.isChecked(), false);
  await reviewer.accessible();
  await page.keyboard.press('Enter');
  assert.equal(await clean.isChecked(), true);
  assert.equal((await stateOf(reviewer, reports[0])).state, 'STATE_SUBMITTED');
  await page.keyboard.press('Enter');
  await onItem(page, texts[1]);
  await page.getByRole('status').getByText(/Nästa: skadegörelse och klotter, Utö\. 4 kvar\./).waitFor();

  // Sent back with a question: what is written there is no key.
  await page.keyboard.press('r');
  await until('the question has the focus', () => focused(page, 'textarea'));
  await page.keyboard.type('jaxrm?');
  assert.equal(await page.getByLabel('Fråga till den som rapporterade').inputValue(), 'jaxrm?');
  await page.getByRole('button', { name: 'När hände det?' }).waitFor();
  await page.keyboard.press('Control+Enter');
  await onItem(page, texts[2]);

  // Not accepted, with a reason; Escape leaves without one.
  await page.keyboard.press('x');
  await until('the reason has the focus', () => focused(page, 'textarea'));
  await page.keyboard.press('Escape');
  await onItem(page, texts[2]);
  await page.keyboard.press('x');
  await page.keyboard.type('Säger inget om platsen.');
  await page.keyboard.press('Control+Enter');
  await onItem(page, texts[3]);

  // The same as the first: compared, accepted and brought to it.
  await page.keyboard.press('m');
  await page.getByRole('heading', { name: 'Nära i tid och plats' }).waitFor();
  await page.getByText('samma slag').first().waitFor();
  await reviewer.accessible();
  await tabTo(page, /^Inga personuppgifter i den ogranskade/);
  await page.keyboard.press('Space');
  await tabTo(page, /^Godta och för samman$/);
  await page.keyboard.press('Enter');
  await onItem(page, texts[4]);

  await page.keyboard.press('a');
  await until('the confirmation has the focus', () => focused(page, 'input[type=checkbox]'));
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.getByText('Alla är granskade.').last().waitFor();
  await until('the end has the focus', () => focused(page, '.end'));
  await page.getByRole('link', { name: 'Granskning', exact: true }).waitFor();

  const after = await Promise.all(reports.map((one) => stateOf(reviewer, one)));
  assert.deepEqual(after.map((one) => one.state), [
    'STATE_ACCEPTED', 'STATE_RETURNED', 'STATE_REJECTED', 'STATE_MERGED', 'STATE_ACCEPTED',
  ]);
  assert.equal(after[1].reviewNote, 'jaxrm?');
  assert.equal(after[3].incident, after[0].incident);
});

onFriday('an acceptance is taken back, and the report is in the queue again', async (evening) => {
  const { reviewer, page, reports } = await queueOf(evening, ['Högljutt vid bryggan.']);
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByText('Alla är granskade.').last().waitFor();
  assert.equal((await stateOf(reviewer, reports[0])).state, 'STATE_ACCEPTED');
  await page.getByRole('button', { name: 'Ångra' }).click();
  await onItem(page, 'Högljutt vid bryggan.');
  const { state, incident } = await stateOf(reviewer, reports[0]);
  assert.equal(state, 'STATE_RETURNED');
  const { incident: its } = await reviewer.call('IncidentService/GetIncident', { name: incident });
  assert.equal(its.state, 'STATE_WITHDRAWN');
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByText('Alla är granskade.').last().waitFor();
  assert.equal((await stateOf(reviewer, reports[0])).state, 'STATE_ACCEPTED');
});

onFriday('what is taken back before the picture says so has the focus once it does', async (evening) => {
  const { reviewer, page, reports } = await queueOf(evening, ['Rop från parken.']);
  const streams = watchStreams(reviewer);
  await page.reload();
  await page.getByText(/direkt \d/).waitFor();
  await until('what comes in is seen', () => streams.size === 1);
  await page.getByRole('article').getByText('Rop från parken.').first().waitFor();
  await look(page, false);
  await until('nothing comes in', () => streams.size === 0);
  await page.keyboard.press('a');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByText('Alla är granskade.').last().waitFor();
  await page.getByRole('button', { name: 'Ångra' }).click();
  await page.getByText('Godtagandet är återtaget').waitFor({ state: 'attached' });
  assert.equal((await stateOf(reviewer, reports[0])).state, 'STATE_RETURNED');
  await until('the end has the focus', () => focused(page, '.end'));
  await look(page, true);
  await onItem(page, 'Rop från parken.');
});

onFriday('the keys are shown, and single letters can be turned off', async (evening) => {
  const { reviewer, page } = await queueOf(evening, ['Mörkt vid trappan.']);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog');
  await sheet.getByText('godta; frågar om personuppgifter').waitFor();
  await reviewer.accessible();
  await sheet.getByRole('checkbox').click();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  for (const key of ['a', 'x', '/', '?']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Godta', exact: true }).waitFor();
  assert.equal(await page.getByRole('checkbox').count(), 0);
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.reload();
  await page.getByRole('article').getByText('Mörkt vid trappan.').waitFor();
  await page.keyboard.press('a');
  assert.equal(await page.getByRole('checkbox').count(), 0, 'it is remembered on the device');
});

onFriday('a reviewer on a phone presses the same', async (evening) => {
  const { reports } = await queueOf(evening, ['Trasig lampa vid porten.', 'Gäng vid kiosken.']);
  const reviewer = await evening.person('samordnare', { phone: true, theme: 'dark', view: 'granskning' });
  const { page } = reviewer;
  await page.getByText('1 av 2').waitFor();
  await page.getByRole('button', { name: 'Nästa' }).tap();
  await page.getByText('Gäng vid kiosken.').waitFor();
  await page.getByRole('button', { name: 'Godta', exact: true }).tap();
  await page.getByRole('checkbox').tap();
  await reviewer.accessible();
  await page.getByRole('button', { name: 'Godta rapporten' }).tap();
  await page.getByText('1 av 1').waitFor();
  assert.equal((await stateOf(reviewer, reports[1])).state, 'STATE_ACCEPTED');
  await reviewer.screenshot('granskning-telefon');
});

/** Two incidents of the same place and sort, a quarter of an hour apart. */
async function twoIncidents(evening, texts) {
  const { reviewer, page, reports } = await queueOf(evening, []);
  const reporter = await evening.person('vaktledare');
  const found = [];
  for (const [i, text] of texts.entries()) {
    const occurredTime = new Date(Date.now() - (60 - 15 * i) * 60_000).toISOString();
    const { name } = await reporter.report(text, { category: 'CATEGORY_FIRE', area: area('orno'), occurredTime });
    const { report } = await reviewer.call('ReportService/ReviewReport', { name, verdict: 'VERDICT_ACCEPT', noPersonalData: true });
    found.push(report);
  }
  return { reviewer, page, reports: found ?? reports };
}

onFriday('two incidents are compared side by side, brought together, and parted again', async (evening) => {
  const { reviewer, page, reports } = await twoIncidents(evening, ['Det brinner i en container.', 'Brand i soprum, släckt.']);
  const [first, second] = reports;
  const incidentOf = async ({ incident }) => (await reviewer.call('IncidentService/GetIncident', { name: incident })).incident;
  await reviewer.go('granskning', `samma-${idOf(second.incident)}`);
  await page.getByText(/^samma slag, .*15 minuter isär/i).first().waitFor();
  await page.getByText('Det brinner i en container.').last().waitFor();
  await reviewer.accessible();
  await reviewer.screenshot('granskning-jamfor');
  await page.getByRole('button', { name: 'Samma händelse' }).click();
  await page.getByText(/^Förda samman/).waitFor();
  const kept = await incidentOf(first);
  assert.deepEqual(kept.reports, [first.name, second.name], 'the earlier one stays');
  assert.equal((await incidentOf(second)).state, 'STATE_MERGED');

  // Undone at once.
  await page.getByRole('button', { name: 'Ångra' }).click();
  await page.getByText(/^Delade igen/).waitFor();
  assert.deepEqual((await incidentOf(first)).reports, [first.name]);
  assert.equal((await incidentOf(second)).state, 'STATE_CURRENT');

  // Again, the later one staying; and parted from the sheet of the incident.
  await page.getByRole('radio', { name: 'Den här står kvar' }).last().check();
  await page.getByLabel('Varför är de samma? (frivilligt)').fill('Samma container');
  await page.getByRole('button', { name: 'Samma händelse' }).click();
  await until('the later one has both', async () => (await incidentOf(second)).reports.length === 2);
  await reviewer.go('lage', `handelse-${idOf(second.incident)}`);
  const sheet = page.getByRole('dialog');
  await sheet.getByText('Skäl: Samma container').waitFor();
  await sheet.getByText('Dela upp', { exact: true }).click();
  await sheet.getByRole('checkbox', { name: /Det brinner i en container/ }).check();
  await reviewer.accessible();
  await reviewer.screenshot('handelse-dela');
  await sheet.getByRole('button', { name: 'Dela av 1 rapport' }).click();
  await until('each has its own', async () => (await incidentOf(second)).reports.length === 1);
  assert.equal((await incidentOf(first)).state, 'STATE_CURRENT');
});

onFriday('what was said not to be the same is not asked again in this browser', async (evening) => {
  const { reviewer, page, reports } = await twoIncidents(evening, ['Rök ur en källare.', 'Brandlarm i skolan.']);
  await reviewer.go('granskning', `samma-${idOf(reports[1].incident)}`);
  const pair = page.getByRole('button', { name: 'Inte samma' });
  let pairs = 0;
  for (; (await pair.count()) > 0; pairs++) {
    const before = await page.getByRole('list', { name: 'Händelser som kan vara samma' }).getByRole('listitem').count();
    await pair.click();
    await until('the next pair', async () =>
      (await page.getByRole('list', { name: 'Händelser som kan vara samma' }).getByRole('listitem').count()) === before - 1);
  }
  assert.ok(pairs > 0);
  await page.getByText('Ingen annan händelse liknar den.').last().waitFor();
  await page.reload();
  await page.getByText('Ingen annan händelse liknar den.').last().waitFor();
});
