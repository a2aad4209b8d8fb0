// What a report's owner does with it: answers the reviewer, reads what came of it; and what the board says of many at once.
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

onFriday('whoever reported reads what came of it', async (evening) => {
  const reporter = await evening.person('trygghetsvard', { phone: true, view: 'rapportera' });
  const lead = await evening.person('samordnare');
  const { server } = evening;
  const words = 'Mopeder kör på gångbanan vid Brandbergens torg';
  const { name } = await reporter.report(words);
  const mine = reporter.page.getByRole('listitem').filter({ hasText: words });
  await reporter.page.getByText(/^Mina rapporter/).click();
  await mine.getByText('Vad blev det av det?').click();
  await mine.getByText('Den väntar på granskning.').waitFor();

  await lead.call('ReportService/ReviewReport', { name, verdict: 'VERDICT_ACCEPT', noPersonalData: true });
  await mine.getByText('Räknas som en händelse.').waitFor();
  await mine.getByText(/^Inget har beslutats om det än/).waitFor();

  const { report } = await lead.call('ReportService/GetReport', { name });
  const [problem] = await server.samsyn('coordinator', 'problem', 'list');
  await lead.call('ProblemService/LinkIncidents', { name: problem.name, etag: problem.etag, add: [report.incident] });
  const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  await server.samsyn(
    'coordinator', 'deployment', 'propose', '--aim', 'lugnare trafik', '--kind', 'visible-patrol', '--area', 'brandbergen',
    '--from', soon(1), '--to', soon(3), '--problem', problem.name, '--responsible', 'kommunen', '--due', soon(48),
  );
  await mine.getByText(`”${problem.statement}”`).waitFor();
  await mine.getByText(/synlig närvaro, Brandbergen/i).first().waitFor();
  await mine.getByText('föreslagen').first().waitFor();
  await reporter.accessible();
  await reporter.screenshot('rapportera-vad-blev-det', reporter.page, { fullPage: true });
  const sheet = await openReport(lead, words);
  await sheet.getByText('Vad blev det av det?').click();
  await sheet.getByText(`”${problem.statement}”`).waitFor();
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
