// One gRPC-Web call of the service worker, as the page makes them.

export interface Answer {
  /** As the trailers have it; empty when they did not come. */
  status: string;
  message: Uint8Array | undefined;
}

const TRAILERS = 0x80;

/** Throws without network. */
export async function callAsPage(path: string, request: Uint8Array): Promise<Answer> {
  const body = new Uint8Array(5 + request.length);
  new DataView(body.buffer).setUint32(1, request.length);
  body.set(request, 5);
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
    body,
  });
  const told = answer.headers.get('grpc-status');
  return told ? { status: told, message: undefined } : read(new Uint8Array(await answer.arrayBuffer()));
}

/** Frames: a byte of flags, four of length, the content. */
function read(frames: Uint8Array): Answer {
  const view = new DataView(frames.buffer);
  let message: Uint8Array | undefined;
  for (let at = 0; at + 5 <= frames.length; at += 5 + view.getUint32(at + 1)) {
    const content = frames.subarray(at + 5, at + 5 + view.getUint32(at + 1));
    if ((frames[at]! & TRAILERS) === 0) message = content;
    else return { status: /^grpc-status: *(\d+)/im.exec(new TextDecoder().decode(content))?.[1] ?? '', message };
  }
  return { status: '', message };
}
