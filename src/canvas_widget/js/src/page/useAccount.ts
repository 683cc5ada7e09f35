/** Who is signed in: kept signed in while the page is open, and the same in all tabs. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Api, Me } from "./api.ts";

/** Which part of a token's time may pass before another is asked for. */
const RENEW_AT = 0.75;
const LEAST = 1_000;

export interface Account {
  me: Me | null;
  signedIn(me: Me): void;
  signOut(): void;
}

export function useAccount(api: Api, first: Me | null): Account {
  const [me, setMe] = useState(first);
  const channel = useRef<BroadcastChannel | null>(null);

  useEffect(() => {
    api.onSignedOut = () => setMe(null);
    const opened = new BroadcastChannel(`canvas-account ${api.config.root}`);
    channel.current = opened;
    // Another tab signed in or out: the cookie is the same for both.
    opened.onmessage = () => {
      api.me().then(setMe, () => undefined);
    };
    return () => opened.close();
  }, [api]);

  const expires = me?.expires_in ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer begins anew, also one of the same length
  useEffect(() => {
    if (expires === null) return;
    const renew = async () => {
      try {
        await api.call("POST", "renew");
        setMe(await api.me());
      } catch {
        // The server says 401 where it is over, and then nobody is signed in; without a network the next try is near.
        again = setTimeout(renew, 10 * LEAST);
      }
    };
    let again = setTimeout(renew, Math.max(LEAST, expires * 1000 * RENEW_AT));
    return () => clearTimeout(again);
  }, [api, me]);

  const signedIn = useCallback((found: Me) => {
    setMe(found);
    channel.current?.postMessage("in");
  }, []);

  const signOut = useCallback(() => {
    const { jupyter } = me ?? { jupyter: false };
    if (jupyter) {
      location.assign(`${api.config.base}logout`);
      return;
    }
    api
      .call("POST", "logout")
      .catch(() => undefined)
      .finally(() => {
        setMe(null);
        channel.current?.postMessage("out");
      });
  }, [api, me]);

  return { me, signedIn, signOut };
}
