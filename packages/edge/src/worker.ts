import { EdgeConfigError, readEdgeConfig } from './config.ts';
import { createEdge, type Edge } from './edge.ts';

/**
 * The entry for Cloudflare Workers. One isolate serves many requests with the same variables, so that links are kept between them.
 */
function createWorker(): {
  fetch(request: Request, env: Readonly<Record<string, unknown>>): Promise<Response>;
} {
  let edge: Edge | undefined;
  return {
    async fetch(request, env) {
      try {
        edge ??= createEdge(readEdgeConfig(env));
      } catch (error) {
        if (!(error instanceof EdgeConfigError)) throw error;
        return Response.json({ code: 500, message: error.message, data: null }, { status: 500 });
      }
      return edge(request);
    },
  };
}

export default createWorker();
