import type { Route } from '../router.ts';
import { type CaptchaInitDeps, captchaInit } from './captcha-init.ts';
import { CHALLENGE_PATH, challengeAnswer, challengePage } from './challenge.ts';
import { userProfile } from './profile.ts';
import { refresh, type SignInDeps, signIn } from './sign-in.ts';

/** What the account service does beside answering: told to whoever counts. */
export interface AccountEvents {
  onSignIn(): void;
  onRefresh(): void;
  onCaptchaInit(): void;
}

/** The account service, host label `user` (protocol reference §2, Appendix B). */
export function accountRoutes(deps: CaptchaInitDeps & SignInDeps, events: AccountEvents): Route[] {
  return [
    {
      method: 'POST',
      pattern: '/v1/shield/captcha/init',
      handler: (call) => {
        events.onCaptchaInit();
        return captchaInit(deps, call);
      },
    },
    {
      method: 'POST',
      pattern: '/v1/auth/signin',
      handler: async (call) => {
        const answer = await signIn(deps, call);
        events.onSignIn();
        return answer;
      },
    },
    {
      method: 'POST',
      pattern: '/v1/auth/token',
      handler: async (call) => {
        const answer = await refresh(deps, call);
        events.onRefresh();
        return answer;
      },
    },
    {
      method: 'GET',
      pattern: '/v1/user/me',
      handler: (call) => userProfile(deps.accounts, deps.sessions, call),
    },
    { method: 'GET', pattern: CHALLENGE_PATH, handler: challengePage },
    {
      method: 'POST',
      pattern: CHALLENGE_PATH,
      handler: (call) =>
        challengeAnswer((ticket) => deps.captchas.solve(ticket, deps.rules.captchaLifeMs), call),
    },
  ];
}
