// The night as whoever leads it sees it: how places are covered, the log and a unit's card, the end of all of it in one
// action, and a debrief told by phone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { assign, MUNICIPALITY, onFriday, until, untilEvening } from './fixture.js';

const button = (where, name) => where.getByRole('button', { name, exact: typeof name === 'string' });
const idOf = (name) => name.split('/').at(-1);
let deployment;

async function assignmentOf({ server }) {
  const all = await server.samsyn('coordinator', 'assignment', 'list');
  return all.find((one) => one.deployment === deployment.name);
}

onFriday('coverage says where it is thin, in words and shapes, and every number can be asked', async (evening) => {
  const from = untilEvening();
  deployment = await assign(evening, from, from + 3);
  const lead = await evening.person('samordnare', { view: 'kvall' });
  const table = lead.page.getByRole('region', { name: 'Täckning timme för timme' });
  // Sent, and not answered yet: somebody may come, and nobody has said so.
  const cell = button(table, /^Jordbro.*: tunt, /).first();
  await cell.click();
  await lead.page.getByRole('status').filter({ hasText: /0 har svarat/ }).waitFor();
  await lead.page.getByRole('status').getByRole('link', { name: 'Trygghetsvärdar' }).waitFor();
  await lead.accessible();
  await lead.screenshot('kvall-tackning', lead.page, { fullPage: true });

  const phone = await evening.person('samordnare-2', { phone: true, theme: 'dark', view: 'kvall' });
  await button(phone.page, /tunt$/).first().waitFor();
  await phone.accessible();
  await phone.screenshot('kvall-tackning-telefon', phone.page, { fullPage: true });

  const host = await evening.person('trygghetsvard', { phone: true, view: 'falt' });
  await button(host.page, 'Kvittera').click();
  await button(table, /^Jordbro, värd.*: täckt, /).first().waitFor();
});

onFriday('the log and the card of a unit are one tap away, and are saved as a document', async (evening) => {
  const lead = await evening.person('samordnare', { view: 'kvall' });
  await lead.page.getByRole('link', { name: 'Logg', exact: true }).click();
  await lead.page.getByRole('heading', { name: 'Logg för natten' }).waitFor();
  await lead.page.getByRole('row').filter({ hasText: /kvitterat/i }).first().waitFor();
  await lead.accessible();
  await lead.screenshot('kvall-logg', lead.page, { fullPage: true });
  const saved = async () => {
    const [download] = await Promise.all([lead.page.waitForEvent('download'), button(lead.page, 'Spara som fil').click()]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
  };
  const log = await saved();
  assert.match(log.name, /^logg-\d{4}-\d\d-\d\d\.html$/);
  assert.match(log.text, /<!doctype html>/i);
  assert.match(log.text, /Jordbro/);

  await lead.page.getByRole('link', { name: 'Till kvällen' }).click();
  await lead.page.getByRole('link', { name: 'Insatskort Trygghetsvärdar' }).first().click();
  await lead.page.getByRole('heading', { name: 'Insatskort: Trygghetsvärdar' }).waitFor();
  await lead.page.getByText('Gå rundan centrum, stationen, soprummen.').waitFor();
  await lead.accessible();
  await lead.screenshot('kvall-insatskort', lead.page, { fullPage: true });
  const card = await saved();
  assert.match(card.name, /^insatskort-trygghetsvardar-/);
  assert.match(card.text, /Gå rundan centrum/);
});

onFriday('all that runs is ended in one action, after a second look and with a reason', async (evening) => {
  const dispatcher = await evening.person('samordnare');
  await dispatcher.go('uppdrag', idOf((await assignmentOf(evening)).name));
  await button(dispatcher.page, 'på plats').click();
  await until('on the spot', async () => (await assignmentOf(evening)).state === 'STATE_ON_SCENE');
  const lead = await evening.person('motesledare', { view: 'kvall' });
  await button(lead.page, 'Avsluta alla insatser').click();
  const sheet = lead.page.getByRole('dialog');
  const { deployments } = await lead.call('DeploymentService/ListDeployments', {
    municipality: MUNICIPALITY, states: ['STATE_DECIDED', 'STATE_ACTIVE'],
  });
  const n = deployments.length;
  const end = button(sheet, n === 1 ? 'Avsluta insatsen' : `Avsluta ${n} insatser`);
  await end.waitFor();
  await lead.accessible();
  await lead.screenshot('kvall-avsluta-alla');
  // Without a reason nothing is ended.
  await end.click();
  await sheet.getByLabel('Varför?').fill('Kvällen är slut, lugnt överallt.');
  await end.click();
  await sheet.waitFor({ state: 'detached' });
  await until('ended', async () => {
    const { deployments: left = [] } = await lead.call('DeploymentService/ListDeployments', {
      municipality: MUNICIPALITY, states: ['STATE_DECIDED', 'STATE_ACTIVE'],
    });
    return left.length === 0;
  });
  await button(lead.page, 'Avsluta alla insatser').waitFor({ state: 'detached' });
  assert.equal((await assignmentOf(evening)).state, 'STATE_CANCELLED');
});

onFriday('a dispatcher says how it went with what was ended, as told by phone', async (evening) => {
  const lead = await evening.person('samordnare');
  const { name } = await assignmentOf(evening);
  await lead.go('uppdrag', idOf(name));
  await button(lead.page, 'Avrapportera').click();
  await lead.page.getByLabel('som planerat').check();
  await lead.page.getByLabel('ingen där').check();
  await lead.page.getByLabel(/^En mening/).fill('Tomt på torget hela kvällen.');
  await lead.accessible();
  await lead.screenshot('uppdrag-avrapportering');
  await button(lead.page, 'Skicka avrapporteringen').click();
  await lead.page.getByText(/Avrapporterat: som planerat, ingen där/).waitFor();
  assert.equal((await assignmentOf(evening)).debrief.byDispatcher, true);
  await lead.go('kvall');
  await lead.page.getByText(/Avrapporterat: som planerat, ingen där/).first().waitFor();
});
