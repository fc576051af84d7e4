const button = document.getElementById('start');
const progress = document.getElementById('progress');
const message = document.getElementById('message');

button.addEventListener('click', () => {
  const request = new XMLHttpRequest();
  request.open('GET', 'samples/sample-64MiB.bin');
  request.responseType = 'blob';
  request.onprogress = ({loaded, total}) => {
    progress.value = loaded / total * 100;
    message.textContent = `${Math.round(loaded / 1e6)} MB`;
  };
  request.onload = () => {
    message.textContent = `Done: ${request.response.size} bytes.`;
  };
  request.onerror = () => {
    message.textContent = 'The download has failed.';
  };
  request.send();
});
