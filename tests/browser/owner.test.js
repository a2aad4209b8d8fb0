// What a report's owner does with it: answers the reviewer; and what the board says of many at once.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday, until } from './fixture.js';

async function openReport(person, words) {
  await person.go('lage');
  await person.page.getByRole('button', { name: words }).first().click();
  return person.page.getByRole('dialog');
}

onFriday('a report that was sent back is answered on the page, and goes to be reviewed again', async (evening) => {
  const reporter = await evening.person('trygghetsvard', { phone: true, view: 'rapportera' });
  const reviewer = await evening.person('samordnare');
  const words = 'Högljutt vid busstorget';
  const { name } = await reporter.report(words);
  await reviewer.call('ReportService/ReviewReport', { name, verdict: 'VERDICT_RETURN', note: 'När var det?' });
  const { page } = reporter;
  await page.getByText(/^Granskaren frågar om/).click();
  const asked = page.getByRole('listitem').filter({ hasText: 'När var det?' });
  await asked.getByRole('button', { name: 'Svara granskaren' }).click();
  await asked.getByLabel('Rapportens text').fill(`${words}, fredag kväll`);
  await reporter.accessible();
  await asked.getByRole('button', { name: 'Lämna in igen' }).click();
  await page.getByText('När var det?').waitFor({ state: 'detached' });
  const sheet = await openReport(reviewer, `${words}, fredag kväll`);
  await sheet.getByText('ogranskad').first().waitFor();
});

onFriday('many at once are said to be more than usual, in the table and in words', async (evening) => {
  const person = await evening.person('samordnare', { view: 'lage' });
  const cell = person.page.getByRole('button', { name: /^Vega, skadegörelse och brand: \d+, fler än vanligt/ });
  assert.equal(await cell.count(), 0);
  for (let i = 0; i < 9; i++) {
    const fields = { category: 'CATEGORY_VANDALISM', area: `${MUNICIPALITY}/areas/vega` };
    const { name } = await person.report(`Nytt klotter på skolan, vägg ${i}`, fields);
    await person.call('ReportService/ReviewReport', { name, verdict: 'VERDICT_ACCEPT', noPersonalData: true });
  }
  await cell.waitFor();
  assert.match(await cell.getAttribute('title'), /^fler än vanligt \(\d+, brukar vara \d/);
  await cell.click();
  await person.page.getByRole('dialog').getByText(/fler än vanligt \(\d+, brukar vara \d/).first().waitFor();
  await person.accessible();
});

onFriday('what was begun is gone when the session is ended elsewhere', async (evening) => {
  const [writer, coordinator] = [await evening.person('polis'), await evening.person('samordnare')];
  writer.expected.push(/401/);
  const drafts = () => writer.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('draft ')));
  const { token, member } = await writer.call('AccessService/WhoAmI', {});
  await writer.page.evaluate((name) => sessionStorage.setItem(`draft ${name} round`, '"ett utkast"'), member.name);
  assert.equal((await drafts()).length, 1);
  await coordinator.call('AccessService/EndSession', { name: token.name });
  await writer.page.getByRole('heading', { name: 'Du är inte inloggad' }).waitFor();
  assert.deepEqual(await drafts(), []);
});
