// The stream that a handler with response streaming writes to. An error after the first byte travels in the trailers.

import { Writable } from 'node:stream';

import { InvalidStreamingOperation, payloadOf } from './errors.mjs';

const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';
const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = new Uint8Array(8);

export class ResponseStream extends Writable {
  #open;
  #headers = {
    'Lambda-Runtime-Function-Response-Mode': 'streaming',
    Trailer: `${ERROR_TYPE}, ${ERROR_BODY}`,
    'Content-Type': 'application/octet-stream',
    'Transfer-Encoding': 'chunked',
  };
  #request;
  #trailers;
  #written = false;

  // `open` begins the request, given its headers and what to call with the answer; it isn't called before there is
  // something to send.
  constructor(open, options) {
    super(options);
    this.#open = open;
    this.answered = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Whoever waits for the answer is told of an error; not everybody listens to the stream.
    this.answered.catch(() => {});
    this.on('error', () => {});
  }

  setContentType(type) {
    if (this.#written) {
      throw new InvalidStreamingOperation('Cannot set content-type, too late.');
    }
    this.#headers['Content-Type'] = type;
  }

  // What is neither text nor bytes is written as JSON. Only `write` brings the prelude of an HTTP response, as on
  // Lambda: a stream that is ended with its first chunk has none.
  write(chunk, ...rest) {
    if (!this.#written) {
      this.#written = true;
      this._onBeforeFirstWrite?.((first) => super.write(first));
    }
    const plain = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return super.write(plain ? chunk : JSON.stringify(chunk), ...rest);
  }

  // Ends the stream with an error; whoever reads the response learns of it at its end.
  fail(error, done) {
    const payload = payloadOf(error);
    const body = Buffer.from(JSON.stringify(payload)).toString('base64');
    this.#trailers = { [ERROR_TYPE]: payload.errorType.replace(/[^\x20-\x7E]/g, '?'), [ERROR_BODY]: body };
    if (this.writableEnded || this.destroyed) {
      done();
    } else {
      this.answered.then(done, done);
      this.end();
    }
  }

  _write(chunk, encoding, done) {
    this.#sending().write(chunk, encoding, done);
  }

  _final(done) {
    const request = this.#sending();
    if (this.#trailers) {
      request.addTrailers(this.#trailers);
    }
    request.end(done);
  }

  _destroy(error, done) {
    if (!this.writableFinished) {
      this.#request?.destroy();
      this.settle.reject(error ?? new Error('The response stream was destroyed before its end.'));
    }
    done(error);
  }

  #sending() {
    this.#request ??= this.#opened();
    return this.#request;
  }

  #opened() {
    const request = this.#open(this.#headers, (answer) => {
      answer.resume();
      answer.on('end', this.settle.resolve);
      answer.on('error', this.settle.reject);
    });
    request.on('error', (error) => this.destroy(error));
    return request;
  }
}

export const HttpResponseStream = {
  // Lets `stream` be an HTTP response with the status, headers and cookies of `prelude`.
  from(stream, prelude) {
    stream.setContentType(PRELUDE_TYPE);
    const text = JSON.stringify(prelude);
    stream._onBeforeFirstWrite = (write) => {
      write(text);
      write(PRELUDE_END);
    };
    return stream;
  },
};
