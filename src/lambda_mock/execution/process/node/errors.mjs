// The errors that the runtime itself names, and how any error is told to Lambda and to the log.

import { types } from 'node:util';

function named(kind) {
  const made = { [kind]: class extends Error {} }[kind];
  made.prototype.name = `Runtime.${kind}`;
  return made;
}

export const CallbackHandlerDeprecated = named('CallbackHandlerDeprecated');
export const HandlerNotFound = named('HandlerNotFound');
export const ImportModuleError = named('ImportModuleError');
export const InvalidStreamingOperation = named('InvalidStreamingOperation');
export const JSONStringifyError = named('JSONStringifyError');
export const MalformedHandlerName = named('MalformedHandlerName');
export const MalformedStreamingHandler = named('MalformedStreamingHandler');
export const UserCodeSyntaxError = named('UserCodeSyntaxError');

export class NodeJsExit extends named('NodeJsExit') {
  constructor() {
    super(
      'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise ' +
        'that was never settled. For more information, see ' +
        'https://nodejs.org/docs/latest/api/process.html#exit-codes',
    );
  }
}

export class UnhandledPromiseRejection extends named('UnhandledPromiseRejection') {
  constructor(reason, promise) {
    super(reason);
    this.reason = reason;
    this.promise = promise;
  }
}

const UNTELLABLE = {
  errorType: 'handled',
  errorMessage:
    'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, ' +
    'and stack',
};

// An error's payload. What is no error has the type of its value, and no trace.
export function payloadOf(error) {
  try {
    if (!types.isNativeError(error) && !looksLikeAnError(error)) {
      return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
    }
    const { name, message, stack } = error;
    return { errorType: clean(name), errorMessage: clean(message), trace: clean(stack).split('\n') };
  } catch {
    return UNTELLABLE;
  }
}

function looksLikeAnError(value) {
  return ['name', 'message', 'stack'].every((key) => value?.[key] && typeof value[key] === 'string');
}

function clean(text) {
  return text.replaceAll('\x7F', '%7F');
}

export function asError(value) {
  return value instanceof Error ? value : new Error(value);
}

// An error as one line of a text log: its own properties too, and those of the errors in them.
export function lineOf(error) {
  try {
    return JSON.stringify(error, (_key, value) => (value instanceof Error ? membersOf(value) : value));
  } catch {
    return JSON.stringify(payloadOf(error));
  }
}

function membersOf(error) {
  const members = { errorType: error.name, errorMessage: error.message, code: error.code, ...error };
  if (typeof error.stack === 'string') {
    members.stack = error.stack.split('\n');
  }
  return members;
}
