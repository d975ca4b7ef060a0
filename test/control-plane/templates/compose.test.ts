import { describe, expect, it } from 'vitest';
import { loadSite } from '../../../control-plane/src/adapters/yaml/load-site.ts';
import { type ComposeFile, composeFiles } from '../../../control-plane/src/core/compose-site.ts';
import { maskSecrets } from '../../../control-plane/src/core/secret.ts';
import { goldenFiles } from '../../support/golden-files.ts';
import { renderer } from '../../support/render-site.ts';
import { repositoryPath } from '../../support/repository-path.ts';

const sites = { 'compose-full': 'inventory/full.yaml', 'compose-five': 'test/cases/sites/five.yaml' };

describe.each(Object.entries(sites))('the compose form %s', (folder, inventory) => {
  it('is rendered as its golden files say', async () => {
    const { site } = await loadSite(repositoryPath(inventory));
    const actual = Object.fromEntries(composeFiles(site, renderer.renderTemplate).map((file) => [file.path, shown(file)]));
    expect(actual).toEqual(await goldenFiles(folder, actual));
  });
});

function shown(file: ComposeFile): string {
  return 'text' in file ? maskSecrets(file.text) : `copy of ${file.copyOf.slice(repositoryPath('').length)}\n`;
}
