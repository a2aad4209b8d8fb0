// The stock browser client, @connectrpc/connect-web as npm has it, against a real samsynd: unary calls, server
// streams, deadlines, abort, rich errors, log-in, and a server that stops.
//   SAMSYND=…/samsynd ROOT=… node --test connect_web.test.js        in the directory that has its packages
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const { SAMSYND, ROOT } = process.env;
// The packages of the page (clients/web), by the directory in which this runs.
const require = createRequire(join(process.cwd(), '/'));
const { createFileRegistry, fromBinary } = require('@bufbuild/protobuf');
const { FileDescriptorSetSchema } = require('@bufbuild/protobuf/wkt');
const { Code, ConnectError, createClient } = require('@connectrpc/connect');
const { createGrpcWebTransport } = require('@connectrpc/connect-web');

const MUNICIPALITY = 'municipalities/0136';
const scratch = mkdtempSync(join(tmpdir(), 'samsyn-connect-web-'));
let registry, server, url;

async function freePort() {
  const listening = createServer();
  await new Promise((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address();
  await new Promise((resolve) => listening.close(resolve));
  return port;
}

async function until(what, ask, millis = 60_000) {
  for (const end = Date.now() + millis; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (await ask()) return;
    assert.ok(Date.now() < end, `not in time: ${what}`);
  }
}

/** The contract, described by protoc, as messages and services at run time. */
function contract() {
  const file = join(scratch, 'contract');
  const services = ['access', 'report', 'watch', 'admin', 'error_reason'].map((name) => `samsyn/v1/${name}.proto`);
  execFileSync('protoc', ['-I', join(ROOT, 'proto'), '--include_imports', `--descriptor_set_out=${file}`,
    ...services, 'google/rpc/error_details.proto']);
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(file)));
}

async function start() {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = spawn(SAMSYND, ['--demo', 'haninge', '--data', join(scratch, 'data'), '--listen', `127.0.0.1:${await freePort()}`,
    '--web', `127.0.0.1:${port}`], { stdio: 'ignore' });
  await until('samsynd answers', () => fetch(`${url}/healthz`).then((answer) => answer.ok, () => false));
}

async function stop() {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  return ended;
}

const token = (name) => readFileSync(join(scratch, 'data', 'tokens', name), 'utf8').trim();

/** A client of a service, with the cookie that a browser would send. */
function client(service, cookie, options = {}) {
  const transport = createGrpcWebTransport({
    baseUrl: url,
    fetch: (input, init) => {
      const headers = new Headers(init.headers);
      if (cookie) headers.set('cookie', `__Host-samsyn=${cookie}`);
      return fetch(input, { ...init, headers, redirect: 'error' });
    },
    ...options,
  });
  return createClient(registry.getService(`samsyn.v1.${service}`), transport);
}

async function refused(promise) {
  const error = await promise.then(() => assert.fail('it was not refused'), (thrown) => thrown);
  assert.ok(error instanceof ConnectError, String(error));
  return error;
}

const detail = (error, type) => error.findDetails(registry.getMessage(`google.rpc.${type}`))[0];
const category = (name) => registry.getEnum('samsyn.v1.Category').values.find((value) => value.name === `CATEGORY_${name}`).number;
const watchers = async () => Number(/^samsyn_watchers (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())[1]);

before(async () => {
  registry = contract();
  await start();
});
after(async () => {
  if (server.exitCode === null) await stop();
  rmSync(scratch, { recursive: true, force: true });
});

test('a unary call', async () => {
  const me = await client('AccessService', token('chair')).whoAmI({});
  assert.equal(me.organisation.name, `${MUNICIPALITY}/organisations/kommunen`);
  assert.ok(me.revision > 0n);
});

test('a write, and the same again', async () => {
  const reports = client('ReportService', token('landlord'));
  const request = {
    requestId: randomUUID(), municipality: MUNICIPALITY,
    report: { category: category('VANDALISM'), text: 'Krossad ruta, åäö €' },
  };
  const first = await reports.submitReport(request);
  assert.equal(first.report.text, 'Krossad ruta, åäö €');
  const again = await reports.submitReport(request);
  assert.equal(again.report.name, first.report.name);
  assert.equal(again.revision, first.revision);
});

test('errors are rich, and in the language that was asked for', async () => {
  const nobody = await refused(client('AccessService').whoAmI({}));
  assert.equal(nobody.code, Code.Unauthenticated);
  assert.equal(detail(nobody, 'ErrorInfo').reason, 'NO_IDENTITY');

  const reports = client('ReportService', token('landlord'));
  const wrong = { municipality: MUNICIPALITY, report: { text: 'x'.repeat(4001), severity: 99 } };
  const error = await refused(reports.submitReport(wrong, { headers: { 'accept-language': 'sv' } }));
  assert.equal(error.code, Code.InvalidArgument);
  assert.equal(detail(error, 'ErrorInfo').reason, 'INVALID_FIELDS');
  assert.ok(detail(error, 'BadRequest').fieldViolations.length >= 3, 'all fields at once');
  assert.equal(detail(error, 'LocalizedMessage').locale, 'sv');
  assert.match(error.rawMessage, /[åäö]/);

  const missing = await refused(reports.getReport({ name: `${MUNICIPALITY}/reports/none` }));
  assert.equal(missing.code, Code.NotFound);
});

