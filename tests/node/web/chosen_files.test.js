/** Files as people give them. */
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {droppedFiles, filesOf, pastedFiles} from '../../../web/lib/sharing/chosen_files.js';

const fileEntry = (fullPath, text) => ({isFile: true, fullPath,
  file: resolve => resolve(new File([text], fullPath.split('/').pop()))});

/** Gives its entries two at a time, as browsers do a hundred. */
const folderEntry = (fullPath, entries) => ({isFile: false, fullPath, createReader() {
  const left = [...entries];
  return {readEntries: resolve => resolve(left.splice(0, 2))};
}});

describe('chosen files', () => {
  test('a dropped folder comes with all that is in it, in its place', async () => {
    const entry = folderEntry('/album', [fileEntry('/album/1.jpg', 'a'), fileEntry('/album/2.jpg', 'b'),
      folderEntry('/album/more', [fileEntry('/album/more/3.jpg', 'c')]), folderEntry('/album/empty', [])]);
    const files = await droppedFiles({items: [{webkitGetAsEntry: () => entry}], files: []});
    assert.deepEqual(files.map(({path}) => path), ['album/1.jpg', 'album/2.jpg', 'album/more/3.jpg']);
    assert.equal(await files[2].file.text(), 'c');
  });

  test('where there are no entries, the files do', async () => {
    const files = [new File(['x'], 'x.txt')];
    assert.deepEqual(await droppedFiles({items: [{}], files}), [{path: 'x.txt', file: files[0]}]);
    assert.deepEqual(await droppedFiles({items: [{webkitGetAsEntry: () => null}], files}), [{path: 'x.txt', file: files[0]}]);
  });

  test('a chosen folder keeps its paths', () => {
    const file = Object.assign(new File([], 'x.txt'), {webkitRelativePath: 'album/x.txt'});
    assert.deepEqual(filesOf([file]), [{path: 'album/x.txt', file}]);
  });

  test('a pasted image goes before the text that comes with it', async () => {
    const image = new File(['x'], 'image.png', {type: 'image/png'});
    const data = {files: [image], getData: () => 'its address'};
    assert.deepEqual(pastedFiles(data).map(({path}) => path), ['image.png']);
    const [text] = pastedFiles({...data, files: []});
    assert.deepEqual([text.path, await text.file.text()], ['text.txt', 'its address']);
    assert.deepEqual(pastedFiles({files: [], getData: () => ''}), []);
  });
});
