/** Why P2P is low, a case a rule; and what the operator's addresses answer. */
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import http from 'node:http';
import {describe as suite, test} from 'node:test';
import {csvOf} from '../../js/tracker/dashboard/csv.js';
import {Refusals} from '../../js/tracker/dashboard/refusals.js';
import {whyLow} from '../../js/tracker/dashboard/why.js';
import {createTracker} from '../../js/tracker/index.js';
import {FLAG, TestClient, describe, encode} from './tracker_client.js';

const MB = 1_000_000;
const TOKEN = 'a token of the operator';

const member = (more = {}) => ({
  key: '00000000', browser: 'Chromium 120', country: '', asn: 0, seeder: false, uploads: true, metered: false,
  elsewhere: false, reported: true, obtainable: 0.5, downRate: 0, upRate: 0, blocks: 3, blockCount: 10, bytesHTTP: 0,
  bytesP2P: 0, bytesStored: 0, bytesUploaded: 0, ...more,
});
const edge = (a, b, state = 'open') => ({a, b, state, bytesAB: 0, bytesBA: 0, rttMs: 0});
/** A swarm of eight in which too little comes from peers, though nothing is wrong with it. */
const swarm = (more = {}) => ({
  peers: 8, seeders: 2, known: true, size: MB, bytesHTTP: 9 * MB, bytesP2P: MB, stun: true, turn: true, ...more,
});
const codes = (facts) => whyLow(facts).map(({code}) => code);
const text = (facts) => whyLow(facts).map((finding) => finding.text).join(' ');

suite('why P2P is low', () => {
  test('where it is not, nothing is said', () => {
    assert.deepEqual(codes(swarm({bytesP2P: 9 * MB, peers: 2, seeders: 0})), []);
  });
  test('before any bytes it is too early to blame the peers', () => {
    assert.deepEqual(codes(swarm({bytesHTTP: 0, bytesP2P: 0, peers: 2})), []);
  });
  test('the hashing service refused it: its reason, and what to do', () => {
    const facts = {peers: 0, seeders: 0, bytesHTTP: 0, bytesP2P: 0, known: false,
      refused: {reason: 'not-configured', message: 'this tracker does not vouch for this address'}};
    assert.equal(codes(facts)[0], 'no-file-info');
    assert.match(text(facts), /not-configured.*does not vouch.*--origin/);
    assert.match(text(swarm({refused: {reason: 'not-shareable', message: 'no-store'}})), /no longer told.*no-store/);
  });
  test('only pages bring its FileInfo', () => {
    assert.equal(codes(swarm({known: false}))[0], 'file-info-from-pages');
  });
  test('one visitor is alone, and nothing else matters', () => {
    assert.deepEqual(codes(swarm({peers: 1, seeders: 0})), ['alone']);
  });
  test('connections fail: between whom, and whether there is TURN', () => {
    const members = [member(), member({browser: 'Firefox 128'}), member(), member()];
    const edges = [edge(0, 1, 'failed'), edge(1, 2, 'failed'), edge(2, 3, 'failed'), edge(0, 3)];
    const facts = swarm({members, edges});
    assert.equal(codes(facts)[0], 'connections-fail');
    assert.match(text(facts), /3 of 4 connections failed, most between Chromium and Firefox\. A TURN server is/);
    assert.match(text({...facts, turn: false}), /No TURN server is configured/);
    const one = swarm({members, edges: [edge(0, 1, 'failed'), ...Array(9).fill(edge(2, 3))]});
    assert.ok(!codes(one).includes('connections-fail'));
  });
  test('nobody is connected', () => {
    const facts = swarm({members: [member(), member()], edges: [edge(0, 1, 'connecting')], stun: false});
    assert.equal(codes(facts)[0], 'not-connected');
    assert.match(text(facts), /No STUN server/);
  });
  test('most do not upload, or are on metered networks', () => {
    const members = [member({uploads: false}), member({metered: true}), member()];
    const facts = swarm({members, edges: [edge(0, 1)]});
    assert.equal(codes(facts)[0], 'uploads-off');
    assert.match(text(facts), /of 3, 1 have uploads off and 1 are on a metered network/);
    assert.ok(!codes(swarm({members: [...members, member()]})).includes('uploads-off'));
  });
  test('the origin does not offer byte ranges', () => {
    assert.equal(codes(swarm({ranges: false}))[0], 'no-ranges');
  });
  test('few are here at the same time', () => {
    assert.equal(codes(swarm({peers: 3}))[0], 'few-peers');
  });
  test('all are at the same place', () => {
    const same = member({obtainable: 0.01});
    assert.equal(codes(swarm({members: [same, same, same]}))[0], 'same-place');
    assert.ok(!codes(swarm({members: [same, member()]})).includes('same-place'));
  });
  test('the first copy has to come by HTTP', () => {
    assert.deepEqual(codes(swarm({size: 8 * MB})), ['first-copy']);
  });
  test('nobody has all of it', () => {
    assert.deepEqual(codes(swarm({seeders: 0})), ['nobody-has-all']);
  });
  test('where no rule fits, peers are slow, and how slow is said', () => {
    const facts = swarm({members: [member({upRate: 2000}), member({upRate: 3000})], edges: [edge(0, 1)]});
    assert.deepEqual(codes(facts), ['slow']);
    assert.match(text(facts), /5 kB\/s from 2/);
  });
  test('the most important comes first', () => {
    const members = [member({uploads: false}), member({uploads: false})];
    assert.deepEqual(codes(swarm({peers: 2, seeders: 0, members, edges: [edge(0, 1, 'failed')]})),
        ['connections-fail', 'uploads-off', 'few-peers', 'nobody-has-all']);
  });
});

