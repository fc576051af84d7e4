/** A received file in the list: its name, what can be done with it, and a look at it. */
import {megabytes} from '../words.js';
import {blobOf, passiveType, saveFile} from './save.js';

/** Larger images and texts are saved, not shown. */
const MAX_IMAGE = 20 << 20;
const MAX_TEXT = 100 << 10;

/** @typedef {import('./receiving.js').ReceivedFile} ReceivedFile */

/** @param {string} name @param {() => Promise<void>} action @param {boolean} main */
function button(name, action, main) {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = name;
  element.classList.toggle('main', main);
  element.addEventListener('click', async () => {
    element.disabled = true;
    await action();
    element.disabled = false;
  });
  return element;
}

/**
 * @param {ReceivedFile} file
 * @param {{alone: boolean, say: (text: string, bad?: boolean) => void}} options alone: there is
 *   no other, so it is shown if it can be
 */
export function fileItem(file, {alone, say}) {
  const item = document.createElement('li');
  const name = document.createElement('span');
  name.className = 'file-name';
  name.textContent = `${file.path} (${megabytes(file.size)})`;
  const save = button('Save', () => saveFile(file).then(
    saved => { if (saved) say(`Saved: ${file.path}.`); },
    error => say(`It could not be saved: ${error.message}`, true)), alone);
  save.setAttribute('aria-label', `Save ${file.path}`);
  const buttons = document.createElement('div');
  buttons.className = 'buttons';
  buttons.append(save);
  item.append(name, buttons);
  if (alone) void showPreview(file, item, buttons, say);
  return item;
}

/** @param {ReceivedFile} file @param {Element} item @param {Element} buttons @param {(text: string, bad?: boolean) => void} say */
async function showPreview(file, item, buttons, say) {
  const type = passiveType(file.type);
  if (type === 'text/plain' && file.size <= MAX_TEXT) {
    const text = await (await blobOf(file)).text();
    const shown = document.createElement('pre');
    shown.className = 'text';
    shown.tabIndex = 0;
    shown.textContent = text;
    item.append(shown);
    addCopy(buttons, () => navigator.clipboard.writeText(text), say);
  } else if (type.startsWith('image/') && file.size <= MAX_IMAGE) {
    const blob = await blobOf(file);
    const image = document.createElement('img');
    image.src = URL.createObjectURL(blob);
    image.alt = `Preview of ${file.path}`;
    item.append(image);
    if (type === 'image/png') {
      addCopy(buttons, () => navigator.clipboard.write([new ClipboardItem({[type]: blob})]), say);
    }
  }
}

/** @param {Element} buttons @param {() => Promise<void>} write @param {(text: string, bad?: boolean) => void} say */
function addCopy(buttons, write, say) {
  if (!navigator.clipboard) return;
  buttons.append(button('Copy', () => write().then(() => say('Copied to the clipboard.'),
    () => say('This browser does not let pages copy that.', true)), false));
}
