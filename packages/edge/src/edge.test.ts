import { afterEach, describe, expect, test } from 'bun:test';
import { createEdge } from './edge.ts';
import { type EdgeConfig, EdgeConfigError, readEdgeConfig } from './config.ts';
import type { Fetch } from './gateway.ts';
import { type EdgeServer, serveEdge } from './serve.ts';

const TOKEN = 'alist-test-token';
const CONFIG: EdgeConfig = {
  address: 'https://list.example.com',
  token: TOKEN,
  signDisabled: false,
  allowedHosts: [],
};
/** Vectors 1, 2 and 6 of API reference §4.2. */
const HELLO = '/movies/hello%20world.mp4?sign=5gOJsPhiVh3c_l5YKYznWukwFnJikaJZ1Ex97jNoryg=:0';
const OVER =
  '/%E7%94%B5%E5%BD%B1/a&b%20%231%20100%25.mkv?sign=0kPBfjPrT5XeZKrQk_Cp9MKx5UGTjHybnnJupRcwHrg=:1767225600';
const LONG = '/a.txt?sign=2KCElyMQcQBJ0q7nlTK6yrw-jnw4IuxdJiBuSQdZG8U=:4102444800';
const AUGUST_2026 = Date.UTC(2026, 7, 1);

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string | undefined;
}

/** What the worker's one way out meets: the gateway's answers and the cloud's, by address. */
function outside(data: object | Response, cloud: Record<string, () => Response> = {}) {
  const sent: Sent[] = [];
  const fetch: Fetch = async (url, init) => {
    const body = typeof init.body === 'string' ? init.body : '';
    sent.push({ url, headers: new Headers(init.headers), body, redirect: init.redirect });
    if (url === `${CONFIG.address}/api/fs/link`) {
      return data instanceof Response ? data.clone() : Response.json({ code: 200, message: 'success', data });
    }
    const answer = cloud[url];
    if (answer === undefined) throw new Error(`nobody was to ask for ${url}`);
    return answer();
  };
  return { fetch, sent };
}

const CLOUD = 'https://dl.example.net/f?sig=1';
const whole = () => new Response('hello', { headers: { 'Content-Length': '5', 'Set-Cookie': 'spy=1' } });

const get = (path: string, init: RequestInit = {}) => new Request(`https://edge.example${path}`, init);

describe('who is served', () => {
  const served = async (path: string) => {
    const { fetch } = outside({ url: CLOUD, header: null }, { [CLOUD]: whole });
    return createEdge(CONFIG, { fetch, now: () => AUGUST_2026 })(get(path));
  };

  test('whoever has a sign that holds (vectors 1 and 6)', async () => {
    expect(await (await served(HELLO)).text()).toBe('hello');
    expect(await (await served(LONG)).text()).toBe('hello');
    expect((await served(`${HELLO}/`)).status).toBe(200);
    expect((await served(HELLO.replace('=:', '%3D%3A'))).status).toBe(200);
  });

  test.each([
    ['no sign', HELLO.replace(/\?.*/, ''), 'expire missing'],
    ['an empty expiry', HELLO.replace(/0$/, ''), 'expire missing'],
    ['an expiry that is no number', HELLO.replace(/0$/, 'x'), 'expire invalid'],
    ['a sign that is over (vector 2)', OVER, 'expire expired'],
    ['another path', HELLO.replace('hello', 'hallo'), 'sign mismatch'],
    ['another expiry', HELLO.replace(/:0$/, ':4102444800'), 'sign mismatch'],
    ['another spelling of the expiry', HELLO.replace(/:0$/, ':00'), 'sign mismatch'],
    ['a sign of another length', HELLO.replace('5gO', '5g'), 'sign mismatch'],
  ])('%s is refused, with the reason', async (_, path, message) => {
    const answer = await served(path);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ code: 401, message, data: null });
  });

  test('everyone, where signs are switched off', async () => {
    const { fetch } = outside({ url: CLOUD, header: null }, { [CLOUD]: whole });
    const edge = createEdge({ ...CONFIG, signDisabled: true }, { fetch });
    expect((await edge(get('/a.txt'))).status).toBe(200);
  });

  test('a path that is not properly encoded is a bad request, and no method but GET and HEAD is served', async () => {
    expect((await served('/%zz?sign=x:0')).status).toBe(400);
    const post = await createEdge(CONFIG)(get(HELLO, { method: 'POST' }));
    expect(post.status).toBe(405);
    expect(post.headers.get('allow')).toContain('GET');
  });
});

