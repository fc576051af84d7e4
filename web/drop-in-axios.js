const {axios} = window;
const button = document.getElementById('start');
const progress = document.getElementById('progress');
const message = document.getElementById('message');

button.addEventListener('click', async () => {
  try {
    const {data} = await axios.get('samples/sample-64MiB.bin', {
      responseType: 'blob',
      onDownloadProgress({loaded, total}) {
        progress.value = loaded / total * 100;
        message.textContent = `${Math.round(loaded / 1e6)} MB`;
      },
    });
    message.textContent = `Done: ${data.size} bytes.`;
  } catch {
    message.textContent = 'The download has failed.';
  }
});
