import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ACTIONS} from '../../../js/engine/output.js';
import {RunLoop} from '../../../js/engine/run_loop.js';

const DISCONNECT = ACTIONS.findIndex(act => act.toString().includes('.disconnect('));
const settled = () => new Promise(resolve => setImmediate(resolve));

/** A core that answers each call with a deadline and Disconnect actions. */
class ScriptedCore {
  constructor() {
    this.client = {advance: () => this.output()};
    this.advanced = 0;
  }

  /** @param {number} deadline @param {number[]} peers to disconnect */
  output(deadline = Infinity, peers = []) {
    const bytes = Buffer.alloc(8 + 5 * peers.length);
    bytes.writeDoubleLE(deadline, 0);
    peers.forEach((peer, i) => {
      bytes.writeUInt8(DISCONNECT, 8 + 5 * i);
      bytes.writeUInt32LE(peer, 9 + 5 * i);
    });
    this.made = bytes;
    return 0;
  }

  out() {
    const view = new DataView(new Uint8Array(this.made).buffer);
    let at = 0;
    return {
      get done() { return at >= view.byteLength; },
      u8: () => view.getUint8(at++),
      u32: () => view.getUint32((at += 4) - 4, true),
      f64: () => view.getFloat64((at += 8) - 8, true),
    };
  }
}

function setUp({disconnect, quiet = () => {}}) {
  const core = new ScriptedCore();
  const broken = [];
  const loop = new RunLoop(core, {quiet, broken: error => broken.push(error)});
  loop.actors = {connections: {disconnect}};
  return {core, loop, broken};
}

test('all actions of an input are carried out before the next input', () => {
  const log = [];
  const {core, loop} = setUp({disconnect: peer => {
    log.push(`carry out ${peer}`);
    if (peer === 1) {
      loop.input(() => {
        log.push('second input');
        return core.output(Infinity, [3]);
      });
    }
  }});
  loop.input(() => core.output(Infinity, [1, 2]));
  assert.deepEqual(log, ['carry out 1', 'carry out 2', 'second input', 'carry out 3']);
});

test('an action that throws does not keep the next from it, and is heard of', async t => {
  const done = [];
  const {core, loop, broken} = setUp({disconnect: peer => {
    if (peer === 1) throw new Error('no such peer');
    done.push(peer);
  }});
  const heard = [];
  t.mock.method(globalThis, 'queueMicrotask', task => heard.push(task));
  loop.input(() => core.output(Infinity, [1, 2]));
  assert.deepEqual(done, [2]);
  assert.throws(heard[0], /no such peer/);
  assert.deepEqual(broken, []);
});

test('a core that fails is called no more', () => {
  const {core, loop, broken} = setUp({disconnect() {}});
  const error = new Error('unreachable');
  loop.input(() => {
    throw error;
  });
  loop.input(() => assert.fail('called'));
  assert.deepEqual(broken, [error]);
  assert.equal(loop.timer, undefined);
  assert.ok(core);
});

test('an input after the deadline advances the core first', () => {
  const {core, loop} = setUp({disconnect() {}});
  const log = [];
  core.client.advance = () => {
    log.push('advance');
    return core.output();
  };
  loop.input(() => core.output(performance.now() - 1));
  loop.input(() => {
    log.push('message');
    return core.output();
  });
  assert.deepEqual(log, ['advance', 'message']);
});

test('the timer goes off at the deadline, and a later one waits for the earlier', async t => {
  let clock = 1000;
  t.mock.method(performance, 'now', () => clock);
  t.mock.timers.enable({apis: ['setTimeout']});
  const tick = ms => {
    clock += ms;
    t.mock.timers.tick(ms);
  };
  const {core, loop} = setUp({disconnect() {}});
  let advanced = 0;
  core.client.advance = () => {
    ++advanced;
    return core.output(clock + 500);
  };
  loop.input(() => core.output(1100));
  tick(99);
  assert.equal(advanced, 0);
  tick(1);
  assert.equal(advanced, 1);
  loop.input(() => core.output(clock + 1000));
  tick(600);
  assert.equal(advanced, 1, 'the earlier timer only looked');
  tick(400);
  assert.equal(advanced, 2);
  loop.input(() => core.output(Infinity));
  tick(10_000);
  assert.equal(advanced, 2);
});

test('the core hears how late its timers go off, however many inputs come between', t => {
  let clock = 1000;
  t.mock.method(performance, 'now', () => clock);
  t.mock.timers.enable({apis: ['setTimeout']});
  const {core, loop} = setUp({disconnect() {}});
  const loads = [];
  core.client.advance = (_, load) => {
    loads.push(load);
    return core.output(clock + 10);
  };
  const busy = lateMs => {
    const due = clock + 10;
    clock = due + lateMs / 2;
    loop.input(() => core.output(clock + 10));
    clock = due + lateMs;
    t.mock.timers.tick(10 + lateMs);
  };
  loop.input(() => core.output(clock + 10));
  for (let i = 0; i < 50; ++i) busy(0);
  assert.equal(loads.at(-1), 0);
  for (let i = 0; i < 100; ++i) busy(400);
  assert.equal(loads.at(-1), 255);
});

test('Store actions find the bytes of their own input', async () => {
  const seen = [];
  const {core, loop} = setUp({disconnect: peer => {
    seen.push([peer, ...loop.source, loop.sourceIsHttp]);
    if (peer === 1) loop.input(() => core.output(Infinity, [2]), new Uint8Array([8]), true);
  }});
  loop.input(() => core.output(Infinity, [1, 3]), new Uint8Array([7]));
  loop.input(() => core.output(Infinity, [4]));
  assert.deepEqual(seen, [[1, 7, false], [3, 7, false], [2, 8, true], [4, false]]);
  await settled();
});

test('when nothing waits any more there is a last chance for inputs', () => {
  const log = [];
  let chances = 0;
  const {core, loop} = setUp({disconnect: peer => log.push(peer), quiet: () => {
    if (++chances === 1) loop.input(() => core.output(Infinity, [2]));
  }});
  loop.input(() => core.output(Infinity, [1]));
  assert.deepEqual(log, [1, 2]);
  assert.equal(chances, 2);
});