describe('what leaves the worker', () => {
  test('the decoded path and the token go to the gateway, the range and the link’s headers to the cloud', async () => {
    const header = {
      'User-Agent': ['old', 'Player/1'],
      Host: ['evil.test'],
      Range: ['bytes=0-0'],
      'X-Bad\n': ['x'],
    };
    const { fetch, sent } = outside({ url: CLOUD, header }, { [CLOUD]: whole });
    const headers = {
      Range: 'bytes=1-2',
      Cookie: 'session=1',
      Authorization: 'Bearer x',
      Referer: 'https://page.test/',
      'X-Forwarded-For': '10.0.0.1',
    };
    await createEdge(CONFIG, { fetch })(get(HELLO, { headers }));
    expect(sent[0]?.body).toBe('{"path":"/movies/hello world.mp4"}');
    expect(sent[0]?.headers.get('authorization')).toBe(TOKEN);
    expect(sent.map(({ redirect }) => redirect)).toEqual(['manual', 'manual']); // Workers have no `error`
    expect(Object.fromEntries(sent[1]?.headers ?? new Headers())).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      range: 'bytes=1-2',
      'user-agent': 'Player/1',
    });
  });

  test.each([
    ['loopback', 'http://127.0.0.1:22/'],
    ['loopback, written as a number', 'http://2130706433/'],
    ['loopback, IPv6', 'http://[::1]/'],
    ['IPv4 within IPv6', 'http://[::ffff:10.0.0.1]/'],
    ['a private network', 'http://192.168.1.1/'],
    ['a metadata address', 'http://169.254.169.254/latest/'],
    ['a local name', 'http://router.lan/'],
    ['a name without a dot', 'http://database/'],
    ['a file', 'file:///etc/passwd'],
    ['credentials in the address', 'https://u:p@dl.example.net/'],
  ])('SSRF: a link to %s is not fetched', async (_, url) => {
    const { fetch, sent } = outside({ url, header: null });
    const answer = await createEdge(CONFIG, { fetch })(get(HELLO));
    expect(answer.status).toBe(502);
    expect(sent.length).toBe(1);
  });

  test.each([
    ['a private network', 'https://10.0.0.1/'],
    ['a plain address', 'http://dl.example.net/x'],
    ['nowhere', 'https://'],
  ])('SSRF: a redirect of the cloud to %s is not followed', async (_, location) => {
    const { fetch, sent } = outside(
      { url: CLOUD, header: null },
      { [CLOUD]: () => new Response(null, { status: 302, headers: { Location: location } }) },
    );
    expect((await createEdge(CONFIG, { fetch })(get(HELLO))).status).toBe(502);
    expect(sent.length).toBe(2);
  });

  test('with a list of hosts, only they and the gateway are fetched from', async () => {
    const config = { ...CONFIG, allowedHosts: ['*.example.net'] };
    const status = async (url: string) => {
      const { fetch } = outside({ url, header: null }, { [url]: whole });
      return (await createEdge(config, { fetch })(get(HELLO))).status;
    };
    expect(await status(CLOUD)).toBe(200);
    expect(await status('https://list.example.com/p/a?d&sign=x')).toBe(200);
    expect(await status('https://example.org/')).toBe(502);
    expect(await status('https://evil-example.net/')).toBe(502);
    expect(await status('https://list.example.com:8443/')).toBe(502);
  });

  test('a redirect is followed, and the link’s headers stay with their host; a circle ends', async () => {
    const { fetch, sent } = outside(
      { url: CLOUD, header: { Cookie: ['key=1'] } },
      {
        [CLOUD]: () =>
          new Response(null, { status: 302, headers: { Location: 'https://other.example.org/g' } }),
        'https://other.example.org/g': whole,
      },
    );
    expect(await (await createEdge(CONFIG, { fetch })(get(HELLO))).text()).toBe('hello');
    expect(sent.map(({ headers }) => headers.get('cookie'))).toEqual([null, 'key=1', null]);

    const round = outside(
      { url: CLOUD, header: null },
      { [CLOUD]: () => new Response(null, { status: 302, headers: { Location: CLOUD } }) },
    );
    expect((await createEdge(CONFIG, round)(get(HELLO))).status).toBe(502);
    expect(round.sent.length).toBe(7);
  });
});