test('CSV keeps texts together, and formulas are text', () => {
  assert.equal(csvOf(['a', 'b'], [{a: 'x,"y"\n', b: 1}, {a: '=1+1', b: -2}]), 'a,b\r\n"x,""y""\n",1\r\n\'=1+1,-2\r\n');
});

test('of refusals the latest are kept, the latest first', () => {
  const refusals = new Refusals();
  for (let i = 0; i < 150; ++i) refusals.note(`https://a.example/${i}`, {reason: 'not-found', message: '404'}, i);
  refusals.note('https://a.example/140', {reason: 'timeout', message: 'slow'}, 200);
  const list = refusals.list();
  assert.equal(list.length, 100);
  assert.deepEqual(list[0], {url: 'https://a.example/140', reason: 'timeout', message: 'slow', count: 2, at: 200});
  refusals.forget('https://a.example/140');
  assert.equal(refusals.of('https://a.example/140'), null);
});

suite('the operator\'s addresses', () => {
  async function start(t, options = {}) {
    const tracker = await createTracker({dashboardToken: TOKEN, ...options});
    await tracker.listen({port: 0});
    t.after(() => tracker.close({graceMs: 200}));
    const base = tracker.url.replace('ws:', 'http:');
    const ask = (path, token = TOKEN) =>
      fetch(`${base}/dashboard/${path}`, {headers: {authorization: `Bearer ${token}`}});
    const open = async (options) => {
      const client = await TestClient.open(tracker.url, options);
      t.after(() => client.socket.terminate());
      return client;
    };
    return {ask, open};
  }

  test('one swarm is shown with its members, its mesh and why little comes from peers', async (t) => {
    const {ask, open} = await start(t);
    const info = describe(randomBytes(300_000), 65536);
    const id = info.id.toString('hex');
    const sharer = await open({vendor: 2});
    sharer.send(encode.fileInfo({...info, name: '=a,b.bin'}), encode.joinId(info.id, FLAG.hasInfo | FLAG.seeder));
    await sharer.next('match');
    const taker = await open({network: 4});
    taker.send(encode.joinId(info.id, FLAG.p2pOnly, 3));
    await taker.next('match');
    const before = await (await ask(`swarm/${id}`)).json();
    assert.deepEqual(before.edges.map(({state}) => state), ['introduced']);
    taker.send(encode.sdp(taker.id, sharer.id, 0, 'a=candidate:1 1 udp 1 10.0.0.1 9 typ host'));
    taker.send(encode.reportFailed(info.id, [sharer.id]));
    await taker.next('health');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const answer = await ask(`swarm/${id}`);
    assert.equal(answer.headers.get('content-type'), 'application/json');
    const view = await answer.json();
    assert.equal(view.swarm.name, '=a,b.bin');
    assert.equal(view.members.length, 2);
    assert.deepEqual(view.members.map(({browser}) => browser).sort(), ['Chromium 120', 'Firefox 120']);
    assert.deepEqual(view.edges.map(({state}) => state), ['failed']);
    assert.equal(view.why[0].code, 'connections-fail');
    assert.ok(!JSON.stringify(view).includes('127.0.0.1'), 'no addresses');

    const csv = await ask(`swarm/${id}.csv`);
    assert.match(csv.headers.get('content-type'), /^text\/csv/);
    assert.equal((await csv.text()).trimEnd().split('\r\n').length, 3);
    const figures = await (await ask('figures')).json();
    assert.deepEqual(figures.connects.browsers, [{a: 'Chromium', b: 'Firefox', connected: 0, failed: 1}]);
    assert.deepEqual(figures.connects.candidates, [{a: 'none', b: 'host', connected: 0, failed: 1}]);
    assert.equal(figures.connects.places[0].clients, 2);
    assert.match(await (await ask('swarms.csv')).text(), /"'=a,b\.bin"/);
  });

  test('what is asked for and not shared is listed with the reason', async (t) => {
    const {ask, open} = await start(t);
    const client = await open();
    client.send(encode.joinUrl('https://elsewhere.example/film.mp4'));
    await client.next('error');
    const {unshared: [refusal]} = await (await ask('figures')).json();
    assert.equal(refusal.url, 'https://elsewhere.example/film.mp4');
    assert.equal(refusal.reason, 'not-configured');
    assert.match(refusal.why, /--origin/);
  });

  test('an origin without byte ranges is noticed when it is hashed', async (t) => {
    for (const ranges of ['', 'bytes']) {
      const server = http.createServer((_, response) => {
        response.writeHead(200, {'content-length': 4, 'etag': '"1"', ...ranges && {'accept-ranges': ranges}});
        response.end('abcd');
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
      t.after(() => server.close());
      const origin = `http://127.0.0.1:${server.address().port}`;
      const {ask, open} = await start(t, {origins: [origin]});
      for (const _ of [1, 2]) {
        const client = await open();
        client.send(encode.joinUrl(`${origin}/a.bin`));
        await client.next('fileInfo');
      }
      const {swarms: [{why}]} = await (await ask('figures')).json();
      assert.deepEqual(why.map(({code}) => code), ranges ? [] : ['no-ranges']);
    }
  });

  test('none answers without the token, nor for a swarm that is not there', async (t) => {
    const {ask} = await start(t);
    const id = '0'.repeat(64);
    for (const path of ['figures', 'swarms.csv', `swarm/${id}`, `swarm/${id}.csv`]) {
      assert.equal((await ask(path, 'wrong')).status, 401, path);
    }
    assert.equal((await ask(`swarm/${id}`)).status, 404);
    assert.equal((await ask(`swarm/${id}.csv`)).status, 404);
    assert.equal((await ask('swarm/xyz')).status, 404);
  });
});
