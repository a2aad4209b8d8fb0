// The picture on the board: what is usual in words and as a history, what is felt beside what happens, the layers of
// the map, the sources, and the situation as it was.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday, until } from './fixture.js';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const area = (id) => `${MUNICIPALITY}/areas/${id}`;
const situation = (person, more = {}) => person.call('SituationService/GetSituation', { municipality: MUNICIPALITY, ...more });

/** Reports what has happened at these times, and accepts it. */
async function accepted(person, report, times) {
  for (const [i, occurredTime] of times.entries()) {
    const { name } = await person.report(`${report.text ?? 'Påhittad händelse'} ${i + 1}`, { ...report, text: `${report.text ?? 'Påhittad händelse'} ${i + 1}`, occurredTime });
    await person.call('ReportService/ReviewReport', { name, verdict: 'VERDICT_ACCEPT', noPersonalData: true });
  }
}

/** Times within the earlier periods, so many in each, oldest first; none where two periods lap over each other. */
async function earlier(person, counts) {
  const { periodStartTime, periodEndTime } = await situation(person);
  const [start, end] = [Date.parse(periodStartTime), Date.parse(periodEndTime)];
  const within = Math.max(2 * HOUR, end - start - WEEK + 2 * HOUR);
  return counts.flatMap((n, i) => {
    const at = start + within - (counts.length - i) * WEEK;
    return Array.from({ length: n }, (_, k) => new Date(at + k * 60_000).toISOString());
  });
}

/** Everything that stands out, not only the first of it. */
const unfold = ({ page }) => page.getByRole('button', { name: /^visa \d+ till$/ }).click();

const now = (n) => Array.from({ length: n }, () => new Date().toISOString());

