import assert from 'node:assert/strict';
import {describe as suite, test} from 'node:test';
import {HOLD_MS, Outbox} from '../../js/tracker/outbox.js';

/** An outbox, its time in the test's hands, and what it has written. */
function start(t) {
  t.mock.timers.enable({apis: ['setTimeout']});
  let now = 1000;
  const written = [];
  const outbox = new Outbox((box, parts, bytes) => {
    const text = Buffer.concat(parts).toString();
    assert.equal(bytes, text.length);
    written.push(`${box.name}: ${text}`);
  }, () => now);
  const box = name => ({name, outgoing: null, outgoingBytes: 0, due: false, heldUntil: 0});
  const pass = ms => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  const put = (to, text, canWait = false) => outbox.put(to, Buffer.from(text), canWait);
  return {outbox, box, pass, put, taken: () => written.splice(0)};
}

suite('an outbox', () => {
  test('what one turn has for a socket goes as one message, in order', t => {
    const {outbox, box, put, taken} = start(t);
    const [a, b] = [box('a'), box('b')];
    put(a, '1');
    put(b, '2');
    put(a, '3');
    assert.deepEqual(taken(), []);
    outbox.flush();
    assert.deepEqual(taken(), ['a: 13', 'b: 2']);
    outbox.flush();
    assert.deepEqual(taken(), []);
  });

  test('what can wait goes with what cannot', t => {
    const {outbox, box, pass, put, taken} = start(t);
    const a = box('a');
    put(a, 'match ', true);
    outbox.flush();
    assert.deepEqual(taken(), []);
    pass(HOLD_MS / 2);
    put(a, 'offer');
    outbox.flush();
    assert.deepEqual(taken(), ['a: match offer']);
    pass(2 * HOLD_MS);
    assert.deepEqual(taken(), []);
  });

  test('and goes alone when it has waited long enough', t => {
    const {box, pass, put, taken} = start(t);
    const [a, b] = [box('a'), box('b')];
    put(a, '1', true);
    pass(HOLD_MS / 2);
    put(b, '2', true);
    put(a, '3', true);
    pass(HOLD_MS / 2);
    assert.deepEqual(taken(), ['a: 13']);
    pass(HOLD_MS);
    assert.deepEqual(taken(), ['b: 2']);
    put(a, '4', true);
    pass(HOLD_MS);
    assert.deepEqual(taken(), ['a: 4']);
  });
});
