// From the name in the function's configuration to the handler: which file it is, how that is loaded, what can be wrong.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import {
  CallbackHandlerDeprecated,
  HandlerNotFound,
  ImportModuleError,
  MalformedHandlerName,
  MalformedStreamingHandler,
  UserCodeSyntaxError,
} from './errors.mjs';
import { letImportsSearchNodePath } from './node_path.mjs';
import { HttpResponseStream } from './stream.mjs';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const CALLBACKS_REMOVED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to ' +
  'modify this function to use a supported handler signature to use Node.js 24 or later. For more information see ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';
const ARGUMENTS_WITH_CALLBACK = 3;

// Errors name the module that required what is missing; on Lambda that is index.mjs.
const require = createRequire(new URL('index.mjs', import.meta.url));

// The version of Node.js that the function's runtime is named for, whichever one runs.
export const generation = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1] ?? 20);
// From 24 on the runtime is another one: it knows promises only.
export const promisesOnly = generation >= 24;

export async function loadHandler(root, name) {
  if (name.includes('..')) {
    throw new MalformedHandlerName(
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const base = path.basename(name);
  const folder = name.slice(0, name.indexOf(base));
  const dot = base.indexOf('.');
  if (dot < 0) {
    throw new MalformedHandlerName('Bad handler');
  }
  provideGlobals();
  await letImportsSearchNodePath(root, generation);
  const module = await loadModule(root, folder, base.slice(0, dot));
  const handler = exported(module, base.slice(dot + 1));
  if (!handler) {
    throw new HandlerNotFound(`${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new HandlerNotFound(`${name} is not a function`);
  }
  if (promisesOnly && handler.length >= ARGUMENTS_WITH_CALLBACK && !streamingOf(handler)) {
    throw new CallbackHandlerDeprecated(CALLBACKS_REMOVED);
  }
  return handler;
}

// How a handler wants its response streamed; null where it doesn't.
export function streamingOf(handler) {
  const mode = handler[STREAMING];
  if (mode === undefined || mode === null || mode === false) {
    return null;
  }
  if (mode !== 'response') {
    throw new MalformedStreamingHandler('Only response streaming is supported.');
  }
  return { highWaterMark: Number.parseInt(handler[HIGH_WATER_MARK], 10) || undefined };
}

function provideGlobals() {
  if (!['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) {
    globalThis.awslambda = { streamifyResponse, HttpResponseStream };
  }
}

function streamifyResponse(handler, options) {
  handler[STREAMING] = 'response';
  if (typeof options?.highWaterMark === 'number') {
    handler[HIGH_WATER_MARK] = options.highWaterMark;
  }
  return handler;
}

function exported(module, name) {
  const within = (object) => name.split('.').reduce((nested, key) => nested?.[key], object);
  return within(module) || (promisesOnly ? within(module?.default) : undefined);
}

async function loadModule(root, folder, name) {
  try {
    const file = path.resolve(root, folder, name);
    const loaded = promisesOnly ? await importFirst(file) : await loadFirst(file);
    return loaded || require(require.resolve(name, { paths: [root, folder] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new UserCodeSyntaxError(error);
    }
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw new ImportModuleError(error);
    }
    throw error;
  }
}

async function importFirst(file) {
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const module = await tryImport(file + extension);
    if (module) {
      return module;
    }
  }
  return undefined;
}

// The order in which the runtimes up to nodejs22.x look: `.js` is what the nearest package.json says.
async function loadFirst(file) {
  const asModule = saysModule(path.dirname(file));
  return (
    tryRequire(file) ||
    (!asModule && tryRequire(`${file}.js`)) ||
    (asModule && (await tryImport(`${file}.js`))) ||
    (await tryImport(`${file}.mjs`)) ||
    tryRequire(`${file}.cjs`)
  );
}

function tryRequire(file) {
  return existsSync(file) ? require(file) : undefined;
}

async function tryImport(file) {
  return existsSync(file) ? import(pathToFileURL(file).href) : undefined;
}

function saysModule(folder) {
  if (path.basename(folder) === 'node_modules') {
    return false;
  }
  const file = path.join(folder, 'package.json');
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file))?.type === 'module';
    } catch (error) {
      console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error);
      return false;
    }
  }
  const above = path.dirname(folder);
  return above !== folder && saysModule(above);
}
