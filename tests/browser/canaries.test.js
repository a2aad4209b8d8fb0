// What a person may not know is not in the page either, nor in its memory or on its disk: a canary word in every kind
// of text, kept from a landlord in each way that there is; and with hostile words everywhere, nothing but words.
import assert from 'node:assert/strict';
import { device, inMemory, MUNICIPALITY, onFriday, until } from './fixture.js';

const AUTHORITY = { releaseClass: 'RELEASE_CLASS_AUTHORITY' };
const RESTRICTED = { releaseClass: 'RELEASE_CLASS_RESTRICTED' };
const PARTNER = { releaseClass: 'RELEASE_CLASS_PARTNER' };
const name = (kind, id) => `${MUNICIPALITY}/${kind}/${id}`;
const time = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
const views = [
  'lage', 'mote', 'kvall', 'rapportera', 'uppfoljning', 'minnesanteckningar', 'kallor', 'personer', 'installningar',
  'skarm', 'tillganglighet',
];

/** A deployment of the hosts, proposed by this person. */
function proposal(fields, problem) {
  return {
    municipality: MUNICIPALITY,
    deployment: {
      kind: 'KIND_ADULT_PRESENCE', areas: [name('areas', 'jordbro')], window: { startTime: time(0.5), endTime: time(3) }, problem,
      responsibleOrganisation: name('organisations', 'kommunen'), followUpDueTime: time(48), ...fields,
    },
  };
}

/** Writes a word everywhere; returns those that the landlord may not read, by what they are in. */
async function writeCanaries(police, coordinator, chair, meeting) {
  const words = {};
  const word = (what) => (words[what] = `kanarie${Object.keys(words).length + 1}x`);
  await police.report(word('myndighet'), { release: AUTHORITY });
  await police.report(word('namngivna'), { release: RESTRICTED });
  // Shared with one organisation, and with its purpose.
  const shared = await police.report(word('delad'), { release: RESTRICTED });
  await police.call('AccessService/ReleaseEntity', {
    municipality: MUNICIPALITY,
    release: { entity: shared.name, organisations: [name('organisations', 'kommunen')], purpose: word('ändamål'), ground: 'samtycke' },
  });
  // Had by the landlord, and taken back.
  const back = await police.report(word('återtagen'), { release: PARTNER });
  const reviewed = await coordinator.report(word('granskad'), { release: AUTHORITY });
  await coordinator.call('ReportService/ReviewReport', {
    name: reviewed.name, verdict: 'VERDICT_ACCEPT', note: word('granskarens'), noPersonalData: true,
  });
  const { problem } = await coordinator.call('ProblemService/CreateProblem', {
    municipality: MUNICIPALITY, problem: { statement: word('problem'), release: AUTHORITY },
  });
  await coordinator.call('DeploymentService/ProposeDeployment',
    proposal({ aim: word('syfte'), instruction: word('instruktion'), kind: 'KIND_TRAFFIC_CONTROL' }, problem.name));
  await police.call('MeetingService/AddRoundEntry', {
    name: meeting, entry: { kind: 'KIND_SAID', text: word('runda'), release: AUTHORITY },
  });
  await chair.call('MeetingService/AssessAreas', {
    name: meeting,
    levels: [{ area: name('areas', 'jordbro'), level: 'AREA_LEVEL_RED', reason: word('nivå'), reasonClass: AUTHORITY.releaseClass }],
  });
  await writeFieldNote(coordinator, chair, word('fältlogg'));
  return { words, back: back.name };
}

/** What a unit writes is for its organisation, the chair and the night lead, though all see the deployment. */
async function writeFieldNote(coordinator, chair, text) {
  const { problems } = await coordinator.call('ProblemService/ListProblems', { municipality: MUNICIPALITY });
  const open = problems.find((one) => one.release.releaseClass === PARTNER.releaseClass);
  const { deployment } = await coordinator.call('DeploymentService/ProposeDeployment', proposal({ aim: 'Lugnare kväll' }, open.name));
  const unit = name('units', 'trygghetsvardar');
  const { deployment: committed } = await coordinator.call('DeploymentService/CommitUnit', { name: deployment.name, unit });
  await chair.call('DeploymentService/DecideDeployment', { name: deployment.name, etag: committed.etag });
  const { assignments } = await coordinator.call('AssignmentService/ListAssignments', { municipality: MUNICIPALITY });
  const mine = assignments.find((one) => one.deployment === deployment.name);
  await coordinator.call('AssignmentService/AddFieldUpdate', {
    name: mine.name, text,
    stamp: {
      operationId: crypto.randomUUID(), deviceTime: time(0), definitionVersion: mine.definitionVersion,
      statusVersion: mine.statusVersion,
    },
  });
}

