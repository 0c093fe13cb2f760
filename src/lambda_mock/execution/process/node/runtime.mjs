// The loop of invocations: what an invocation hands to the handler, and which of its ways to answer counts.
//
// Up to nodejs22.x a handler may return a promise, call a callback or one of the context's three functions, and the
// answer to a callback waits until the event loop is empty. From nodejs24.x on only what it returns counts.

import { nameInvocation } from './console.mjs';
import { membersOf, tellTrace } from './context.mjs';
import { JSONStringifyError, NodeJsExit } from './errors.mjs';
import { promisesOnly } from './handler.mjs';

const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
const UNCAUGHT_EXCEPTION = 129;
const NOT_ASYNC = 'Streaming does not support non-async handlers.';
const UNSTRINGIFIABLE = 'Unable to stringify response body';

export class Runtime {
  #api;
  #logError;
  #requestId;
  #whenIdle = () => {};

  constructor(api, logError) {
    this.#api = api;
    this.#logError = logError;
  }

  start(handler, streaming) {
    this.handler = handler;
    this.streaming = streaming;
    if (streaming) {
      this.handleOnce = this.handleOnceStreaming;
    } else if (promisesOnly) {
      this.handleOnce = this.handleOncePromised;
    } else {
      this.handleOnce = this.handleOnceNonStreaming;
    }
    this.#scheduleNext();
    // A process that ends while this is awaited has status 13, which is what comes of a promise that is never settled
    // where only promises count. With callbacks there is an answer to that.
    return promisesOnly ? new Promise(() => {}) : undefined;
  }

  // Tells Lambda of the error that is about to end the process; when Lambda is gone the process ends all the same.
  async report(error) {
    const told = this.#requestId === undefined ? this.#api.failInit(error) : this.#api.fail(this.#requestId, error);
    await told.catch(() => {});
  }

  // What to do when the event loop is empty.
  idle() {
    this.#whenIdle();
  }

  #scheduleNext() {
    this.#whenIdle = () => {};
    setImmediate(() => this.handleOnce().catch((error) => this.#giveUp(error)));
  }

  async #giveUp(error) {
    if (!GONE.has(error.code)) {
      console.log(`Unexpected Top Level Error: ${error}`);
      await this.report(error);
    }
    process.exit(UNCAUGHT_EXCEPTION);
  }

  async #next() {
    const { headers, body } = await this.#api.next();
    this.#requestId = headers['lambda-runtime-aws-request-id'];
    nameInvocation(this.#requestId, headers['lambda-runtime-aws-tenant-id']);
    tellTrace(headers);
    return { id: this.#requestId, body, headers };
  }

  #send(sent) {
    sent.then(() => this.#scheduleNext(), (error) => this.#giveUp(error));
  }

  async handleOncePromised() {
    const { id, body, headers } = await this.#next();
    try {
      const result = await this.handler(JSON.parse(body), membersOf(headers));
      this.#send(this.#api.respond(id, stringified(result, JSONStringifyError)));
    } catch (error) {
      this.#fail(id, error);
    }
  }

  async handleOnceNonStreaming() {
    const { id, body, headers } = await this.#next();
    const { callback, context, close } = this.#waysToAnswer(id);
    this.#whenIdle = () => {
      close();
      this.#endUnanswered(id);
    };
    try {
      const result = this.handler(JSON.parse(body), Object.assign(context, membersOf(headers)), callback);
      if (typeof result?.then === 'function') {
        result.then(context.succeed, context.fail).catch(context.fail);
      }
    } catch (error) {
      callback(error);
    }
  }

  // The callback, and a context with the three older ways. The first that is taken counts.
  #waysToAnswer(id) {
    let taken = false;
    const once = (way) => (...args) => {
      if (!taken) {
        way(...args);
        taken = true;
      }
    };
    const context = waiting();
    const done = (error, result) => {
      this.#whenIdle = () => {};
      if (isNothing(error)) {
        this.#send(this.#api.respond(id, stringified(result, Error)));
      } else {
        this.#fail(id, error);
      }
    };
    const callback = (error, result) => {
      if (isNothing(error) && context.callbackWaitsForEmptyEventLoop) {
        this.#whenIdle = () => setImmediate(done, null, result);
      } else {
        done(error, result);
      }
    };
    context.succeed = once((result) => done(null, result));
    context.fail = once((error) => done(error ?? 'handled'));
    context.done = once(done);
    return { callback: once(callback), context, close: once(() => {}) };
  }

  // A function that is done without an answer: null, but for an async one whose promise is never settled.
  #endUnanswered(id) {
    this.#whenIdle = () => {};
    if (this.handler.constructor?.name === 'AsyncFunction') {
      this.#fail(id, new NodeJsExit());
    } else {
      this.#send(this.#api.respond(id, 'null'));
    }
  }

  #fail(id, error) {
    this.#logError('Invoke Error', error);
    this.#send(this.#api.fail(id, error));
  }

  async handleOnceStreaming() {
    const { id, body, headers } = await this.#next();
    const stream = this.#api.stream(id, this.streaming.highWaterMark);
    const context = promisesOnly ? {} : waiting();
    const next = () => {
      if (context.callbackWaitsForEmptyEventLoop) {
        this.#whenIdle = () => setImmediate(() => this.#scheduleNext());
      } else {
        this.#scheduleNext();
      }
    };
    const fail = (error) => {
      this.#logError('Invoke Error', error);
      stream.fail(error, next);
    };
    this.#whenIdle = promisesOnly ? () => {} : () => this.#scheduleNext();
    try {
      const result = this.handler(JSON.parse(body), stream, Object.assign(context, membersOf(headers)));
      if (typeof result?.then !== 'function') {
        fail(promisesOnly ? new Error(NOT_ASYNC) : NOT_ASYNC);
        return;
      }
      if ((await result) !== undefined) {
        console.warn('Streaming handlers ignore return values.');
      }
      await stream.answered;
      next();
    } catch (error) {
      fail(error);
    }
  }
}

function waiting() {
  let waits = true;
  return {
    get callbackWaitsForEmptyEventLoop() {
      return waits;
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waits = value;
    },
  };
}

function isNothing(error) {
  return error === undefined || error === null;
}

function stringified(result, Failure) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw new Failure(UNSTRINGIFIABLE);
  }
}
