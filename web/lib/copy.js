/** Gives each snippet a button that copies it, where the browser lets pages do that. */

const DONE_FOR_MS = 2000;

for (const snippet of navigator.clipboard ? document.querySelectorAll('pre') : []) {
  const name = document.getElementById(snippet.getAttribute('aria-labelledby') ?? '')?.textContent;
  const button = document.createElement('button');
  const label = () => { button.textContent = 'Copy'; };
  button.type = 'button';
  button.className = 'copy';
  button.setAttribute('aria-description', `the snippet “${name}”`);
  label();
  button.addEventListener('click', async () => {
    button.textContent = await navigator.clipboard.writeText(snippet.textContent ?? '')
      .then(() => 'Copied', () => 'Not allowed');
    setTimeout(label, DONE_FOR_MS);
  });
  snippet.after(button);
}
