import { Agent, request } from 'node:http';
import { existsSync } from 'node:fs';
import type { Target } from './contender.ts';

const CONNECTIONS = 16;
/** Seconds that one measurement lasts. */
export const LOAD_SECONDS = 3;
const WRK = '/usr/bin/wrk';

/** Whether `wrk` makes the load; else it is our own client, which is itself the limit before a fast server is. */
export const hasWrk = existsSync(WRK);

/** Redirects per second that a server gives to sixteen connections for three seconds. @throws for any other answer */
export function redirectsPerSecond(target: Target): Promise<number> {
  return hasWrk ? withWrk(target) : withOwnClient(target);
}

async function withWrk({ url, headers }: Target): Promise<number> {
  const head = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const command = [WRK, '-t1', `-c${CONNECTIONS}`, `-d${LOAD_SECONDS}s`, ...head, url];
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' });
  const text = await new Response(child.stdout).text();
  const rate = /^Requests\/sec:\s+([\d.]+)/m.exec(text)?.[1];
  const bad = /Non-2xx or 3xx responses: \d+|Socket errors: .*/.exec(text)?.[0];
  if (rate === undefined || bad !== undefined) throw new Error(`wrk: ${bad ?? text}`);
  return Number(rate);
}

async function withOwnClient(target: Target): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const until = performance.now() + LOAD_SECONDS * 1000;
  const worker = async (): Promise<number> => {
    let done = 0;
    for (; performance.now() < until; done += 1) await redirect(target, agent);
    return done;
  };
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
  return counts.reduce((sum, count) => sum + count, 0) / LOAD_SECONDS;
}

/** One request. @throws unless it is answered with 302 */
export function redirect({ url, headers }: Target, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 302
          ? resolve()
          : reject(new Error(`a redirect answered ${response.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end();
  });
}
