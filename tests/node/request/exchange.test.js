/** An exchange whose first bytes come before the engine is there. */
import assert from 'node:assert/strict';
import {before, test} from 'node:test';
import {Exchange, State} from '../../../js/request/exchange.js';
import {preview} from '../../../js/request/preview.js';

before(() => {
  globalThis.ProgressEvent ??= class extends Event {
    constructor(type, init) {
      super(type);
      Object.assign(this, init);
    }
  };
});

const HEAD = {status: 200, statusText: 'OK', url: 'https://site/file', headers: [], total: 4, fromInfo: false};
const bytes = text => new TextEncoder().encode(text);
const turn = () => new Promise(resolve => setTimeout(resolve));

/** @param {import('../../../js/request/exchange.js').Begin} begin */
function exchangeThat(begin) {
  const events = [];
  const owner = {
    fire: event => events.push(event.type), timeout: () => 0, responseType: () => 'text', mimeOverride: () => null,
  };
  return {exchange: new Exchange(owner, {begin, plain: null}), events};
}

test('the page hears of the first bytes before an engine is loaded', async () => {
  const heard = [];
  const early = {
    async watch(onResponse, onBytes) {
      onResponse(new Response('', {headers: {'content-length': '4'}}));
      onBytes(bytes('ab'));
      await new Promise(() => {});
    },
  };
  const {exchange, events} = exchangeThat(async sink => {
    await preview({wantChunks: true}, early, sink);
    heard.push(...events);
    return () => ({body: {size: 0}, pause() {}});
  });
  exchange.send();
  while (heard.length === 0) await turn();
  assert.deepEqual(heard, ['loadstart', 'readystatechange', 'readystatechange', 'progress']);
});

test('a piece between the preview and the transfer is told once, by the transfer', async () => {
  let piece;
  let began;
  const {exchange} = exchangeThat(async sink => {
    sink.head(HEAD);
    sink.chunk(bytes('ab'));
    sink.progress({loadedHTTP: 2, loadedP2P: 0, loadedFS: 0, total: 4});
    piece = () => sink.chunk(bytes('cd'));
    await turn();
    // Comes in the moment in which the transfer takes over.
    queueMicrotask(() => queueMicrotask(piece));
    return transferSink => {
      began = transferSink;
      transferSink.head(HEAD);
      transferSink.chunk(bytes('ab'));
      transferSink.chunk(bytes('cd'));
      transferSink.progress({loadedHTTP: 4, loadedP2P: 0, loadedFS: 0, total: 4});
      return {body: {size: 4}, pause() {}};
    };
  });
  exchange.send();
  while (!began) await turn();
  began.complete();
  while (exchange.state !== State.DONE) await turn();
  assert.equal(exchange.responseText, 'abcd');
});
