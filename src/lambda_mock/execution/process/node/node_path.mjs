// Lambda's Node.js, from 18 on, looks for imported packages in the folders of NODE_PATH, too; Node.js itself only for
// required ones. This module is the hook that does it, and the way to install it.

import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const FIRST_GENERATION = 18;
const folders = (process.env.NODE_PATH ?? '').split(path.delimiter).filter(Boolean);

// Costs some milliseconds, and so nothing where there is nothing to find.
export async function letImportsSearchNodePath(root, generation) {
  const further = folders.filter((folder) => folder !== root && existsSync(folder));
  if (generation >= FIRST_GENERATION && further.length > 0 && module.register) {
    module.register(import.meta.url);
  }
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^(\.{0,2}\/|[\w-]+:)/.test(specifier)) {
      throw error;
    }
    for (const folder of folders.filter((candidate) => path.basename(candidate) === 'node_modules')) {
      try {
        return await next(specifier, { ...context, parentURL: pathToFileURL(path.join(folder, '..', '_')).href });
      } catch {
        // perhaps in the next one
      }
    }
    throw error;
  }
}
