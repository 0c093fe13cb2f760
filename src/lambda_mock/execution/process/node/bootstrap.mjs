// What runs in a Node.js process instead of AWS's own runtime: it loads the user's handler and works off invocations.
// It speaks the Lambda Runtime API. What the handler and its callers see of it is what AWS's runtime shows them.

import { RuntimeApi } from './api.mjs';
import { patchConsole } from './console.mjs';
import { UnhandledPromiseRejection } from './errors.mjs';
import { loadHandler, streamingOf } from './handler.mjs';
import { Runtime } from './runtime.mjs';

const UNCAUGHT_EXCEPTION = 129;
const UNHANDLED_REJECTION = 128;

const api = new RuntimeApi(process.env.AWS_LAMBDA_RUNTIME_API);
const logError = patchConsole();
const runtime = new Runtime(api, logError);

async function dieOf(title, error, status) {
  logError(title, error);
  await runtime.report(error);
  process.exit(status);
}

process.on('uncaughtException', (error) => dieOf('Uncaught Exception', error, UNCAUGHT_EXCEPTION));
process.on('unhandledRejection', (reason, promise) =>
  dieOf('Unhandled Promise Rejection', new UnhandledPromiseRejection(reason, promise), UNHANDLED_REJECTION),
);
process.on('beforeExit', () => runtime.idle());

try {
  const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  await runtime.start(handler, streamingOf(handler));
} catch (error) {
  await dieOf('Uncaught Exception', error, UNCAUGHT_EXCEPTION);
}
