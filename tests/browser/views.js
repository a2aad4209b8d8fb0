// Every view and its sheets, in both languages and themes: axe finds nothing, nothing is wider than the screen (on
// a laptop not at 200 % either), and a screenshot of each is kept to be looked at.
import assert from 'node:assert/strict';
import { MUNICIPALITY, onFriday, untilEvening } from './fixture.js';

const idOf = ({ name }) => name.split('/').at(-1);
const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString();

/** Presses what has one of these names: one a language. */
const press = ({ page }, sv, en) =>
  page.getByRole('button', { name: new RegExp(`^(${sv}|${en})`, 'i') }).first().click();

/** What is looked at before the meeting: who, what, where, and what is done there first. */
const before = [
  ['samordnare', 'lage'],
  ['samordnare', 'rapport', ['lage', ({ report }) => `rapport-${idOf(report)}`]],
  ['samordnare', 'vem-ser', ['lage', ({ report }) => `rapport-${idOf(report)}`], async (person) => {
    await press(person, 'Vem ser detta', 'Who sees this');
    await person.page.getByText(/^(Genom klassen|By its class)/).waitFor();
  }],
  ['samordnare', 'dela', ['lage', ({ restricted }) => `rapport-${idOf(restricted)}`], async (person) => {
    await press(person, 'Dela …', 'Share …');
    const sheet = person.page.getByRole('dialog').last();
    await sheet.getByRole('button', { name: 'Exempelbostäder' }).click();
    await sheet.getByRole('button', { name: /^(utan text|without the text)/ }).click();
    await sheet.getByLabel(/^(Stöd|Ground)/).selectOption({ index: 1 });
  }],
  ['samordnare', 'foreslagen', ['lage', ({ restricted }) => `rapport-${idOf(restricted)}`]],
  ['polis', 'delad', ['lage', ({ shared }) => `rapport-${idOf(shared)}`]],
  ['samordnare', 'om-mig', ['lage'], async (person) => {
    await person.page.locator('header .own summary').click();
    await press(person, 'Vad sparas om mig', 'What is kept about me');
    await person.page.getByRole('dialog').locator('li').first().waitFor();
  }],
  ['samordnare', 'handelse', ['lage', ({ incident }) => `handelse-${idOf(incident)}`]],
  ['samordnare', 'antal', ['lage'], ({ page }) => page.locator('[aria-labelledby="lage-areas"] :is(table, .rows) button').first().click()],
  ['samordnare', 'upplevt', ['lage'], async (person) => {
    await person.page.locator('[aria-labelledby="lage-areas"] :is(table, .rows) button').first().click();
    await press(person, 'Upplevt och faktiskt|Anteckna en', 'Perceived and actual|Note a');
    await person.page.getByRole('heading', { name: /^(Mått över tid|Measures over time)/ }).waitFor();
    await press(person, 'Anteckna$', 'Note$');
  }],
  ['samordnare', 'da', ['lage'], async ({ page }) => {
    await page.getByLabel(/^(Som det var|As it was)/).selectOption({ index: 1 });
    await page.getByRole('button', { name: /^(Till läget nu|Back to now)/ }).waitFor();
  }],
  ['samordnare', 'sok', ['kvall'], async ({ page }) => {
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: /^(Sök plats|Search place)/ }).fill('jordbro');
  }],
  ['samordnare', 'granskning'],
  ['samordnare', 'granskning-godta', ['granskning'], (person) => press(person, 'Godta', 'Accept')],
  ['samordnare', 'granskning-fraga', ['granskning'], (person) => press(person, 'Fråga', 'Ask')],
  ['samordnare', 'granskning-delningar', ['granskning', 'delning']],
  ['samordnare', 'granskning-samma', ['granskning', 'samma']],
  ['samordnare', 'fastigheter'],
  ['forvaltare', 'mina-fastigheter', ['fastigheter']],
  ['samordnare', 'kvall'],
  ['samordnare', 'uppfoljning'],
  ['samordnare', 'kallor'],
  ['samordnare', 'personer'],
  ['samordnare', 'personer-ny', ['personer'], (person) => press(person, 'Lägg till person', 'Add a person')],
  ['samordnare', 'personer-qr', ['personer'], async (person) => {
    await person.page.getByRole('button', { name: /samordnare/ }).first().click();
    await press(person, 'Visa inloggningskod', 'Show a sign-in code');
    await person.page.getByRole('img', { name: /QR/ }).waitFor();
  }],
  ['samordnare', 'personer-enheter', ['personer', 'enheter']],
  ['samordnare', 'personer-tillstand', ['personer', 'enheter'], (person) => press(person, 'Ordningsvakter Handen', 'Ordningsvakter Handen')],
  ['polis', 'tillfalligt-tillstand', ['personer', 'enheter'], (person) => press(person, 'Ordningsvakter Handen', 'Ordningsvakter Handen')],
  ['samordnare', 'personer-pass', ['personer', 'pass']],
  ['samordnare', 'personer-omraden', ['personer', 'omraden']],
  ['samordnare', 'personer-omrade', ['personer', 'omraden'], (person) => press(person, 'Brandbergen', 'Brandbergen')],
  ['samordnare', 'installningar'],
  ['samordnare', 'atkomstlogg', ['atkomstlogg'], async (person) => {
    await person.page.locator('main button').first().click();
    await person.page.locator('main dl').waitFor();
  }],
  ['samordnare', 'tillganglighet'],
  ['samordnare', 'skarm'],
  ['motesledare', 'mote'],
  ['samordnare', 'installningar-datum', ['installningar'], async ({ page }) => {
    await page.getByRole('button', { name: /^(Ändra|Change) (fre|Fri)/ }).nth(2).click();
  }],
  ['motesledare', 'minnesanteckningar'],
  ['motesledare', 'minnen', ['minnesanteckningar', ({ minutes }) => idOf(minutes)]],
  ['motesledare', 'minnen-ratta', ['minnesanteckningar', ({ minutes }) => idOf(minutes)], (person) => press(person, 'Rätta', 'Correct')],
  ['motesledare', 'minnen-veckobrev', ['minnesanteckningar', ({ minutes }) => idOf(minutes)], async (person) => {
    await press(person, 'Veckobrev', 'Letter of the week');
    await person.page.getByRole('dialog').waitFor();
  }],
  ['fritidsledare', 'falt'],
  ['fritidsledare', 'falt-om-mig', ['falt'], async (person) => {
    await press(person, 'Mer att göra', 'More to do');
    await press(person, 'Vad sparas om mig', 'What is kept about me');
    await person.page.getByRole('checkbox').waitFor();
  }],
  ['fritidsledare', 'rapportera'],
  ['fritidsledare', 'rapportera-evenemang', ['rapportera'], async (person) => {
    await press(person, 'planerat evenemang', 'planned event');
    await press(person, 'Varje vecka', 'Every week');
  }],
  ['fritidsledare', 'rapportera-ifylld', ['rapportera'], async (person) => {
    await press(person, 'Oro', 'Worry');
    await press(person, 'oro för unga', 'concern for young');
    await press(person, 'Jordbro', 'Jordbro');
    await person.page.locator('textarea').fill('Bilen ABC 123, ring 070-1740605.');
  }],
];

