// What a page in TypeScript writes. It is compiled by ../types.test.js and never run.
import 'peer5/auto';
import peer5, {Request, RequestError, setGlobalOptions, type SwarmStateEvent} from 'peer5';
import type {FileInfo, GlobalOptions, RequestOptions, SourcesEvent} from 'peer5';

const settings: GlobalOptions = {tracker: 'wss://tracker.example', upLinkLimit: 1e6};
peer5.setGlobalOptions(settings);
setGlobalOptions({scope: {include: ['https://cdn.example/*'], minSize: 1e6}});

const options: RequestOptions = {strategy: 'server-friendly', downloadMode: 'hybrid'};
const request = new peer5.Request(options);
request.open('GET', '/big.file');
request.responseType = 'blobUrl';
request.onprogress = ({loadedHTTP, loadedP2P, loadedFS, loaded, total}) =>
  console.log(loadedHTTP, loadedP2P, loadedFS, loaded / total);
request.onload = event => console.log(event.loadedP2P, request.response);
request.onerror = ({error}) => {
  if (error instanceof RequestError) console.log(error.code, error.status, error.message);
};
request.addEventListener('progress', (event: SourcesEvent) => console.log(event.loadedP2P));
request.onswarmstatechange = ({numOfPeers, uploaded}) => console.log(numOfPeers + uploaded);
request.addEventListener('swarmstatechange', event => console.log((event as SwarmStateEvent).numOfPeers));
request.send();
request.setPlayback(0, 500_000);
const progress: number = request.getDownloaders()[0].progress;
const info: FileInfo | null = request.getFileInfo();
request.abort({leaveSwarm: true});

const share = new Request({downloadMode: 'p2p'});
share.open('POST');
share.send(new File([], 'notes.txt'));
if (share.status === peer5.Request.FILE_SIZE_ERR || share.status === Request.OUT_OF_SPACE_ERR) console.log(progress, info);

for (const {swarmId, numOfBlocks} of await peer5.getAllLocalResources()) console.log(swarmId, numOfBlocks);
peer5.getCompatabilityStatus(lacking => console.log(lacking.includes(peer5.DATACHANNELS_ERROR)));

// A drop-in has to pass for what it replaces, and for what code makes of it.
const native: XMLHttpRequest = request;
native.onprogress = (event: ProgressEvent) => console.log(event.loaded);
class Logged extends peer5.Request {
  open(method: string, url: string | URL) {
    console.log(method, url);
    super.open(method, url);
  }
}
new Logged().open('GET', '/small.file');

// @ts-expect-error: there is no such strategy
new peer5.Request({strategy: 'friendly'});
