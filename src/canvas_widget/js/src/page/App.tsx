import { useCallback, useEffect, useMemo, useState } from "react";
import type { Api } from "./api.ts";
import { CanvasPage } from "./CanvasPage.tsx";
import { PageContext } from "./context.ts";
import { Home } from "./Home.tsx";
import { type Place, pathOf, placeOf } from "./places.ts";
import { SignInPage } from "./SignIn.tsx";
import { useTheme } from "./theme.ts";
import { useAccount } from "./useAccount.ts";

export function App({ api }: { api: Api }) {
  const { root } = api.config;
  const theme = useTheme();
  const account = useAccount(api, api.config.me);
  const [place, setPlace] = useState<Place>(() => placeOf(location.pathname, root));
  // A canvas that is open stays open when its user is signed out: it asks by itself.
  const [entered, setEntered] = useState(account.me !== null);
  const { me } = account;

  useEffect(() => {
    const back = () => setPlace(placeOf(location.pathname, root));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [root]);

  useEffect(() => {
    if (me) setEntered(true);
    else if (place.kind === "home") setEntered(false);
  }, [me, place.kind]);

  const go = useCallback(
    (next: Place) => {
      history.pushState(null, "", pathOf(next, root));
      setPlace(next);
      scrollTo(0, 0);
    },
    [root],
  );

  const signOut = useCallback(() => {
    setEntered(false);
    account.signOut();
  }, [account]);

  const state = useMemo(
    () => ({ api, ...theme, ...account, signOut, place, go }),
    [api, theme, account, signOut, place, go],
  );
  const inside = me !== null || (entered && place.kind !== "home");
  return (
    <PageContext value={state}>
      <div className={theme.mode === "dark" ? "pg dark" : "pg"} data-place={inside ? place.kind : "door"}>
        {!inside ? <SignInPage /> : place.kind === "home" ? <Home /> : <CanvasPage place={place} />}
      </div>
    </PageContext>
  );
}
