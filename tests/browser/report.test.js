// The report form: three taps and a sentence; what lies near, and what should not be written.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday, until } from './fixture.js';

/** Opens the form; `taps` counts what is pressed. */
async function form(evening, member = 'fritidsledare') {
  const person = await evening.person(member, { phone: true, view: 'rapportera' });
  let taps = 0;
  return {
    person,
    page: person.page,
    taps: () => taps,
    async tap(name) {
      taps++;
      await person.page.getByRole('button', { name, exact: typeof name === 'string' }).first().tap();
    },
    write: (text) => person.page.getByLabel('Vad har hänt?').fill(text),
  };
}

onFriday('a report is three taps and a sentence', async (evening, t) => {
  const writer = await form(evening);
  const before = Date.now();
  await writer.tap(/^skadegörelse och brand/i);
  await writer.tap('Jordbro');
  const words = writer.page.getByLabel('Vad har hänt?');
  await until('the sentence is next', () => words.evaluate((area) => area === document.activeElement));
  await writer.page.keyboard.type('Lyktstolpen vid gångtunneln är krossad.');
  await writer.tap('Skicka rapporten');
  await writer.page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();
  assert.equal(writer.taps(), 3);
  t.diagnostic(`${Date.now() - before} ms from the first tap to the answer`);
  await writer.person.accessible();

  const reader = await evening.person('samordnare');
  await reader.page.getByText('Lyktstolpen vid gångtunneln är krossad.').first().waitFor();
});

onFriday('a report close by is shown before anything is sent', async (evening) => {
  const neighbour = await evening.person('polis');
  await neighbour.report('Mopeder kör fort på torget.', {
    category: 'CATEGORY_RECKLESS_TRAFFIC', area: 'municipalities/0136/areas/vega',
  });
  const writer = await form(evening);
  await writer.tap(/^trafik/i);
  await writer.tap('Vega');
  await writer.page.getByRole('heading', { name: 'Är det samma händelse?' }).waitFor();
  await writer.page.getByText('Mopeder kör fort på torget.').waitFor();
  await writer.tap('Samma – komplettera');
  await writer.write('De är nu fem.');
  await writer.tap('Skicka rapporten');
  await writer.page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();
  await writer.page.getByText(/Kompletterar rapporten .*Vega/).waitFor();
});

onFriday('plates, numbers and addresses are warned of, a person number stops it', async (evening) => {
  const writer = await form(evening);
  await writer.tap(/^ordning/i);
  await writer.tap('Handen');
  await writer.write('Bilen ABC 123, ring 070-1740605 eller skriv till namn@example.com.');
  for (const words of [/registreringsnummer/, /telefonnummer/, /e-postadress/]) await writer.page.getByText(words).waitFor();
  // A test number that the tax agency publishes for tests.
  await writer.write('Bråk vid stationen, 19900118-9811 var med.');
  await writer.page.getByText(/ser ut som ett personnummer/).waitFor();
  await writer.tap('Skicka rapporten');
  assert.equal(await writer.page.getByRole('heading', { name: 'Rapporten är skickad' }).count(), 0);
  await writer.person.accessible();
});

onFriday('a number that is no person\'s is sent when its writer says so, and the reviewer is told', async (evening) => {
  const writer = await form(evening);
  const words = 'Skåpet vid stationen har nummer 19900118-9811.';
  await writer.tap(/^ordning/i);
  await writer.tap('Handen');
  await writer.write(words);
  await writer.page.getByLabel(/Det är inte ett personnummer/).check();
  await writer.person.accessible();
  await writer.tap('Skicka rapporten');
  await writer.page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();

  const reviewer = await evening.person('samordnare');
  const { reports } = await reviewer.call('ReportService/ListReports', { municipality: MUNICIPALITY, states: ['STATE_SUBMITTED'] });
  const mine = reports.find((one) => one.text === words);
  assert.deepEqual(mine.textFindings.map((one) => one.kind), ['KIND_CONFIRMED_NUMBER']);
  await reviewer.go('granskning', mine.name.split('/').at(-1));
  await reviewer.page.getByText(/den som skrev säger att det är något annat/).first().waitFor();
});

onFriday('no text of a form leaves the page with a person number in it', async (evening) => {
  const person = await evening.person('samordnare');
  const { name } = await person.report('Kö utanför kiosken.');
  const sent = [];
  person.page.on('request', (request) => sent.push(request.postData() ?? ''));
  await person.go('lage', `rapport-${name.split('/').at(-1)}`);
  const sheet = person.page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Ändra texten' }).click();
  await sheet.getByLabel('Rapportens text').fill('Kö utanför kiosken, 19900118-9811.');
  await sheet.getByRole('button', { name: 'Spara' }).click();
  await sheet.getByText(/Ta bort numret, eller kryssa i/).waitFor();
  assert.ok(!sent.some((body) => body.includes('9811')), 'the page sent the number');
  await sheet.getByLabel('Rapportens text').fill('Kö utanför kiosken, två grupper.');
  await sheet.getByRole('button', { name: 'Spara' }).click();
  await person.page.getByText('Texten är ändrad.').waitFor();
});

onFriday('what is kept more strictly says so', async (evening) => {
  const writer = await form(evening);
  await writer.tap(/^oro och miljö/i);
  await writer.tap('oro för unga');
  await writer.page.getByText('Namngivna', { exact: true }).waitFor();
  await writer.page.getByText(/Är du orolig för en viss person/).waitFor();
});

onFriday('without a network the report waits and goes by itself', async (evening) => {
  const writer = await form(evening);
  writer.person.expected.push(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  await writer.tap(/^ordning/i);
  await writer.tap('Utö');
  await writer.write('Högljutt vid bryggan.');
  await writer.person.context.setOffline(true);
  await writer.tap('Skicka rapporten');
  await writer.page.getByRole('heading', { name: 'Rapporten väntar på nätet' }).waitFor();
  await writer.person.context.setOffline(false);
  await writer.page.getByRole('heading', { name: 'Rapporten är skickad' }).waitFor();
});
