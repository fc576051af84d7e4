/** Shows the source of a script in the page that runs it, and has the strip count what it requests. */
import {watchAll} from './figures.js';

watchAll();

const script = /** @type {HTMLScriptElement} */ (document.querySelector('script[data-of]'));
const text = await fetch(/** @type {string} */ (script.dataset.of)).then(response => response.text(),
  () => 'It could not be loaded.');
/** @type {HTMLElement} */ (document.getElementById('source')).textContent = text;
