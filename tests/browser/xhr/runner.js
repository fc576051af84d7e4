/**
 * Runs in the page: each case with each class, and reports what was observed.
 */

const EVENTS = ['readystatechange', 'loadstart', 'progress', 'abort', 'error', 'load', 'timeout', 'loadend'];

/** Longer than any case lets its server wait. */
const SILENCE_MS = 2500;

/** An event as the log has it: the new readyState, or `type(loaded,total)`. */
function noteOf(xhr, event) {
  if (event.type === 'readystatechange') return xhr.readyState;
  return `${event.type}(${event.loaded},${event.total})`;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a case is given. */
export class Context {
  log = [];
  /** Most bytes that peers were said to have brought of one response. */
  loadedP2P = 0;

  constructor(XHR) {
    this.XHR = XHR;
  }

  /** The origin's one route. */
  r(query = '', origin = location.origin) {
    return `${origin}/r?${query}`;
  }

  sleep = sleep;

  note(...what) {
    this.log.push(...what);
  }

  /** A request whose events are logged, then shown to `hook`. */
  request(hook) {
    const xhr = new this.XHR();
    for (const type of EVENTS) {
      xhr.addEventListener(type, (event) => {
        this.note(noteOf(xhr, event));
        this.loadedP2P = Math.max(this.loadedP2P, event.loadedP2P ?? 0);
        hook?.(xhr, event, event.type === 'readystatechange' ? xhr.readyState : event.type);
      });
    }
    return xhr;
  }

  /** The same, with the events of its upload. */
  upload(hook) {
    const xhr = this.request(hook);
    for (const type of EVENTS.slice(1)) {
      xhr.upload.addEventListener(type, (event) => this.note(`upload.${noteOf(xhr, event)}`));
    }
    return xhr;
  }

  /** GETs and waits for the end. `set` may prepare the request after open(). */
  async get(query, {hook, set, before} = {}) {
    const xhr = this.request(hook);
    before?.(xhr);
    xhr.open('GET', this.r(query));
    set?.(xhr);
    xhr.send();
    await this.ended(xhr);
    return xhr;
  }

  /** Resolves once the request can fire no more: its loadend and a while, or a long silence. */
  async ended(xhr, {after = 100} = {}) {
    await new Promise((resolve) => {
      let silence = setTimeout(resolve, SILENCE_MS);
      for (const type of EVENTS) {
        xhr.addEventListener(type, () => {
          clearTimeout(silence);
          silence = setTimeout(resolve, SILENCE_MS);
          if (type === 'loadend') resolve(undefined);
        });
      }
    });
    await sleep(after);
  }

  /** What `action` throws: its name, or 'nothing'. */
  thrown(action) {
    try {
      action();
      return 'nothing';
    } catch (error) {
      return error.name;
    }
  }
}

/**
 * A body in pieces makes as many LOADING and progress events as the clock says:
 * of those only the first LOADING and the last progress event are compared.
 */
export function settle(log) {
  return log.filter((note, i) => {
    if (note === 3) return !log.slice(0, i).includes(3);
    return !/^progress/.test(note) || !log.slice(i + 1).some((next) => /^progress/.test(next));
  });
}

async function observe(oneCase, XHR) {
  const context = new Context(XHR);
  const before = globalThis.standinEngine?.downloads ?? 0;
  let result;
  try {
    result = await oneCase.run(context);
  } catch (error) {
    result = `threw ${error.name}: ${error.message}`;
  }
  return {
    log: oneCase.pieces ? settle(context.log) : context.log,
    result: result ?? null,
    served: (globalThis.standinEngine?.downloads ?? 0) - before,
  };
}

/**
 * @param {any[]} cases
 * @param {string[]} names
 * @param {Function} XHR
 */
export async function runCases(cases, names, XHR) {
  const report = {};
  for (const one of cases.filter(({name}) => names.includes(name))) {
    report[one.name] = await observe(one, XHR);
  }
  return JSON.parse(JSON.stringify(report));
}