describe('what comes back', () => {
  const through = async (upstream: () => Response, data: object = {}, init: RequestInit = {}) => {
    const { fetch } = outside({ url: CLOUD, header: null, ...data }, { [CLOUD]: upstream });
    return createEdge(CONFIG, { fetch })(get(HELLO, init));
  };

  test('the file, without the cloud’s cookies, readable by script, and with nothing in it that runs', async () => {
    const answer = await through(whole);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="hello world.mp4"; filename*=UTF-8''hello%20world.mp4`,
    );
  });

  test('HEAD gives the length of the whole file from its first byte', async () => {
    const first = () =>
      new Response('h', { status: 206, headers: { 'Content-Range': 'bytes 0-0/5', 'Content-Length': '1' } });
    const answer = await through(first, {}, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe('5');
    expect(answer.headers.get('content-range')).toBeNull();
  });

  test('a file of another size, or a packed one, is refused', async () => {
    expect((await through(whole, { content_length: 6 })).status).toBe(502);
    const packed = () => new Response('x', { headers: { 'Content-Encoding': 'gzip' } });
    expect((await through(packed)).status).toBe(502);
  });

  test('what is wrong is said without the cloud’s address', async () => {
    for (const status of [400, 403, 500, 503]) {
      const answer = await through(() => new Response(`secret ${CLOUD}`, { status }));
      expect(answer.status).toBe(status === 503 ? 503 : 502);
      expect(await answer.text()).not.toContain('example.net');
    }
  });

  test('a refused link is renewed once, by telling the gateway which it was', async () => {
    let urls = [CLOUD, 'https://dl.example.net/f?sig=2'];
    const sent: string[] = [];
    const fetch: Fetch = async (url, init) => {
      if (url.endsWith('/api/fs/link')) {
        sent.push(typeof init.body === 'string' ? init.body : '');
        return Response.json({ code: 200, message: 'success', data: { url: urls.shift(), header: null } });
      }
      return url === CLOUD ? new Response(null, { status: 403 }) : whole();
    };
    expect((await createEdge(CONFIG, { fetch })(get(HELLO))).status).toBe(200);
    expect(JSON.parse(sent[1] ?? '')).toEqual({ path: '/movies/hello world.mp4', refused: CLOUD });
    urls = [CLOUD, CLOUD];
    expect((await createEdge(CONFIG, { fetch })(get(HELLO))).status).toBe(502);
  });

  test('links are kept until a minute before their end, and only when the gateway says when that is', async () => {
    const asked = async (life: number | null, laterMs: number) => {
      let now = AUGUST_2026;
      const { fetch, sent } = outside({ url: CLOUD, header: null, Expiration: life }, { [CLOUD]: whole });
      const edge = createEdge(CONFIG, { fetch, now: () => now });
      await edge(get(HELLO));
      now += laterMs;
      await edge(get(HELLO));
      return sent.filter(({ url }) => url.endsWith('/fs/link')).length;
    };
    const hour = 3_600_000;
    expect(await asked(hour * 1e6, hour - 61_000)).toBe(1);
    expect(await asked(hour * 1e6, hour - 59_000)).toBe(2);
    expect(await asked(null, 0)).toBe(2);
  });

  test.each([
    [
      'its own error',
      Response.json({ code: 404, message: 'object not found', data: null }),
      404,
      'object not found',
    ],
    ['a code that is no status', Response.json({ code: 7, message: 'x', data: null }), 502, 'x'],
    ['a page', new Response('<html>'), 502, 'is no gateway'],
    [
      'a redirect',
      new Response(null, { status: 301, headers: { Location: '/' } }),
      502,
      'redirects elsewhere',
    ],
    ['no link', Response.json({ code: 200, message: 'success', data: null }), 502, 'no link'],
    ['more than a link', new Response('x'.repeat(100_000)), 502, 'more than a link'],
  ])('of the gateway, %s is passed on or named', async (_, answer, status, words) => {
    const { fetch } = outside(answer);
    const got = await createEdge(CONFIG, { fetch })(get(HELLO));
    expect(got.status).toBe(status);
    expect(await got.text()).toContain(words);
  });
});

describe('the worker as a server', () => {
  const servers: EdgeServer[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const start = async (upstream: () => Response) => {
    const { fetch } = outside({ url: CLOUD, header: null }, { [CLOUD]: upstream });
    const server = await serveEdge(createEdge(CONFIG, { fetch }), { host: '127.0.0.1', port: 0 });
    servers.push(server);
    return server.url;
  };

  test('keeps the length of what it streams', async () => {
    const answer = await fetch(`${await start(whole)}${HELLO}`);
    expect(answer.headers.get('content-length')).toBe('5');
    expect(answer.headers.get('transfer-encoding')).toBeNull();
    expect(await answer.text()).toBe('hello');
  });

  test('cuts a body that is shorter than promised', async () => {
    const short = () => new Response('hel', { headers: { 'Content-Length': '5' } });
    const url = await start(short);
    const read = fetch(`${url}${HELLO}`).then((answer) => answer.text());
    expect(await read.catch(() => 'cut')).toBe('cut');
  });

  test('lets script of other pages ask for ranges', async () => {
    const headers = { 'Access-Control-Request-Headers': 'range' };
    const answer = await fetch(`${await start(whole)}${HELLO}`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toBe('range');
  });
});

describe('the configuration', () => {
  test('takes the names of AList’s workers', () => {
    const env = {
      ADDRESS: ' https://list.example.com/sub/ ',
      TOKEN: 'secret',
      DISABLE_SIGN: 'true',
      ALLOWED_HOSTS: '*.A.net, b.net',
    };
    expect(readEdgeConfig(env)).toEqual({
      address: 'https://list.example.com/sub',
      token: 'secret',
      signDisabled: true,
      allowedHosts: ['*.a.net', 'b.net'],
    });
  });

  test.each([
    [{}, 'ADDRESS'],
    [{ ADDRESS: 'list.example.com', TOKEN: 'x' }, 'ADDRESS'],
    [{ ADDRESS: 'https://list.example.com' }, 'TOKEN'],
    [{ ADDRESS: 'https://list.example.com', TOKEN: 'x', ALLOWED_HOSTS: '*' }, 'ALLOWED_HOSTS'],
  ])('%p is refused by name', (env, named) => {
    expect(() => readEdgeConfig(env)).toThrow(EdgeConfigError);
    expect(() => readEdgeConfig(env)).toThrow(named);
  });
});
