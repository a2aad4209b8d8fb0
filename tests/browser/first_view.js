// First view on a slow phone with an empty cache: first_view.js [TIMES] prints the medians (tests/browser/by_hand).
// The profile is that of Lighthouse: 150 ms a round trip, 1.6 Mbit/s down, 750 kbit/s up, a processor a quarter as fast.
import { friday } from './fixture.js';

const times = Number(process.argv[2] ?? 5);
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const ends = [];
const evening = await friday({ after: (end) => ends.unshift(end) });

/** Milliseconds from the address to the shell, and to the whole picture. */
async function once() {
  const person = await evening.person('samordnare', { phone: true, join: false });
  const devtools = await person.context.newCDPSession(person.page);
  const link = await evening.server.loginLink('samordnare');
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', NETWORK);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  let bytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  const begin = performance.now();
  await person.page.goto(`${evening.server.url}/#in=${link}`, { waitUntil: 'commit' });
  await person.page.locator('main h1').waitFor();
  const shell = performance.now() - begin;
  await person.page.getByText(/direkt \d/).first().waitFor();
  const live = performance.now() - begin;
  await person.context.close();
  return { shell, live, bytes };
}

try {
  const all = [];
  for (let i = 0; i < times; i++) all.push(await once());
  const median = (pick) => all.map(pick).sort((a, b) => a - b)[Math.floor(all.length / 2)];
  console.log(`first view on a slow phone: the view after ${median((one) => one.shell).toFixed(0)} ms, live after ` +
    `${median((one) => one.live).toFixed(0)} ms, ${(median((one) => one.bytes) / 1000).toFixed(0)} kB files before it was live`);
} finally {
  for (const end of ends) await end();
}
