import { useState } from "react";
import { usePage } from "./context.ts";
import { Problem, useSubmit } from "./Dialog.tsx";
import { words } from "./words.ts";

/** Name and password, or Jupyter's own way in. */
export function SignIn({ again = false }: { again?: boolean }) {
  const { api, signedIn } = usePage();
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const { busy, error, submit } = useSubmit(async () => {
    try {
      signedIn(await api.signIn(user, password));
    } catch (failure) {
      setPassword("");
      throw failure;
    }
  });
  const next = encodeURIComponent(location.pathname + location.search);
  return (
    <>
      <form onSubmit={submit} className="sign-in">
        {again && <p className="mut">{words.signIn.againNote}</p>}
        <label>
          {words.signIn.user}
          <input
            data-first
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={100}
            value={user}
            // biome-ignore lint/a11y/noAutofocus: it is the one thing to do here
            autoFocus
            onChange={(event) => setUser(event.target.value)}
          />
        </label>
        <label>
          {words.signIn.password}
          <input
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={1000}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <Problem text={error} />
        <button type="submit" className="button primary wide" disabled={busy || !user || !password}>
          {busy ? words.signIn.busy : words.signIn.go}
        </button>
      </form>
      <div className="or" aria-hidden="true">
        {words.signIn.or}
      </div>
      <a className="button wide" href={`${api.config.base}login?next=${next}`}>
        {words.signIn.jupyter}
      </a>
      <p className="mut s12 centre">{words.signIn.jupyterNote}</p>
    </>
  );
}

export function SignInPage() {
  const { api } = usePage();
  return (
    <main className="door">
      <div className="card">
        <img src={iconOf(api.config.root)} alt="" width="40" height="40" />
        <h1>{words.product}</h1>
        <SignIn />
      </div>
    </main>
  );
}

export const iconOf = (root: string): string => `${root}assets/icon.svg`;
