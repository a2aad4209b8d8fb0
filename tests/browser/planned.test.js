// What is planned: an event that comes again is written in the form, and stands under tonight and the weekend.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday, until } from './fixture.js';

const DAY = 24 * 60 * 60_000;
const NIGHT_ENDS = 5 * 60 * 60_000; // after midnight

async function writeEvent(person, text) {
  const { page } = person;
  await page.getByRole('button', { name: 'Lägg till ett planerat evenemang' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('heading', { name: 'När är det?' }).waitFor();
  await sheet.getByRole('button', { name: 'Handen', exact: true }).first().click();
  await sheet.getByLabel('Vad planeras?').fill(text);
  return sheet;
}

async function occurrences(person, days, text) {
  const window = { startTime: new Date().toISOString(), endTime: new Date(Date.now() + days * DAY).toISOString() };
  const { occurrences: all = [] } = await person.call('ReportService/ListPlannedEvents', { municipality: MUNICIPALITY, window });
  return all.filter(({ report }) => report.text === text);
}

const wallClock = (time) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', timeStyle: 'short' }).format(new Date(time));
const wallDay = (time) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', dateStyle: 'short' }).format(new Date(time));

onFriday('an event of every week is there this week and the next, at the same hour', async (evening) => {
  const person = await evening.person('samordnare', { view: 'lage' });
  const { page } = person;
  const text = 'Öppet hus på fritidsgården.';
  const sheet = await writeEvent(person, text);
  // Until five in the morning it is the evening before; a Monday's is not of that weekend.
  await sheet.getByLabel('Dag', { exact: true }).fill(wallDay(Date.now() - NIGHT_ENDS));
  await sheet.getByLabel('Från', { exact: true }).fill('20:00');
  await sheet.getByLabel('Till', { exact: true }).fill('05:30');
  await sheet.getByText('slutar dagen efter').waitFor();
  await sheet.getByRole('button', { name: 'Varje vecka' }).click();
  await sheet.getByText(/^Det blir varje \p{L}+dag\.$/u).waitFor();
  await person.accessible();
  await person.screenshot('rapportera-evenemang-ifylld');
  await sheet.getByRole('button', { name: 'Skicka rapporten' }).click();
  await sheet.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();
  await sheet.getByRole('button', { name: 'Stäng' }).last().click();

  const planned = page.getByRole('region', { name: 'I kväll och i helgen' });
  const event = planned.getByRole('button').filter({ hasText: text });
  await event.getByText('20:00–05:30').waitFor();
  await event.getByText(/Handen · varje \p{L}+dag/u).waitFor();
  await person.accessible();
  await person.screenshot('lage-helgen');

  const times = await occurrences(person, 13, text);
  assert.equal(times.length, 2, 'this week and the next');
  assert.deepEqual(times.map(({ startTime }) => wallClock(startTime)), ['20:00', '20:00']);
  assert.equal(Date.parse(wallDay(times[1].startTime)) - Date.parse(wallDay(times[0].startTime)), 7 * DAY);

  // It is asked, and withdrawn it is gone from there.
  await event.click();
  await page.getByRole('dialog').getByText(/varje \p{L}+dag/u).first().waitFor();
  await person.call('ReportService/RetractReport', { name: times[0].report.name });
  await until('it is gone', async () => (await event.count()) === 0);
});

onFriday('pay day comes on the Friday before a weekend', async (evening) => {
  const person = await evening.person('polis', { phone: true, view: 'rapportera' });
  const { page } = person;
  await page.getByRole('button', { name: 'planerat evenemang' }).tap();
  await page.getByLabel('Dag', { exact: true }).fill('2027-04-25');
  await page.getByRole('button', { name: 'Varje månad' }).tap();
  await page.getByRole('checkbox', { name: /^Fredag före/ }).tap();
  await page.getByText('Det blir varje månad den 25, fredag före om helg.').waitFor();
  await person.accessible();
  await page.getByRole('button', { name: 'Handen', exact: true }).first().tap();
  await page.getByLabel('Vad planeras?').fill('Löning: fler ute i centrum.');
  await page.getByRole('button', { name: 'Skicka rapporten' }).tap();
  await page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();
  const window = { startTime: '2027-07-20T00:00:00Z', endTime: '2027-07-31T00:00:00Z' };
  const { occurrences: found = [] } = await person.call('ReportService/ListPlannedEvents', { municipality: MUNICIPALITY, window });
  const [payday] = found.filter(({ report }) => report.text.startsWith('Löning'));
  assert.equal(wallDay(payday.startTime), '2027-07-23', '25 July 2027 is a Sunday');
});