test('what the caller writes into headers counts for nothing', async () => {
  const access = client('AccessService', token('landlord'));
  const me = await access.whoAmI({}, { headers: { authorization: `Bearer ${token('coordinator')}`, 'samsyn-member': 'x' } });
  assert.equal(me.organisation.kind, (await access.whoAmI({})).organisation.kind);
  assert.notEqual(me.organisation.name, `${MUNICIPALITY}/organisations/kommunen`);
  const error = await refused(client('AccessService').whoAmI({}, { headers: { authorization: `Bearer ${token('coordinator')}` } }));
  assert.equal(error.code, Code.Unauthenticated);
});

test('a deadline', async () => {
  const reports = client('ReportService', token('chair'));
  const begin = Date.now();
  const error = await refused(reports.listReports({ municipality: MUNICIPALITY, minRevision: 1_000_000n }, { timeoutMs: 300 }));
  assert.equal(error.code, Code.DeadlineExceeded);
  assert.ok(Date.now() - begin < 5000);
});

test('the whole picture, then what changes', async () => {
  const abort = new AbortController(); // Without it the client leaves the stream open when nobody reads on.
  const seen = new Set();
  let written;
  for await (const piece of client('WatchService', token('chair')).watch({ municipality: MUNICIPALITY }, { signal: abort.signal })) {
    for (const entity of piece.upserted) seen.add(entity.entity.value?.name);
    if (piece.current && !written) {
      assert.ok(seen.size > 100, `${seen.size} entities`);
      written = client('ReportService', token('landlord')).submitReport({
        requestId: randomUUID(), municipality: MUNICIPALITY,
        report: { category: category('THEFT'), text: 'Cykel' },
      });
    }
    if (written && seen.has((await written).report.name)) break;
  }
  abort.abort();
  await until('the stream has ended at the server', async () => (await watchers()) === 0);
});

test('an abort ends the call at the server', async () => {
  const abort = new AbortController();
  const stream = client('WatchService', token('chair')).watch({ municipality: MUNICIPALITY }, { signal: abort.signal });
  const error = await refused((async () => {
    for await (const piece of stream) {
      if (!piece.current) continue;
      assert.equal(await watchers(), 1);
      abort.abort();
    }
  })());
  assert.equal(error.code, Code.Canceled);
  await until('the stream has ended at the server', async () => (await watchers()) === 0);
});

test('an error instead of a stream', async () => {
  const error = await refused((async () => {
    for await (const piece of client('WatchService').watch({ municipality: MUNICIPALITY })) assert.fail(piece);
  })());
  assert.equal(error.code, Code.Unauthenticated);
  assert.equal(detail(error, 'ErrorInfo').reason, 'NO_IDENTITY');
});

test('a stream of large messages: a backup', async () => {
  let bytes = 0, last;
  for await (const piece of client('AdminService', token('coordinator')).backup({ municipality: MUNICIPALITY })) {
    bytes += piece.data.length;
    last = piece;
  }
  assert.ok(bytes > 100_000, `${bytes}`);
  assert.equal(last.sha256.length, 32);
});

test('what a browser cannot send is refused in words', async () => {
  const answer = await fetch(`${url}/samsyn.v1.ReportService/PushReports`,
    { method: 'POST', headers: { 'content-type': 'application/grpc-web+proto' }, body: new Uint8Array(5) });
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /grpc-status: 12\r\ngrpc-message: .*gRPC/);
});

test('fifty calls at once, over few connections', async () => {
  const access = client('AccessService', token('chair'));
  const all = await Promise.all(Array.from({ length: 50 }, () => access.whoAmI({})));
  assert.equal(new Set(all.map((me) => me.member.name)).size, 1);
});

test('a login link becomes a session, and ends', async () => {
  const access = client('AccessService', token('coordinator'));
  const { member } = await client('AccessService', token('field')).whoAmI({});
  const link = await access.createLoginLink({ requestId: randomUUID(), member: member.name });
  const login = await fetch(`${url}/session`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ link: link.secret, device: 'Node' }),
  });
  assert.equal(login.status, 200);
  const [, cookie] = /^__Host-samsyn=([^;]+);/.exec(login.headers.get('set-cookie'));
  const me = await client('AccessService', cookie).whoAmI({});
  assert.equal(me.member.name, member.name);
  const stream = client('WatchService', cookie).watch({ municipality: MUNICIPALITY });
  const ended = refused((async () => { for await (const piece of stream) assert.ok(piece); })());
  await until('the stream is open', async () => (await watchers()) === 1);
  const out = await fetch(`${url}/session`, { method: 'DELETE', headers: { cookie: `__Host-samsyn=${cookie}` } });
  assert.equal(out.headers.get('clear-site-data'), '"cache", "storage"');
  assert.equal((await ended).code, Code.Unauthenticated);
  assert.equal((await refused(client('AccessService', cookie).whoAmI({}))).code, Code.Unauthenticated);
});

test('a server that stops tells its streams', async () => {
  const stream = client('WatchService', token('chair')).watch({ municipality: MUNICIPALITY });
  const ended = refused((async () => { for await (const piece of stream) assert.ok(piece); })());
  await until('the stream is open', async () => (await watchers()) === 1);
  assert.equal(await stop(), 0);
  const error = await ended;
  assert.equal(error.code, Code.Unavailable);
  assert.equal(detail(error, 'ErrorInfo').reason, 'SHUTTING_DOWN');
});
