// Memory of a page under 10 changes a second: soak.js [SECONDS] prints the heap of a page that shows the picture
// every minute (tests/browser/by_hand). Reports are amended, so that the picture itself does not grow.
import { friday, MUNICIPALITY } from './fixture.js';

const seconds = Number(process.argv[2] ?? 3600);
const REPORTS = 100;
const PERIOD_MS = 100;
const ends = [];
const evening = await friday({ after: (end) => ends.unshift(end) });
try {
  const writer = await evening.person('polis');
  const reader = await evening.person('samordnare', { view: 'lage' });
  const devtools = await reader.context.newCDPSession(reader.page);
  const reports = [];
  for (let i = 0; i < REPORTS; i++) reports.push(await writer.report(`uthållighet ${i}`));

  const begin = Date.now();
  let changes = 0;
  let printed = 0;
  while (Date.now() - begin < seconds * 1000) {
    const { name } = reports[changes % REPORTS];
    const report = { name, category: 'CATEGORY_DISORDER', area: `${MUNICIPALITY}/areas/brandbergen`, text: `uthållighet, ändring ${changes}` };
    await writer.call('ReportService/AmendReport', { report });
    changes++;
    const minutes = Math.floor((Date.now() - begin) / 60_000);
    if (changes === 1 || minutes > printed) {
      printed = minutes;
      await devtools.send('HeapProfiler.collectGarbage');
      const { usedSize } = await devtools.send('Runtime.getHeapUsage');
      const { nodes } = await devtools.send('Memory.getDOMCounters');
      console.log(`${String(minutes).padStart(4)} min  ${(usedSize / 1e6).toFixed(2)} MB heap  ${nodes} nodes  ${changes} changes`);
    }
    const wait = begin + changes * PERIOD_MS - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
} finally {
  for (const end of ends) await end();
}
