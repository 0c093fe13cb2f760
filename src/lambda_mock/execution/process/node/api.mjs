// The client of the Lambda Runtime API. Requests that follow each other share one connection.

import http from 'node:http';

import { payloadOf } from './errors.mjs';
import { ResponseStream } from './stream.mjs';

const RUNTIME = '/2018-06-01/runtime';
const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';

// Taken before the function's code can change what is behind the names.
const { Agent, request } = http;

export class RuntimeApi {
  constructor(address) {
    const [hostname, port] = address.split(':');
    this.target = { hostname, port, agent: new Agent({ keepAlive: true, noDelay: true }) };
  }

  // The next invocation: `headers` by lower-case names, `body` as text.
  async next() {
    const { statusCode, headers, body } = await this.send('GET', '/invocation/next');
    if (statusCode !== 200) {
      throw new Error(`Lambda has no next invocation for this runtime: ${statusCode} ${body}`);
    }
    return { headers, body };
  }

  async respond(id, body) {
    await this.send('POST', `/invocation/${encodeURIComponent(id)}/response`, { 'Content-Type': 'application/json' }, body);
  }

  async fail(id, error) {
    await this.sendError(`/invocation/${encodeURIComponent(id)}/error`, error);
  }

  async failInit(error) {
    await this.sendError('/init/error', error);
  }

  // A response that is sent while the function makes it.
  stream(id, highWaterMark) {
    const path = `${RUNTIME}/invocation/${encodeURIComponent(id)}/response`;
    const target = highWaterMark ? { ...this.target, agent: new Agent({ noDelay: true, highWaterMark }) } : this.target;
    return new ResponseStream((headers, answered) => request({ ...target, method: 'POST', path, headers }, answered), {
      highWaterMark,
    });
  }

  async sendError(path, error) {
    const payload = payloadOf(error);
    const headers = { 'Content-Type': 'application/vnd.aws.lambda.error+json', [ERROR_TYPE]: headerText(payload.errorType) };
    await this.send('POST', path, headers, JSON.stringify(payload));
  }

  send(method, path, headers = {}, body = '') {
    const content = Buffer.from(body);
    if (method === 'POST') {
      headers['Content-Length'] = content.length;
    }
    return new Promise((resolve, reject) => {
      const sent = request({ ...this.target, method, path: RUNTIME + path, headers }, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode, headers: answered } = answer;
          resolve({ statusCode, headers: answered, body: Buffer.concat(chunks).toString() });
        });
      });
      sent.on('error', reject);
      sent.end(content);
    });
  }
}

// A header holds no other characters.
export function headerText(text) {
  return String(text).replace(/[^\x20-\x7E]/g, '?');
}