/** Everything that this browser keeps for the page outside its memory. */
function onDisk(page) {
  return page.evaluate(async () => {
    const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const key of await caches.keys()) {
      const cache = await caches.open(key);
      for (const request of await cache.keys()) texts.push(request.url, await (await cache.match(request)).text());
    }
    return texts.join('\n');
  });
}

onFriday('what a person may not know is nowhere in the page', async (evening) => {
  await evening.server.samsyn('chair', 'meeting', 'open');
  const [police, coordinator, chair, landlord] = await Promise.all([
    evening.person('polis'), evening.person('samordnare', { view: 'lage' }), evening.person('motesledare'),
    evening.person('forvaltare', { view: 'lage' }),
  ]);
  const { meetings } = await chair.call('MeetingService/ListMeetings', { municipality: MUNICIPALITY });
  const meeting = meetings.find((one) => one.phase === 'PHASE_FOLLOW_UP').name;
  for (const person of [police, landlord]) await person.call('MeetingService/JoinMeeting', { name: meeting });
  await chair.call('MeetingService/AdvanceMeeting', { name: meeting, phase: 'PHASE_ROUND' });
  const { words, back } = await writeCanaries(police, coordinator, chair, meeting);
  await landlord.page.getByText(words['återtagen']).first().waitFor();
  await police.call('AccessService/SetClass', { name: back, ...AUTHORITY });
  await landlord.page.getByText(words['återtagen']).first().waitFor({ state: 'detached' });
  // Changes come in their order: when the last is there, all are.
  const last = `sist av allt ${Date.now()}`;
  await police.report(last, { release: PARTNER });

  for (const person of [landlord, coordinator]) {
    await person.page.getByText(last).first().waitFor();
    for (const view of views) await person.go(view);
    await person.go('lage');
  }
  // That they are found at all shows where they may be.
  const found = (await inMemory(coordinator.page, 'kanarie')).join(' ');
  for (const what of ['myndighet', 'delad', 'granskad', 'granskarens', 'problem', 'syfte', 'instruktion', 'runda', 'nivå', 'fältlogg']) {
    assert.ok(found.includes(words[what]), `${what} is in the memory of who may know it`);
  }
  assert.ok(!found.includes(words['namngivna']), 'what is for the police alone');
  assert.notDeepEqual(await inMemory(landlord.page, last), []);
  await until('nothing is in the memory of who may not', async () => (await inMemory(landlord.page, 'kanarie')).length === 0);
  assert.ok(!(await onDisk(landlord.page)).includes('kanarie'));
});

/** It is nowhere in this browser: not shown, not in memory, not in what the page keeps, in no cache. */
async function gone(person, word) {
  for (const page of person.context.pages()) {
    await page.getByText(word).first().waitFor({ state: 'detached' });
    await until(`${word} is not kept`, async () => !(await device(page)).opened.includes(word));
    assert.ok(!(await onDisk(page)).includes(word), `${word} is not on the disk`);
    await until(`${word} is not in memory`, async () => (await inMemory(page, word)).length === 0);
  }
}

onFriday('what was shared and is taken back is nowhere in a browser that had it, open sheet and second tab included', async (evening) => {
  const [police, coordinator] = [await evening.person('polis'), await evening.person('samordnare', { view: 'lage' })];
  const word = 'kanarieaterkallad';
  const report = await police.report(`Bråk vid bryggan, ${word}.`, { release: RESTRICTED });
  const { release } = await police.call('AccessService/ReleaseEntity', {
    municipality: MUNICIPALITY,
    release: { entity: report.name, organisations: [name('organisations', 'kommunen')], purpose: 'Förebygga', ground: 'forebygga-brott' },
  });
  await coordinator.page.getByText(word).first().click();
  await coordinator.page.getByRole('dialog').getByText(word).waitFor();
  await coordinator.page.getByRole('dialog').getByText(/Delat av Polisen/).waitFor();
  const second = await coordinator.tab();
  await second.getByText(word).first().waitFor();
  assert.notDeepEqual(await inMemory(coordinator.page, word), []);
  await police.call('AccessService/RevokeRelease', { name: release.name });
  await gone(coordinator, word);
});

