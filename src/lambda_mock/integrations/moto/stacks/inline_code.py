"""Source text in a template: the package that CloudFormation makes of it, with the module that answers it.

The module is CloudFormation's in what it offers and sends; it goes by the URL's own scheme and port, so that it reaches
the mock's.
"""

from __future__ import annotations

import io
import re
import zipfile

_THEN = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_PYTHON_IMPORT = re.compile(r"^\s*import\s+cfnresponse\b", re.MULTILINE)
_NODE_IMPORT = re.compile(r"require\(\s*['\"]cfn-response['\"]\s*\)")

_PYTHON = """\
import json
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    answer = {
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {context.log_stream_name}",
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }
    body = json.dumps(answer)
    print("Response body:")
    print(body)
    url = urlsplit(event["ResponseURL"])
    connection = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(url.netloc)
    try:
        target = f"{url.path}?{url.query}" if url.query else url.path
        connection.request("PUT", target, body.encode(), {"Content-Type": ""})
        print("Status code:", connection.getresponse().status)
    except Exception as error:
        print("send(..) failed executing http.request(..):", error)
    finally:
        connection.close()
"""

_NODE = """\
const https = require('https');
const http = require('http');

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho) {
  return new Promise((resolve) => {
    const body = JSON.stringify({
      Status: responseStatus,
      Reason: 'See the details in CloudWatch Log Stream: ' + context.logStreamName,
      PhysicalResourceId: physicalResourceId || context.logStreamName,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      NoEcho: noEcho || false,
      Data: responseData,
    });
    console.log('Response body:\\n', body);
    const done = () => { if (context.done) context.done(); resolve(); };
    const url = new URL(event.ResponseURL);
    const client = url.protocol === 'https:' ? https : http;
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const request = client.request(url, { method: 'PUT', headers }, (response) => {
      console.log('Status code: ' + response.statusCode);
      response.resume();
      response.on('end', done);
    });
    request.on('error', (error) => { console.log('send(..) failed executing https.request(..): ' + error); done(); });
    request.end(body);
  });
};
"""


def package(source: str, runtime: str) -> bytes:
    """The zip of source text: `index.py` or `index.js`, and the answering module where the source loads it."""
    if runtime.startswith("python"):
        files = {"index.py": source}
        if _PYTHON_IMPORT.search(source):
            files["cfnresponse.py"] = _PYTHON
    else:
        files = {"index.js": source}
        if _NODE_IMPORT.search(source):
            files["node_modules/cfn-response.js"] = _NODE
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            # The same source makes the same package, whenever.
            entry = zipfile.ZipInfo(name, _THEN)
            entry.external_attr = _READABLE
            archive.writestr(entry, text)
    return zipped.getvalue()