/** And when the meeting is open and a unit has its assignment. */
const after = [
  ['motesledare', 'mote-oppet', ['mote']],
  ['motesledare', 'mote-laget-runt', ['mote', 'laget-runt'], (person) => press(person, 'Lägg till pass', 'Add a shift')],
  ['motesledare', 'mote-upplasning', ['mote', 'upplasning'], (person) => press(person, 'Avsluta mötet', 'Close the meeting')],
  ['samordnare', 'lage-mote', ['lage']],
  ['samordnare', 'insats', ['insats', ({ deployment }) => idOf(deployment)]],
  ['polis', 'insats-enheter', ['insats', ({ deployment }) => idOf(deployment)], async (person) => {
    await press(person, 'Lägg till enhet', 'Add a unit');
    const folded = person.page.getByText(/^(Fler enheter|More units)$/);
    if (await folded.count()) await folded.click();
    await person.page.getByText(/^(■ )?(stopp|stop)/).first().waitFor();
  }],
  ['samordnare', 'insats-stopp', ['insats', ({ deployment }) => idOf(deployment)], async (person) => {
    await press(person, 'Ändra', 'Change');
    await person.page.getByRole('button', { name: /^(Föreslå på nytt|Suggest anew)/ }).waitFor();
  }],
  ['samordnare', 'uppdrag', ['uppdrag', ({ assignment }) => idOf(assignment)]],
  ['samordnare', 'kvall-uppdrag', ['kvall'], (person) => person.page.getByRole('heading', { name: /^(Täckning|Coverage)/ }).waitFor()],
  ['samordnare', 'kvall-logg', ['kvall', () => 'logg'], (person) => person.page.locator('main table').first().waitFor()],
  ['samordnare', 'kvall-kort', ['kvall', () => 'kort-trygghetsvardar'], (person) => person.page.locator('main section').first().waitFor()],
  ['motesledare', 'kvall-avsluta', ['kvall'], (person) => press(person, 'Avsluta alla', 'End all')],
  ['trygghetsvard', 'falt-kort', ['falt']],
  ['trygghetsvard', 'falt-svar', ['falt'], async (person) => {
    await press(person, 'Kan inte', 'Cannot');
    await person.page.getByRole('dialog').waitFor();
  }],
];

/** Something of everything: what the views are shown with. */
async function contents({ server }) {
  const list = (...what) => server.samsyn('coordinator', ...what);
  const [incident] = await list('incident', 'list');
  const minutes = (await list('meeting', 'list')).find((one) => one.closeTime);
  return { incident, minutes };
}

