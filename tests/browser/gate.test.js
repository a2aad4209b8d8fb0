// Who may be sent out (R4): permits and objects as a coordinator writes them, what the gate says where units are chosen,
// and the temporary permit of the police that lifts it.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday } from './fixture.js';

const GUARDS = 'Ordningsvakter Handen';
const soon = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
const button = (where, name) => where.getByRole('button', { name, exact: typeof name === 'string' });

/** Something in Jordbro tonight, outside the guards' permit; its name. */
async function propose({ server }) {
  const [problem] = await server.samsyn('coordinator', 'problem', 'list');
  const [deployment] = await server.samsyn(
    'coordinator', 'deployment', 'propose', '--aim', 'kvällen blir lugnare', '--kind', 'visible-patrol', '--area', 'jordbro',
    '--from', soon(1), '--to', soon(3), '--problem', problem.name, '--responsible', 'kommunen', '--due', soon(48),
  );
  return deployment.name;
}

/** Units without a shift at that time stand folded. */
async function openTo(picker, unit) {
  const choice = picker.locator('button', { hasText: unit });
  await choice.waitFor({ state: 'attached' });
  if (await choice.isHidden()) await picker.getByText('Fler enheter').click();
  await choice.waitFor();
}

onFriday('a coordinator writes permits and objects; the police see the units that need a permit, and no more', async (evening) => {
  const lead = await evening.person('samordnare');
  await lead.go('personer', 'enheter');
  await button(lead.page, new RegExp(GUARDS)).click();
  const sheet = lead.page.getByRole('dialog');
  await button(sheet, 'Lägg till tillstånd').click();
  const permit = sheet.getByRole('group', { name: /^Tillstånd \d/ }).last();
  await permit.getByLabel('Tillståndets nummer').fill('Prov 7');
  await button(permit, 'Vega').click();
  await button(permit, 'Lägg till tid').click();
  const times = permit.getByRole('group', { name: 'Tider i veckan 1' });
  await button(times, 'tors').click();
  await lead.accessible();
  await lead.screenshot('personer-tillstand');
  await button(sheet, 'Spara').click();
  await button(lead.page, new RegExp(`${GUARDS}.*Prov 7`)).waitFor();
  const { units } = await lead.call('DirectoryService/ListUnits', { municipality: MUNICIPALITY });
  const { permits } = units.find((one) => one.displayName === GUARDS);
  const mine = permits.find((one) => one.number === 'Prov 7');
  assert.deepEqual([mine.areas, mine.hours], [
    [`${MUNICIPALITY}/areas/vega`], [{ isoWeekdays: [4, 5, 6], startWallTime: '20:00', endWallTime: '03:00' }],
  ]);

  await button(lead.page, /^Väktare Exempelbostäder/).click();
  const objects = lead.page.getByRole('region', { name: 'Uppdragsgivarens objekt' });
  await button(objects, 'Vega').click();
  await button(lead.page.getByRole('dialog'), 'Spara').click();
  await lead.page.getByRole('dialog').waitFor({ state: 'detached' });

  const police = await evening.person('polis');
  await police.go('personer', 'enheter');
  await button(police.page, new RegExp(GUARDS)).click();
  await police.page.getByRole('heading', { name: `Tillfälligt tillstånd för ${GUARDS}` }).waitFor();
  await police.page.getByRole('dialog').getByText('Prov 7').waitFor();
  await police.accessible();
  await police.page.keyboard.press('Escape');
  assert.equal(await button(police.page, /^Väktare Exempelbostäder/).count(), 0);
});

onFriday('what the gate stops cannot be chosen and says why; a temporary permit of the police lifts it', async (evening) => {
  const name = await propose(evening);
  const police = await evening.person('polis');
  await police.go('insats', name.split('/').at(-1));
  await button(police.page, 'Lägg till enhet').click();
  const picker = police.page.getByRole('group', { name: 'Lägg till enhet' });
  await openTo(picker, GUARDS);
  const guards = button(picker, new RegExp(GUARDS));
  await guards.getByText(/stopp: .*tillståndet/).waitFor();
  assert.equal(await guards.isDisabled(), true);
  await police.accessible();
  await police.screenshot('insats-stopp-utan-tillstand');

  // Whoever may not record one reads who can.
  const lead = await evening.person('vaktledare');
  await lead.go('insats', name.split('/').at(-1));
  await button(lead.page, 'Lägg till enhet').click();
  await openTo(lead.page.getByRole('group', { name: 'Lägg till enhet' }), GUARDS);
  await lead.page.getByText(/stopp: .*tillstånd/).first().waitFor();
  await lead.page.getByText('Bara polisen kan lyfta det, genom att registrera ett tillfälligt tillstånd.').first().waitFor();

  await button(picker, 'Registrera tillfälligt tillstånd').first().click();
  const sheet = police.page.getByRole('dialog');
  assert.equal(await button(sheet, 'Jordbro').getAttribute('aria-pressed'), 'true');
  await button(sheet, 'Registrera tillfälligt tillstånd').click();
  await sheet.getByText('Skriv tillståndets nummer.').waitFor();
  await sheet.getByLabel('Tillståndets nummer').fill('A45-2026');
  await police.accessible();
  await police.screenshot('tillfalligt-tillstand');
  await button(sheet, 'Registrera tillfälligt tillstånd').click();
  await sheet.waitFor({ state: 'detached' });
  await guards.getByText(/varning: .*med tillfälligt tillstånd/).waitFor();
  await guards.click();
  await button(police.page, `Dra tillbaka ${GUARDS}`).waitFor();
  await police.page.getByText(/tillfälligt tillstånd/).first().waitFor();
  await police.screenshot('insats-avdelad-med-varning');
});