onFriday('a phone that was without network has nothing of what it may not see once it is back', async (evening) => {
  const police = await evening.person('polis');
  const phone = await evening.person('fritidsledare', { phone: true, view: 'falt' });
  phone.expected.push(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const word = 'kanarieskarpt';
  const report = await police.report(`Samling vid skolan, ${word}.`, { release: PARTNER });
  await until('the phone keeps it', async () => (await device(phone.page)).opened.includes(word));
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await phone.context.setOffline(true);
  await police.call('AccessService/SetClass', { name: report.name, ...AUTHORITY });
  await phone.page.reload();
  await phone.page.locator('main h1').first().waitFor();
  assert.ok((await device(phone.page)).opened.includes(word), 'without contact it has what it had');
  await phone.context.setOffline(false);
  await gone(phone, word);
});

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script></p>{{7*7}}';
const BACKWARDS = 'שלום abc';

/** Nothing of the hostile words has become part of the page. */
async function harmless(person) {
  assert.equal(await person.page.locator('img[src="x"], main script, dialog script').count(), 0);
  assert.doesNotMatch(await person.page.title(), /^[12]$/);
}

onFriday('hostile words are shown as words wherever they stand', async (evening) => {
  const coordinator = await evening.person('samordnare', { view: 'lage' });
  const { page } = coordinator;
  const { areas } = await coordinator.call('DirectoryService/ListAreas', { municipality: MUNICIPALITY });
  const handen = areas.find((one) => one.name.endsWith('/handen'));
  await coordinator.call('DirectoryService/UpsertArea', { etag: handen.etag, area: { ...handen, displayName: `Handen ${HOSTILE}` } });
  const { units } = await coordinator.call('DirectoryService/ListUnits', { municipality: MUNICIPALITY });
  const hosts = units.find((one) => one.name.endsWith('/trygghetsvardar'));
  await coordinator.call('DirectoryService/UpsertUnit', { etag: hosts.etag, unit: { ...hosts, displayName: `Värdar ${HOSTILE}` } });
  const { problem } = await coordinator.call('ProblemService/CreateProblem', {
    municipality: MUNICIPALITY, problem: { statement: `Problem ${HOSTILE}`, areas: [handen.name] },
  });
  const { deployment } = await coordinator.call('DeploymentService/ProposeDeployment', proposal(
    { aim: `Syfte ${HOSTILE}`, instruction: `Gör ${HOSTILE}`, areas: [handen.name] }, problem.name,
  ));
  const report = await coordinator.report(`Rapport ${HOSTILE} ${BACKWARDS}`, { area: handen.name });

  for (const [view, id, words] of [
    ['lage', '', `Rapport ${HOSTILE}`],
    ['lage', `rapport-${report.name.split('/').at(-1)}`, `Rapport ${HOSTILE}`],
    ['insats', deployment.name.split('/').at(-1), `Gör ${HOSTILE}`],
    ['rapportera', '', `Handen ${HOSTILE}`],
    ['personer', 'enheter', `Värdar ${HOSTILE}`],
    ['personer', 'omraden', `Handen ${HOSTILE}`],
  ]) {
    await coordinator.go(view, id);
    await page.getByText(words, { exact: false }).filter({ visible: true }).first().waitFor();
    await harmless(coordinator);
  }
  await page.getByRole('button', { name: /^Handen/ }).click();
  await page.locator('dialog .area-label').first().waitFor({ state: 'attached' });
  await harmless(coordinator);
  await page.keyboard.press('Escape');
  await coordinator.go('kvall');
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: /^(Sök plats|Search place)/ }).fill('onerror');
  await page.getByRole('option').first().waitFor();
  await harmless(coordinator);
});

onFriday('words that would make others look like something else are refused, and said why', async (evening) => {
  const person = await evening.person('polis', { view: 'rapportera' });
  person.expected.push(/400/);
  await person.page.getByRole('button', { name: /^ordning/i }).click();
  await person.page.getByRole('button', { name: 'Jordbro', exact: true }).click();
  // U+202E turns what follows the other way round.
  await person.page.getByLabel('Vad har hänt?').fill('Bråk vid stationen\u202etxet med');
  await person.page.getByRole('button', { name: 'Skicka rapporten' }).click();
  await person.page.getByText(/tecken som ändrar skrivriktningen/).waitFor();
  assert.equal(await person.page.getByRole('heading', { name: 'Rapporten är skickad' }).count(), 0);
});
