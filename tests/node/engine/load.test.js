import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Load} from '../../../js/engine/load.js';

/** In a page on a machine of so many cores. */
function inPage(t, {cores, hidden = false}) {
  for (const [name, value] of Object.entries({navigator: {hardwareConcurrency: cores}, document: {hidden}})) {
    const was = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, {configurable: true, value});
    t.after(() => was ? Object.defineProperty(globalThis, name, was) : delete globalThis[name]);
  }
}

function loadAfter(...latenesses) {
  const load = new Load();
  for (const late of latenesses) load.observe(late);
  return load.value;
}
const times = (count, value) => Array(count).fill(value);

test('a page whose timers are in time is idle, one whose timers are late is busy', t => {
  inPage(t, {cores: 4});
  assert.equal(loadAfter(), 0);
  assert.equal(loadAfter(...times(50, 0)), 0);
  assert.equal(loadAfter(...times(50, -0.5)), 0, 'timers may be early');
  const some = loadAfter(...times(50, 50));
  assert.ok(some > 120 && some < 130, String(some));
  assert.equal(loadAfter(...times(50, 200)), 255);
});

test('a machine with fewer cores is saturated sooner', t => {
  inPage(t, {cores: 1});
  assert.equal(loadAfter(...times(50, 30)), 255);
  inPage(t, {cores: 64});
  assert.ok(loadAfter(...times(50, 30)) < 64);
});

test('one long pause does not make a busy machine, and is forgotten', t => {
  inPage(t, {cores: 4});
  assert.ok(loadAfter(3_600_000) < 128);
  assert.equal(loadAfter(3_600_000, ...times(60, 0)), 0);
});

test('the lateness that browsers give to hidden pages does not count', t => {
  inPage(t, {cores: 4, hidden: true});
  assert.equal(loadAfter(...times(50, 900)), 0);
});