onFriday('more than usual is said in words, totals first, and its history can be asked', async (evening) => {
  const person = await evening.person('samordnare', { view: 'lage' });
  const { page } = person;
  const weapons = { category: 'CATEGORY_WEAPON_OR_EXPLOSION', area: area('dalaro'), text: 'Smällar hördes' };
  const before = [1, 2, 1, 0, 2, 1, 1, 2, 0, 1, 2, 1];
  // One more week before the twelve: so all twelve are known.
  await accepted(person, weapons, await earlier(person, [1, ...before]));
  await accepted(person, weapons, now(7));

  const cell = page.getByRole('button', { name: /^Dalarö, vapen: 7, fler än vanligt \(7, brukar vara 0–\d\)$/ });
  await cell.waitFor();
  const found = page.getByRole('list', { name: 'Det som sticker ut' }).getByRole('button');
  const told = () => found.allInnerTexts();
  await until('the area is told', async () => (await told()).some((one) => /Dalarö: fler än vanligt/.test(one)));
  const lines = await told();
  const [total, inCell] = [/Dalarö: fler/, /Dalarö, vapen: fler/].map((words) => lines.findIndex((line) => words.test(line)));
  assert.ok(total >= 0 && (inCell < 0 || total < inCell), `totals first: ${lines.join(' | ')}`);
  await person.accessible();
  await person.screenshot('picture-board');

  await cell.click();
  const sheet = page.getByRole('dialog', { name: 'Dalarö: vapen' });
  await sheet.getByText(/fler än vanligt \(7, brukar vara 0–\d\)\./).first().waitFor();
  await sheet.getByText('Som tabell').first().click();
  const values = await sheet.getByRole('table').first().locator('td').allInnerTexts();
  assert.deepEqual(values.map(Number), [...before, 7], 'every week before, and now');
  await sheet.getByText(/brukar vara 0–\d$/).first().waitFor();
  const sources = sheet.getByRole('heading', { name: 'Källa' }).locator('..');
  await sources.getByText(/^Haninge kommun/).waitFor();
  await sources.getByText(/7 händelser · senast nyss/).waitFor();
  await sheet.getByText(/^1 oberoende källa|^\d+ oberoende källor/).first().waitFor();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await person.accessible();
    await person.screenshot(`picture-history-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
  await person.screenshot('picture-history-forced');
});

onFriday('few are said to be too few to tell, not as usual', async (evening) => {
  const person = await evening.person('samordnare', { view: 'lage' });
  await accepted(person, { category: 'CATEGORY_FIRE', area: area('uto') }, now(2));
  await person.page.getByRole('button', { name: /^Utö, skadegörelse och brand: 2$/ }).click();
  await person.page.getByRole('dialog').getByText(/för få för att säga/).first().waitFor();
});

onFriday('a burglary near an earlier one says so, in the list and on the map', async (evening) => {
  const person = await evening.person('samordnare', { view: 'lage' });
  const { page } = person;
  const burglary = (latitudeDeg, text) => ({
    category: 'CATEGORY_BURGLARY', area: area('tungelsta'), text, point: { latitudeDeg, longitudeDeg: 18.045 }, pointPrecisionM: 10,
  });
  await accepted(person, burglary(59.1, 'Inbrott i förråd'), [new Date(Date.now() - 3 * 24 * HOUR).toISOString()]);
  await accepted(person, burglary(59.1 + 60 / 111_320, 'Nytt inbrott i förråd'), now(1));
  await page.getByRole('button', { name: /^Tungelsta, stöld och inbrott: \d+/ }).click();
  const near = page.getByRole('dialog').getByRole('button', { name: /nära ett tidigare: 60 m, 3 dagar/ });
  await near.click();
  await page.getByRole('dialog').getByText('Inbrott i förråd 1').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Lager', { exact: true }).click();
  await page.getByLabel('nära ett tidigare inbrott eller klotter').check();
  await page.locator('path.near.leaflet-interactive').first().waitFor();
  await person.accessible();
  await page.getByLabel('nära ett tidigare inbrott eller klotter').uncheck();
  await page.locator('path.near.leaflet-interactive').first().waitFor({ state: 'detached' });
});

/** A survey of an area and of the whole municipality. */
function survey(year, instrumentVersion, here, everywhere) {
  const common = {
    nature: 'NATURE_PERCEIVED', instrument: 'INSTRUMENT_SURVEY', instrumentVersion, measure: 'Otrygg i sitt bostadsområde',
    periodStartTime: `${year}-08-31T22:00:00Z`, periodEndTime: `${year}-11-30T23:00:00Z`, unit: 'UNIT_PERCENT',
    direction: 'DIRECTION_HIGHER_IS_WORSE', answerRatePercent: 43, release: { releaseClass: 'RELEASE_CLASS_PUBLIC' },
  };
  return [{ ...common, area: area('musko'), value: here, n: 212 }, { ...common, value: everywhere, n: 2312 }];
}

onFriday('what is felt stands beside what happens, and a changed instrument breaks the series', async (evening) => {
  const person = await evening.person('samordnare', { view: 'lage' });
  const { page } = person;
  const indicators = [...survey(2021, '2018', 35, 26), ...survey(2022, '2018', 36, 25), ...survey(2024, '2024', 43, 30), ...survey(2025, '2024', 41, 28)];
  await person.call('IndicatorService/RecordIndicators', { municipality: MUNICIPALITY, indicators });
  await unfold(person);
  const gap = page.getByRole('button', { name: /Muskö: otryggheten är högre än i kommunen \(41 % mot 28 %, n 212\), händelserna (som|färre än) i andra områden/ });
  await gap.click();
  const sheet = page.getByRole('dialog', { name: 'Muskö: upplevt och faktiskt' });
  await sheet.getByText(/Trygghetsmätning 2024, .*2025, n 212/).waitFor();
  await sheet.getByText('Instrumentet ändrades från 2018 till 2024: värdena före och efter kan inte jämföras, och linjen är bruten.').waitFor();
  const figure = sheet.locator('figure').filter({ hasText: 'Otrygg i sitt bostadsområde' });
  assert.equal(await figure.locator('polyline:not(.reference)').count(), 2, 'two lines, not one');
  assert.deepEqual(await figure.getByRole('table').locator('tbody td:nth-of-type(1)').allInnerTexts(), ['35\u00a0%', '36\u00a0%', '43\u00a0%', '41\u00a0%']);
  await sheet.getByText('De läggs aldrig ihop.').first().waitFor();

  // A walk is noted in place, and others see it.
  const other = await evening.person('polis', { view: 'lage' });
  await sheet.getByRole('button', { name: 'Anteckna', exact: true }).click();
  const form = sheet.getByRole('form');
  await form.getByLabel(/^Rubrik/).fill('Trygghetsvandring hamnen');
  await form.getByLabel(/^Hur många/).fill('23');
  await form.getByLabel('Vad som sågs och sades').fill('Mörkt mellan hamnen och bussen.');
  await form.getByLabel('Vem får se det').selectOption({ label: 'Samverkan' });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await person.accessible();
    await person.screenshot(`picture-felt-${colorScheme}`);
  }
  await form.getByRole('button', { name: 'Spara' }).click();
  await form.waitFor({ state: 'detached' });
  await sheet.getByText('Mörkt mellan hamnen och bussen.').waitFor();
  await unfold(other);
  await other.page.getByRole('button', { name: /Muskö: otryggheten/ }).click();
  await other.page.getByRole('dialog').getByText('Mörkt mellan hamnen och bussen.').waitFor();
  await other.page.getByRole('dialog').getByText('23 deltog').waitFor();
});

onFriday('the layers of the map are chosen by words and keys, and kept while the page is open', async (evening) => {
  const person = await evening.person('samordnare', { view: 'lage' });
  const { page } = person;
  await person.report('Klotter i tunneln', { category: 'CATEGORY_VANDALISM', area: area('handen'), point: { latitudeDeg: 59.168, longitudeDeg: 18.137 }, pointPrecisionM: 10 });
  const marks = page.locator('.mark.unreviewed');
  await marks.first().waitFor();
  await page.locator('summary', { hasText: 'Lager' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('ogranskade rapporter').focus();
  await page.keyboard.press('Space');
  await marks.first().waitFor({ state: 'detached' });
  await person.accessible();
  await person.screenshot('picture-layers');
  await page.keyboard.press('Escape');
  await person.go('kvall');
  await person.go('lage');
  await page.locator('.area-anchor').first().waitFor({ state: 'attached' });
  await page.locator('summary', { hasText: 'Lager' }).click();
  assert.equal(await page.getByLabel('ogranskade rapporter').isChecked(), false);
  assert.equal(await marks.count(), 0);
});

onFriday('the sources say how fresh they are, and follow what comes', async (evening) => {
  const person = await evening.person('samordnare', { view: 'kallor' });
  const school = await evening.person('fritidsledare');
  const card = person.page.getByRole('listitem').filter({ has: person.page.getByRole('heading', { name: /^Fritidsgården/ }) });
  await card.waitFor();
  const unreviewed = async () => Number(/(\d+) ograns/.exec(await card.innerText())?.[1] ?? 0);
  const before = await unreviewed();
  await school.report('Bråk utanför fritidsgården');
  await until('the card follows', async () => (await unreviewed()) === before + 1);
  await card.getByText('Senast nyss').waitFor();
  await card.getByText('Bråk utanför fritidsgården').waitFor();
  await person.accessible();
});

onFriday('the situation as it was is marked as past, and one tap leads back', async (evening) => {
  const person = await evening.person('samordnare', { view: 'lage' });
  const { page } = person;
  const [meeting] = (await evening.server.samsyn('coordinator', 'meeting', 'list'))
    .filter((one) => one.closeTime).sort((a, b) => Date.parse(b.closeTime) - Date.parse(a.closeTime));
  const then = await situation(person, { asOfMeeting: meeting.name });
  await accepted(person, { category: 'CATEGORY_FIRE', area: area('vega') }, now(1));
  const all = page.getByRole('button', { name: /^Hela kommunen, faktisk: \d+/ });
  const count = async () => Number(await all.textContent());
  const current = (await situation(person)).total.actual;
  await until('it is counted', async () => (await count()) === current);
  await page.getByLabel('Som det var …').selectOption({ index: 1 });
  await page.getByText(/^Så här såg det ut när mötet .* avslutades/).waitFor();
  await until('the table is as it was', async () => (await count()) === (then.total?.actual ?? 0));
  await all.click();
  await page.getByRole('dialog').getByText(/^Så var det när mötet/).waitFor();
  await person.accessible();
  await page.keyboard.press('Escape');
  await person.accessible();
  await person.screenshot('picture-past');
  await page.getByRole('button', { name: 'Till läget nu' }).click();
  await until('it is as it is', async () => (await count()) === current);
});
