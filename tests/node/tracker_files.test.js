import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {mkdtemp, mkdir, readFile, rm, symlink, utimes, writeFile} from 'node:fs/promises';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe as suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {createTracker} from '../../js/tracker/index.js';
import {isPrivateAddress} from '../../js/tracker/file_info/private_addresses.js';
import {TestClient, decodeAll, describe, encode, rootOf} from './tracker_client.js';

const CLI = fileURLToPath(new URL('../../js/cli/peer5.js', import.meta.url));
const run = promisify(execFile);

/** SwarmErrorCode of core/wire. */
const CODE = {notFound: 0, notConfigured: 1, notShareable: 2, tooLarge: 3, originError: 4, busy: 5};

/**
 * An HTTP origin whose answers a test gives: `files[path]` is bytes, or a
 * function that answers.
 */
async function startOrigin(t, files = {}) {
  const seen = [];
  const server = http.createServer((request, response) => {
    seen.push({method: request.method, url: request.url, headers: request.headers});
    const file = files[request.url];
    if (typeof file === 'function') return file(request, response);
    if (!file) {
      response.writeHead(404);
      return response.end();
    }
    const etag = `"${createHash('sha1').update(file).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304);
      return response.end();
    }
    response.writeHead(200, {etag, 'content-length': file.length, 'content-type': 'video/mp4'});
    response.end(request.method === 'HEAD' ? undefined : file);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const gets = () => seen.filter(({method}) => method === 'GET').length;
  return {url: `http://127.0.0.1:${server.address().port}`, files, seen, gets, server};
}

async function start(t, options) {
  const tracker = await createTracker(options);
  await tracker.listen({port: 0});
  t.after(() => tracker.close({graceMs: 200}));
  return tracker;
}

async function open(t, tracker) {
  const client = await TestClient.open(tracker.url);
  t.after(() => client.socket.terminate());
  return client;
}

/** What a fresh client that joins by this URL is answered. */
async function joinUrl(t, tracker, url) {
  const client = await open(t, tracker);
  client.send(encode.joinUrl(url));
  return Promise.race([client.next('fileInfo', undefined, 20_000), client.next('error', undefined, 20_000)]);
}

async function scratch(t) {
  const dir = await mkdtemp(join(tmpdir(), 'peer5-test-'));
  t.after(() => rm(dir, {recursive: true, force: true}));
  return dir;
}

suite('vouching for an origin over HTTP', () => {
  test('FileInfo is that of the bytes, with the origin’s validator', async (t) => {
    const bytes = randomBytes(1_000_000);
    const origin = await startOrigin(t, {'/film.mp4': bytes});
    const tracker = await start(t, {origins: [origin.url]});
    const info = await joinUrl(t, tracker, `${origin.url}/film.mp4`);
    assert.equal(info.kind, 'fileInfo', info.text);
    const expected = describe(bytes, info.blockSize, info.chunkSize);
    assert.equal(info.blockSize, 65536);
    assert.equal(info.chunkSize, 16384);
    assert.deepEqual(info.hashes, expected.hashes);
    assert.deepEqual(info.id, expected.id);
    assert.equal(info.size, bytes.length);
    assert.equal(info.etag, `"${createHash('sha1').update(bytes).digest('hex')}"`);
    assert.equal(info.origin, `${origin.url}/film.mp4`);
    assert.equal(info.name, 'film.mp4');
    assert.equal(info.type, 'video/mp4');
    assert.equal(origin.seen[0].headers['accept-encoding'], 'identity');
  });

  test('a crowd that comes at once costs the origin one download', async (t) => {
    const origin = await startOrigin(t, {'/a': randomBytes(500_000)});
    const tracker = await start(t, {origins: [origin.url]});
    const answers = await Promise.all(Array.from({length: 10}, () => joinUrl(t, tracker, `${origin.url}/a`)));
    assert.ok(answers.every(({kind}) => kind === 'fileInfo'));
    assert.equal(origin.gets(), 1);
    assert.equal(tracker.stats().hashed, 1);
    assert.equal(tracker.stats().members, 10);
  });

  test('800-byte chunks in 1 MB blocks', async (t) => {
    const bytes = randomBytes(2_500_001);
    const origin = await startOrigin(t, {'/a': bytes});
    const tracker = await start(t, {origins: [origin.url], hashing: {blockSize: 1_000_000, chunkSize: 800}});
    const info = await joinUrl(t, tracker, `${origin.url}/a`);
    assert.deepEqual([info.blockSize, info.chunkSize], [1_000_000, 800]);
    assert.deepEqual(info.id, describe(bytes, 1_000_000, 800).id);
  });

  test('an empty resource, and one of which the length is not told', async (t) => {
    const bytes = randomBytes(1_500_000);
    const origin = await startOrigin(t, {
      '/chunked': (request, response) => response.writeHead(200) && response.write(bytes) | response.end(),
      '/empty': (request, response) => response.writeHead(200, {'content-length': 0}).end(),
    });
    const tracker = await start(t, {origins: [origin.url]});
    const chunked = await joinUrl(t, tracker, `${origin.url}/chunked`);
    assert.equal(chunked.size, bytes.length);
    assert.deepEqual(chunked.id, describe(bytes, chunked.blockSize, chunked.chunkSize).id);
    const empty = await joinUrl(t, tracker, `${origin.url}/empty`);
    assert.equal(empty.size, 0);
    assert.equal(empty.hashes.length, 0);
  });

  test('a large resource is hashed as a stream', async (t) => {
    const part = randomBytes(1 << 20);
    const parts = 192;
    const origin = await startOrigin(t, {
      '/large': async (request, response) => {
        response.writeHead(200, {'content-length': part.length * parts, 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT'});
        for (let i = 0; i < parts; ++i) {
          if (!response.write(part)) await once(response, 'drain');
        }
        response.end();
      },
    });
    const tracker = await start(t, {origins: [origin.url]});
    const before = process.memoryUsage().rss;
    const info = await joinUrl(t, tracker, `${origin.url}/large`);
    assert.equal(info.size, part.length * parts);
    assert.equal(info.hashes.length / 32, Math.ceil(info.size / info.blockSize));
    assert.deepEqual(info.hashes.subarray(0, 32), createHash('sha256').update(part.subarray(0, info.blockSize)).digest());
    assert.ok(process.memoryUsage().rss - before < 150 << 20);
  });

  test('a changed validator makes a new swarm, an unchanged one costs no download', async (t) => {
    const origin = await startOrigin(t, {'/a': randomBytes(100_000)});
    const tracker = await start(t, {origins: [origin.url], hashing: {revalidate: 0}});
    const first = await joinUrl(t, tracker, `${origin.url}/a`);
    const again = await joinUrl(t, tracker, `${origin.url}/a`);
    assert.deepEqual(again.id, first.id);
    assert.equal(origin.gets(), 1);
    assert.ok(origin.seen.some(({method}) => method === 'HEAD'));
    origin.files['/a'] = randomBytes(100_000);
    const changed = await joinUrl(t, tracker, `${origin.url}/a`);
    assert.notDeepEqual(changed.id, first.id);
    assert.deepEqual(changed.id, describe(origin.files['/a'], changed.blockSize).id);
    assert.notEqual(changed.etag, first.etag);
    assert.equal(origin.gets(), 2);
  });

  test('where HEAD is refused a conditional GET asks', async (t) => {
    const bytes = randomBytes(100_000);
    const lastModified = 'Mon, 01 Jan 2024 00:00:00 GMT';
    let bodies = 0;
    const origin = await startOrigin(t, {
      '/a': (request, response) => {
        if (request.method === 'HEAD') return response.writeHead(405).end();
        if (request.headers['if-modified-since'] === lastModified) return response.writeHead(304).end();
        ++bodies;
        response.writeHead(200, {'last-modified': lastModified, 'content-length': bytes.length}).end(bytes);
      },
    });
    const tracker = await start(t, {origins: [origin.url], hashing: {revalidate: 0}});
    await joinUrl(t, tracker, `${origin.url}/a`);
    assert.equal((await joinUrl(t, tracker, `${origin.url}/a`)).kind, 'fileInfo');
    assert.equal(bodies, 1);
  });

  test('an origin that dies later does not take the swarm with it', async (t) => {
    const origin = await startOrigin(t, {'/a': randomBytes(100_000)});
    const tracker = await start(t, {origins: [origin.url], hashing: {revalidate: 0}});
    const first = await joinUrl(t, tracker, `${origin.url}/a`);
    origin.files['/a'] = (request, response) => response.writeHead(503).end();
    assert.deepEqual((await joinUrl(t, tracker, `${origin.url}/a`)).id, first.id);
    origin.server.close();
    origin.server.closeAllConnections();
    assert.deepEqual((await joinUrl(t, tracker, `${origin.url}/a`)).id, first.id);
  });

  test('hashes in a directory outlive the tracker and are checked before use', async (t) => {
    const cacheDir = join(await scratch(t), 'cache');
    const origin = await startOrigin(t, {'/a': randomBytes(200_000)});
    const options = {origins: [origin.url], hashing: {cacheDir}};
    const first = await joinUrl(t, await start(t, options), `${origin.url}/a`);
    const second = await joinUrl(t, await start(t, options), `${origin.url}/a`);
    assert.deepEqual(second.id, first.id);
    assert.equal(origin.gets(), 1);
    origin.files['/a'] = randomBytes(200_000);
    const third = await joinUrl(t, await start(t, options), `${origin.url}/a`);
    assert.notDeepEqual(third.id, first.id);
    const smaller = {origins: [origin.url], hashing: {cacheDir, blockSize: 4096}};
    assert.equal((await joinUrl(t, await start(t, smaller), `${origin.url}/a`)).blockSize, 4096);
  });
});

suite('what is not vouched for', () => {
  const answering = (status, headers = {}, body = 'x') =>
    (request, response) => response.writeHead(status, headers).end(request.method === 'HEAD' ? '' : body);

  test('responses that are not for everyone, and why', async (t) => {
    const cases = {
      '/no-store': [answering(200, {'cache-control': 'max-age=5, No-Store'}), CODE.notShareable, /no-store/],
      '/private': [answering(200, {'cache-control': 'private="x"'}), CODE.notShareable, /private/],
      '/vary-cookie': [answering(200, {vary: 'Accept-Encoding, Cookie'}), CODE.notShareable, /cookie/],
      '/vary-all': [answering(200, {vary: '*'}), CODE.notShareable, /Vary: \*/],
      '/set-cookie': [answering(200, {'set-cookie': 'a=b'}), CODE.notShareable, /cookie/],
      '/gzip': [answering(200, {'content-encoding': 'gzip'}), CODE.notShareable, /gzip/],
      '/missing': [answering(404), CODE.notFound, /404/],
      '/secret': [answering(403), CODE.notShareable, /403/],
      '/broken': [answering(500), CODE.originError, /500/],
      '/part': [answering(206), CODE.notShareable, /206/],
      '/short': [(request, response) => {
        response.writeHead(200, {'content-length': 100});
        response.write('only this');
        setTimeout(() => response.destroy(), 20);
      }, CODE.originError, /could not be read/],
    };
    const origin = await startOrigin(t, Object.fromEntries(Object.entries(cases).map(([path, [f]]) => [path, f])));
    const tracker = await start(t, {origins: [origin.url]});
    for (const [path, [, code, text]] of Object.entries(cases)) {
      const answer = await joinUrl(t, tracker, `${origin.url}${path}`);
      assert.equal(answer.kind, 'error', path);
      assert.equal(answer.code, code, `${path}: ${answer.text}`);
      assert.match(answer.text, text, path);
    }
    assert.equal(tracker.stats().hashed, 0);
  });

  test('Vary on what browsers hardly differ in is fine', async (t) => {
    const origin = await startOrigin(t, {'/a': answering(200, {'vary': 'Origin, Accept-Encoding', 'cache-control': 'public, max-age=60'})});
    const tracker = await start(t, {origins: [origin.url]});
    assert.equal((await joinUrl(t, tracker, `${origin.url}/a`)).kind, 'fileInfo');
  });

  test('a failure is remembered for a while, then tried again', async (t) => {
    const origin = await startOrigin(t);
    const tracker = await start(t, {origins: [origin.url], hashing: {failedFor: 0.3}});
    for (let i = 0; i < 3; ++i) await joinUrl(t, tracker, `${origin.url}/late`);
    assert.equal(origin.seen.length, 1);
    origin.files['/late'] = randomBytes(1000);
    await new Promise((resolve) => setTimeout(resolve, 350));
    assert.equal((await joinUrl(t, tracker, `${origin.url}/late`)).kind, 'fileInfo');
  });

  test('resources that are too large, by their own word or not', async (t) => {
    const origin = await startOrigin(t, {
      '/honest': randomBytes(5000),
      '/endless': (request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(Buffer.alloc(1000)), 1);
        response.on('close', () => clearInterval(timer));
      },
    });
    const tracker = await start(t, {origins: [origin.url], hashing: {maxSize: 4000}});
    assert.equal((await joinUrl(t, tracker, `${origin.url}/honest`)).code, CODE.tooLarge);
    assert.equal((await joinUrl(t, tracker, `${origin.url}/endless`)).code, CODE.tooLarge);
  });

  test('an origin that takes too long', async (t) => {
    const origin = await startOrigin(t, {'/slow': (request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 50);
      response.on('close', () => clearInterval(timer));
    }});
    const tracker = await start(t, {origins: [origin.url], hashing: {timeout: 0.4}});
    const answer = await joinUrl(t, tracker, `${origin.url}/slow`);
    assert.equal(answer.code, CODE.originError);
    assert.match(answer.text, /too long/);
  });

  test('more than the queue holds is refused, the rest is hashed in turn', async (t) => {
    const files = Object.fromEntries(Array.from({length: 6}, (_, i) => [`/${i}`, (request, response) => {
      setTimeout(() => response.writeHead(200).end(`body ${i}`), 100);
    }]));
    const origin = await startOrigin(t, files);
    const tracker = await start(t, {origins: [origin.url], hashing: {parallel: 1, maxQueue: 2}});
    const answers = await Promise.all(Object.keys(files).map((path) => joinUrl(t, tracker, `${origin.url}${path}`)));
    assert.equal(answers.filter(({kind}) => kind === 'fileInfo').length, 3);
    assert.ok(answers.filter(({kind}) => kind === 'error').every(({code}) => code === CODE.busy));
  });
});

suite('nothing but the configured origins is visited', () => {
  test('other hosts, ports, schemes, paths and user names', async (t) => {
    const origin = await startOrigin(t, {'/films/a': randomBytes(10), '/other': randomBytes(10)});
    const tracker = await start(t, {origins: [`${origin.url}/films`]});
    const {port} = new URL(origin.url);
    const refused = [
      `${origin.url}/other`, `${origin.url}/films`, `${origin.url}/films/../other`, `${origin.url}/films/%2e%2e/other`,
      `http://localhost:${port}/films/a`, `http://127.0.0.1:${Number(port) + 1}/films/a`,
      `https://127.0.0.1:${port}/films/a`, `http://user@127.0.0.1:${port}/films/a`, 'file:///etc/passwd',
      'http://169.254.169.254/latest/meta-data/', 'gopher://127.0.0.1/', 'not a url', '//127.0.0.1/films/a',
    ];
    for (const url of refused) {
      const answer = await joinUrl(t, tracker, url);
      assert.equal(answer.code, CODE.notConfigured, url);
    }
    assert.equal(origin.seen.length, 0);
    assert.equal((await joinUrl(t, tracker, `${origin.url}/films/a`)).kind, 'fileInfo');
  });

  test('redirects are followed within the origins, and nowhere else', async (t) => {
    const inside = await startOrigin(t, {'/here': randomBytes(10)});
    const outside = await startOrigin(t, {'/there': randomBytes(10)});
    const to = (location) => (request, response) => response.writeHead(302, {location}).end();
    Object.assign(inside.files, {
      '/near': to('/here'), '/far': to(`${outside.url}/there`), '/loop': to('/loop'),
      '/file': to('file:///etc/passwd'), '/meta': to('http://169.254.169.254/'), '/none': (q, r) => r.writeHead(302).end(),
    });
    const tracker = await start(t, {origins: [inside.url]});
    assert.equal((await joinUrl(t, tracker, `${inside.url}/near`)).kind, 'fileInfo');
    for (const path of ['/far', '/loop', '/file', '/meta', '/none']) {
      assert.equal((await joinUrl(t, tracker, `${inside.url}${path}`)).code, CODE.notShareable, path);
    }
    assert.equal(outside.seen.length, 0);
  });

  test('a name that resolves to a private address is refused unless that is allowed', async (t) => {
    const origin = await startOrigin(t, {'/a': randomBytes(10)});
    const url = `http://localhost:${new URL(origin.url).port}`;
    const strict = await start(t, {origins: [{url, allowPrivate: false}]});
    const answer = await joinUrl(t, strict, `${url}/a`);
    assert.equal(answer.code, CODE.originError);
    assert.match(answer.text, /private address/);
    assert.equal(origin.seen.length, 0);
    const named = await start(t, {origins: [url]});
    assert.equal((await joinUrl(t, named, `${url}/a`)).kind, 'fileInfo');
    const byNumber = await start(t, {origins: [{url: origin.url, allowPrivate: false}]});
    assert.match((await joinUrl(t, byNumber, `${origin.url}/a`)).text, /private address/);
    assert.equal(origin.gets(), 1);
  });

  test('which addresses are private', () => {
    const secret = ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0',
      '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fe80::1%eth0', 'fd00::1', 'ff02::1', '::ffff:10.0.0.1',
      '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::a00:1', '2002:7f00:1::', 'not an address'];
    const open_ = ['1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'];
    assert.deepEqual(secret.filter((a) => !isPrivateAddress(a)), []);
    assert.deepEqual(open_.filter(isPrivateAddress), []);
  });
});

suite('an origin’s directory', () => {
  async function startWithDir(t) {
    const dir = await scratch(t);
    await mkdir(join(dir, 'site/sub'), {recursive: true});
    await writeFile(join(dir, 'secret.txt'), 'secret');
    await writeFile(join(dir, 'site/a file.html'), '<p>');
    await writeFile(join(dir, 'site/sub/b.bin'), randomBytes(70_000));
    await symlink(join(dir, 'secret.txt'), join(dir, 'site/link.txt'));
    const tracker = await start(t, {
      origins: [{url: 'https://cdn.example/files', dir: join(dir, 'site')}], hashing: {revalidate: 0},
    });
    return {dir: join(dir, 'site'), tracker};
  }

  test('is read instead of the network', async (t) => {
    const {dir, tracker} = await startWithDir(t);
    const info = await joinUrl(t, tracker, 'https://cdn.example/files/sub/b.bin');
    assert.equal(info.kind, 'fileInfo', info.text);
    assert.deepEqual(info.id, describe(await readFile(join(dir, 'sub/b.bin')), info.blockSize).id);
    const page = await joinUrl(t, tracker, 'https://cdn.example/files/a%20file.html');
    assert.equal(page.type, 'text/html');
    assert.equal(page.name, 'a file.html');
  });

  test('its validator is the time of change, as static servers send it', async (t) => {
    const {dir, tracker} = await startWithDir(t);
    await utimes(join(dir, 'sub/b.bin'), 1700000000.9, 1700000000.9);
    const info = await joinUrl(t, tracker, 'https://cdn.example/files/sub/b.bin');
    assert.equal(info.lastModified, 'Tue, 14 Nov 2023 22:13:20 GMT');
    await writeFile(join(dir, 'sub/b.bin'), randomBytes(70_000));
    const changed = await joinUrl(t, tracker, 'https://cdn.example/files/sub/b.bin');
    assert.notDeepEqual(changed.id, info.id);
  });

  test('gives nothing outside of it', async (t) => {
    const {tracker} = await startWithDir(t);
    for (const path of ['../secret.txt', '%2e%2e/secret.txt', '..%2fsecret.txt', 'sub/..%2f..%2fsecret.txt', 'link.txt',
      'sub', 'sub/', 'none', '%00', 'sub%5cb.bin', '']) {
      const answer = await joinUrl(t, tracker, `https://cdn.example/files/${path}`);
      assert.equal(answer.kind, 'error', path);
      assert.ok([CODE.notFound, CODE.notConfigured].includes(answer.code), `${path}: ${answer.code}`);
    }
  });
});

suite('the command line', () => {
  test('runs by itself, with what keeps a tracker small', async () => {
    const [first] = (await readFile(CLI, 'utf8')).split('\n');
    const [, program, argument] = /^#!(\S+) (.*)$/.exec(first);
    const {stdout} = await run(program, [argument, CLI, '--version']);
    assert.match(stdout, /^\d+\.\d+\.\d+$/m);
    assert.match(argument, /^-S MALLOC_ARENA_MAX=1 node --max-semi-space-size=1$/);
  });

  test('manifest writes FileInfo beside each file', async (t) => {
    const dir = await scratch(t);
    const bytes = randomBytes(300_000);
    await writeFile(join(dir, 'a.mp4'), bytes);
    await writeFile(join(dir, 'empty.bin'), '');
    const {stdout} = await run(process.execPath, [CLI, 'manifest', join(dir, 'a.mp4'), join(dir, 'empty.bin')]);
    const [info, ...rest] = decodeAll(await readFile(join(dir, 'a.mp4.peer5')));
    assert.deepEqual(rest, []);
    assert.equal(info.ref, 0);
    assert.equal(info.name, 'a.mp4');
    assert.equal(info.type, 'video/mp4');
    assert.deepEqual(info.id, describe(bytes, info.blockSize).id);
    assert.match(stdout, new RegExp(`^${info.id.toString('hex')} .*a\\.mp4\\.peer5$`, 'm'));
    const [empty] = decodeAll(await readFile(join(dir, 'empty.bin.peer5')));
    assert.deepEqual(empty.id, rootOf({...empty, hashes: Buffer.alloc(0)}));
  });

  test('manifest takes sizes and a place', async (t) => {
    const dir = await scratch(t);
    const bytes = randomBytes(2_000_100);
    await writeFile(join(dir, 'a'), bytes);
    const args = ['manifest', join(dir, 'a'), '--block-size', '1000000', '--chunk-size', '800', '--out', join(dir, 'm')];
    await run(process.execPath, [CLI, ...args]);
    const [info] = decodeAll(await readFile(join(dir, 'm')));
    assert.deepEqual(info.id, describe(bytes, 1_000_000, 800).id);
  });

  test('mistakes are told in words', async (t) => {
    const dir = await scratch(t);
    await writeFile(join(dir, 'a'), 'x');
    const failing = async (...args) => {
      const error = await run(process.execPath, [CLI, ...args]).then(() => assert.fail('succeeded'), (e) => e);
      assert.notEqual(error.code, 0);
      return error.stderr;
    };
    assert.match(await failing('manifest', join(dir, 'none')), /none/);
    assert.match(await failing('manifest', join(dir, 'a'), '--chunk-size', '300k', '--block-size', '1M'), /256 KiB/);
    assert.match(await failing('manifest', join(dir, 'a'), '--block-size', 'big'), /64k/);
    assert.match(await failing('tracker', '--origin', 'cdn.example'), /https:\/\/cdn\.example/);
    assert.match(await failing('tracker', '--turn', 'turn:a'), /turn-secret-file/);
    assert.match(await failing('tracker', '--cert', 'a.pem'), /--key/);
  });

  test('tracker serves, logs no addresses, and stops on a signal', async (t) => {
    const dir = await scratch(t);
    await writeFile(join(dir, 'a.bin'), randomBytes(1000));
    const child = spawn(process.execPath, [CLI, 'tracker', '--host', '127.0.0.1', '--port', '0', '--log-level', 'debug',
      '--origin', `https://cdn.example=${dir}`], {stdio: ['ignore', 'pipe', 'inherit']});
    t.after(() => child.kill('SIGKILL'));
    let log = '';
    const listening = new Promise((resolve) => child.stdout.on('data', (data) => {
      log += data;
      const url = /"url":"(ws:[^"]+)"/.exec(log)?.[1];
      if (url) resolve(url);
    }));
    const url = await listening;
    const info = await joinUrl(t, {url}, 'https://cdn.example/a.bin');
    assert.equal(info.size, 1000);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    assert.match(log, /hashed a resource/);
    assert.match(log, /socket open/);
    assert.doesNotMatch(log.replaceAll(url, ''), /127\.0\.0\.1/);
  });
});