/** Reports of the municipality for those named only: one that is proposed to be shared, one that the police got a part of. */
async function sharing(lead, host) {
  const RESTRICTED = { release: { releaseClass: 'RELEASE_CLASS_RESTRICTED' } };
  const restricted = await host.report('Okända samlas bakom skolan, flera kvällar i rad.', RESTRICTED);
  const shared = await lead.report('Hotfullt mot personalen i receptionen.', RESTRICTED);
  const decision = { organisations: [`${MUNICIPALITY}/organisations/polisen`], purpose: 'Planera kvällen', ground: 'forebygga-brott' };
  const release = (entity, more) => ({ municipality: MUNICIPALITY, ...more, release: { ...decision, entity: entity.name } });
  await host.call('AccessService/ReleaseEntity', release(restricted, { propose: true }));
  const part = release(shared);
  part.release.withheld = ['WITHHELD_TEXT', 'WITHHELD_PLACE'];
  part.release.expireTime = hours(7 * 24);
  await lead.call('AccessService/ReleaseEntity', part);
  return { restricted, shared };
}

async function decide({ server }) {
  const from = untilEvening();
  await server.samsyn('chair', 'meeting', 'open');
  const [problem] = await server.samsyn('coordinator', 'problem', 'list');
  const [deployment] = await server.samsyn(
    'coordinator', 'deployment', 'propose', '--aim', 'kvällen blir lugnare', '--kind', 'adult-presence', '--area', 'jordbro',
    '--from', hours(from), '--to', hours(from + 3), '--problem', problem.name, '--responsible', 'kommunen', '--due', hours(48),
    '--instruction', 'Gå rundan centrum, stationen, soprummen.', '--stops-suggested',
  );
  await server.samsyn('coordinator', 'deployment', 'commit', deployment.name, 'trygghetsvardar');
  await server.samsyn('chair', 'deployment', 'decide', deployment.name);
  const all = await server.samsyn('coordinator', 'assignment', 'list');
  return { deployment, assignment: all.find((one) => one.deployment === deployment.name) };
}

/** What is shown now, in both themes; at 200 % where the screen is a laptop's. */
async function look(person, name, { phone, faults }) {
  const { page } = person;
  // One fault does not hide those after it.
  const check = (checked) => checked.catch((error) => faults.push(`${name}: ${error.message}`));
  await person.settled();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await person.screenshot(`${name}-${colorScheme}`);
    // Its structure is the same in both.
    await check(person.accessible(page, colorScheme === 'light' ? undefined : ['color-contrast', 'link-in-text-block']));
  }
  if (phone) return;
  const size = page.viewportSize();
  await page.setViewportSize({ width: size.width / 2, height: size.height / 2 });
  await check(person.fits());
  await person.screenshot(`${name}-200`);
  await page.setViewportSize(size);
}

async function walk(views, person, known, how) {
  for (const [member, name, [view, id] = [name], act] of views) {
    const one = await person(member);
    // From elsewhere, and with no sheet left open.
    // The one on top first.
    for (const cross of (await one.page.locator('dialog .cross').all()).reverse()) await cross.click();
    await one.page.getByRole('dialog').waitFor({ state: 'detached' });
    await one.go('tillganglighet');
    await one.go(view, typeof id === 'function' ? id(known) : id);
    await act?.(one);
    await look(one, `${name}-${how.name}`, how);
  }
}

async function lookFromOutside(evening, how) {
  const stranger = await evening.person('', { ...how, join: false });
  stranger.expected.push(/401/);
  for (const [name, address] of [['login', ''], ['login-nekad', '#in=forfallen'], ['login-tillganglighet', '#/tillganglighet']]) {
    await stranger.page.goto('about:blank');
    await stranger.page.goto(`${evening.server.url}/${address}`);
    await stranger.page.locator('main h1').waitFor();
    await look(stranger, `${name}-${how.name}`, how);
  }
  await stranger.context.close();
}

/** The tests of one width. */
export function testViews(phone) {
  const screen = phone ? 'phone' : 'wide';
  const people = new Map();
  const personIn = (evening, language) => async (member) => {
    const key = `${member} ${language}`;
    if (!people.has(key)) people.set(key, await evening.person(member, { phone, language }));
    return people.get(key);
  };
  onFriday(`every view on a ${screen} screen is accessible, in both languages and themes`, async (evening) => {
    const faults = [];
    const languages = ['sv', 'en'].map((language) => ({ language, phone, faults, name: `${screen}-${language}` }));
    const known = await contents(evening);
    known.report = await (await personIn(evening, 'sv')('samordnare')).report('Krossad skyltfönsterruta vid torget.');
    Object.assign(known, await sharing(await personIn(evening, 'sv')('samordnare'), await personIn(evening, 'sv')('trygghetsvard')));
    assert.ok(known.incident && known.minutes);
    for (const how of languages) {
      await walk(before, personIn(evening, how.language), known, how);
      await lookFromOutside(evening, how);
    }
    Object.assign(known, await decide(evening));
    for (const how of languages) await walk(after, personIn(evening, how.language), known, how);
    if (faults.length > 0) assert.fail(faults.join('\n'));
  });
}
