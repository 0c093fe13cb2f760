// `console` as it is on Lambda: a line for each call, with the time, the request id and the level, or a JSON object.

import { writeSync } from 'node:fs';
import { format } from 'node:util';

import { asError, lineOf } from './errors.mjs';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR', fatal: 'FATAL' };
const STDOUT = 1;
const FRAME_TYPE = 0xa55a0000;
const FRAME_HEAD = 16;

// Under these names other libraries find them, too.
const REQUEST_ID = Symbol.for('aws.lambda.runtime.requestId');
const TENANT_ID = Symbol.for('aws.lambda.runtime.tenantId');

export function nameInvocation(requestId, tenantId) {
  globalThis[REQUEST_ID] = requestId;
  globalThis[TENANT_ID] = tenantId;
}

// Replaces the methods of `console`. What it returns logs an error that ended an invocation or the process.
export function patchConsole() {
  const write = writerOf(process.env._LAMBDA_TELEMETRY_LOG_FD);
  delete process.env._LAMBDA_TELEMETRY_LOG_FD;
  const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
  const lineOfCall = json ? jsonLine : textLine;
  const lowest = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase());
  for (const [method, level] of Object.entries(METHODS)) {
    const shown = level === 'FATAL' || LEVELS.indexOf(level) >= lowest;
    console[method] = shown ? (message, ...params) => write(lineOfCall(level, [message, ...params]), level) : () => {};
  }
  return json
    ? (_title, error) => console.error(asError(error))
    : (title, error) => console.error(title, `\t${lineOf(asError(error))}`);
}

function textLine(level, params) {
  return `${new Date().toISOString()}\t${globalThis[REQUEST_ID]}\t${level}\t${format(...params)}`;
}

function jsonLine(level, params) {
  const line = { timestamp: new Date().toISOString(), level, requestId: globalThis[REQUEST_ID] };
  if (globalThis[TENANT_ID] !== undefined) {
    line.tenantId = globalThis[TENANT_ID];
  }
  if (params.length > 1) {
    const error = params.find((param) => param instanceof Error);
    return JSON.stringify({ ...line, message: format(...params), ...(error && described(error)) });
  }
  const [message] = params;
  try {
    return JSON.stringify({ ...line, message }, (_key, value) =>
      value instanceof Error ? { ...described(value), ...value } : value,
    );
  } catch {
    return JSON.stringify({ ...line, message: format(message) });
  }
}

function described(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

// Lambda gives its runtimes a file descriptor that takes records in frames, which tell where a record with line breaks
// ends. Without it a line is a record.
function writerOf(descriptor) {
  if (descriptor === undefined) {
    return (text) => writeAll(STDOUT, Buffer.from(`${text.replaceAll('\n', '\r')}\n`));
  }
  const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
  return (text, level) => {
    const content = Buffer.from(json ? text : `${text}\n`);
    const head = Buffer.alloc(FRAME_HEAD);
    head.writeUInt32BE(FRAME_TYPE + (json ? 2 : 3) + 4 * (LEVELS.indexOf(level) + 1));
    head.writeUInt32BE(content.length, 4);
    head.writeBigInt64BE(BigInt(Date.now()) * 1000n, 8);
    writeAll(Number(descriptor), Buffer.concat([head, content]));
  };
}

// Writes all of it before it returns, so that nothing is lost when the process ends. The pipe may be full for a moment.
function writeAll(descriptor, content) {
  let rest = content;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') {
        return; // nobody reads any more
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
