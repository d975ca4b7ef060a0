/** A process that loads the artifacts: `node artifact-loader.ts ROOT STATE_DIRECTORY`. Prints the runtime's archive. */
import { loadArtifacts } from '../../control-plane/src/adapters/artifacts/load-artifacts.ts';

const [, , root = '', stateDir = ''] = process.argv;
const blobs = await loadArtifacts({ app: {} }, { root, stateDir });
console.log(blobs.get('runtime')?.localPath);
