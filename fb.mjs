import {launch} from './tests/browser/harness/browsers.js';
import {World} from './tests/browser/harness/world.js';
const world = await World.create({bytesPerSecond: 5e6});
const browser = await launch('chromium');
const file = world.put({size: 8e6, headers: {'cache-control': 'no-cache'}, faults: {afterMs: +process.argv[2]||0}});
const med=a=>a.sort((x,y)=>x-y)[a.length>>1];
const out={};
for (let i=0;i<+(process.argv[3]||15);i++) for (const kind of ['xhr','fetch','ours','warm']) {
  const visitor = await world.visitor(browser);
  const r = await visitor.page.evaluate((url, kind) => new Promise(async (resolve) => {
    const t={};
    if (kind==='warm') { await fetch('data:,x').then(r=>r.text()); await new Promise(r=>setTimeout(r,50)); }
    if (kind==='fetch' || kind==='warm') {
      const start=performance.now();
      const p=fetch(url); t.called=performance.now()-start;
      const res=await p; t.head=performance.now()-start;
      const rd=res.body.getReader(); const {value}=await rd.read(); t.first=performance.now()-start; rd.cancel(); resolve(t); return;
    }
    const request = kind==='xhr' ? new XMLHttpRequest() : new peer5.Request();
    request.open('GET', url); request.responseType='arraybuffer';
    const of=window.fetch;
    const start=performance.now();
    request.onreadystatechange=()=>{ if(request.readyState===2) t.head=performance.now()-start; };
    request.onprogress=e=>{ if(!e.loaded) return; t.first=performance.now()-start; request.onprogress=null; request.abort(); resolve(t); };
    request.send(); t.called=performance.now()-start;
  }), file.url, kind);
  await visitor.leave();
  for (const k in r) ((out[kind]??={})[k]??=[]).push(r[k]);
}
for (const k in out) console.log(k, Object.fromEntries(Object.entries(out[k]).map(([n,a])=>[n,med(a).toFixed(1)])));
await browser.close(); await world.close(); process.exit(0);
