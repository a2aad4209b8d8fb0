// What a dispatcher does with a unit's assignment (§5): answers for it as told by radio, sends the unit elsewhere, hands it
// to another; and how an answer that came late is shown.
import assert from 'node:assert/strict';
import { assign, MUNICIPALITY, onFriday, until } from './fixture.js';

const button = (where, name) => where.getByRole('button', { name, exact: typeof name === 'string' });
const idOf = (name) => name.split('/').at(-1);
const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
let first;

async function assignmentsOf({ server }, { name }) {
  const all = await server.samsyn('coordinator', 'assignment', 'list');
  return all.filter((one) => one.deployment === name);
}

onFriday('what is told by radio is entered, marked so, and jumps forward', async (evening) => {
  first = await assign(evening);
  const [{ name }] = await assignmentsOf(evening, first);
  const lead = await evening.person('samordnare');
  await lead.go('uppdrag', idOf(name));
  await button(lead.page, 'på plats').click();
  await lead.page.getByText('på plats (via telefon/radio)').waitFor();
  await lead.page.getByText(/ej observerat/).waitFor();
  await lead.page.getByLabel('Anteckning').fill('Lugnt vid stationen.');
  await lead.page.getByLabel('Minuter på plats').fill('20');
  await button(lead.page, 'Lägg i fältloggen').click();
  await lead.page.getByText('Lugnt vid stationen.').last().waitFor();
  await lead.accessible();
  await lead.screenshot('uppdrag-via-radio');
});

onFriday('a unit is sent elsewhere: the old assignment is replaced, the phone has the new one', async (evening) => {
  const { server } = evening;
  const [problem] = await server.samsyn('coordinator', 'problem', 'list');
  const [second] = await server.samsyn(
    'coordinator', 'deployment', 'propose', '--aim', 'lugnt på torget', '--kind', 'visible-patrol', '--area', 'handen',
    '--from', soon(-0.1), '--to', soon(3), '--problem', problem.name, '--responsible', 'kommunen', '--due', soon(48),
    '--instruction', 'Runt torget, varje kvart.',
  );
  await server.samsyn('chair', 'deployment', 'decide', second.name);
  const [{ name }] = await assignmentsOf(evening, first);
  const host = await evening.person('trygghetsvard', { phone: true, theme: 'dark', view: 'falt' });
  await host.page.getByRole('heading', { name: 'Jordbro' }).waitFor();
  const lead = await evening.person('samordnare');
  await lead.go('uppdrag', idOf(name));
  await button(lead.page, 'Skicka enheten till en annan insats').click();
  const target = lead.page.getByLabel('Till vilken insats?');
  const words = await target.locator('option', { hasText: 'Handen' }).first().innerText();
  await target.selectOption({ label: words });
  await lead.page.getByLabel('Varför?').fill('Mer folk på torget.');
  await lead.accessible();
  await button(lead.page, 'Skicka dit').click();
  await lead.page.getByRole('heading', { name: /^Handen/ }).waitFor();
  await host.page.getByRole('heading', { name: 'Handen' }).waitFor();
  await host.page.getByText('Runt torget, varje kvart.').waitFor();
  await button(host.page, 'Kvittera').click();
  await until('taken', async () => (await assignmentsOf(evening, second))[0]?.state === 'STATE_ACCEPTED');
  const old = (await assignmentsOf(evening, first)).find((one) => one.name === name);
  assert.equal(old.state, 'STATE_REPLACED');
  await lead.go('uppdrag', idOf(name));
  await lead.page.getByRole('link', { name: 'Ersatt av ett annat uppdrag' }).waitFor();

  // Another unit of the same organisation takes it over.
  await lead.call('DirectoryService/UpsertUnit', {
    unit: {
      name: `${MUNICIPALITY}/units/kvallsvardar`, organisation: `${MUNICIPALITY}/organisations/kommunen`,
      displayName: 'Kvällsvärdar', power: 'POWER_HOST',
    },
  });
  const [now] = await assignmentsOf(evening, second);
  await lead.go('uppdrag', idOf(now.name));
  await button(lead.page, 'Lämna över till en annan enhet').click();
  await lead.page.getByLabel('Till vilken enhet?').selectOption({ label: 'Kvällsvärdar' });
  await button(lead.page, 'Lämna över').last().click();
  await lead.page.getByText('Tog över efter Trygghetsvärdar').waitFor();
  await lead.accessible();
  await lead.screenshot('uppdrag-overlamnat');
  await host.page.getByText('Inget uppdrag just nu').waitFor();
});

onFriday('an answer that came late is said to be one', async (evening) => {
  const lead = await evening.person('samordnare');
  const { assignments } = await lead.call('AssignmentService/ListAssignments', { municipality: MUNICIPALITY });
  const late = assignments.find((one) => one.lateness === 'LATENESS_ANSWERED_LATE');
  assert.ok(late, 'the demonstration has one');
  await lead.go('uppdrag', idOf(late.name));
  await lead.page.getByText('svarade sent').first().waitFor();
  await lead.page.getByText('obesvarat').first().waitFor();
});
