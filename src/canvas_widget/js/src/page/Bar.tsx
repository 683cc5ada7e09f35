import type { ReactNode } from "react";
import { Icon } from "../components/Icon.tsx";
import { type ThemeChoice, usePage } from "./context.ts";
import { Menu } from "./Menu.tsx";
import { pathOf } from "./places.ts";
import { iconOf } from "./SignIn.tsx";
import { words } from "./words.ts";

/** The bar over everything: the way home, what the place adds, and the user. */
export function Bar({ children }: { children?: ReactNode }) {
  const { api, me, place, go, theme, setTheme, signOut } = usePage();
  const name = me?.jupyter ? words.bar.local : (me?.username ?? "");
  const home = pathOf({ kind: "home" }, api.config.root);
  const themes = (["auto", "light", "dark"] as ThemeChoice[]).map((choice) => ({
    label: words.bar.themes[choice],
    checked: theme === choice,
    run: () => setTheme(choice),
  }));
  return (
    <header className="bar">
      <a
        className="brand"
        href={home}
        aria-label={place.kind === "home" ? words.product : words.bar.home}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          go({ kind: "home" });
        }}
      >
        {place.kind === "home" ? (
          <img src={iconOf(api.config.root)} alt="" width="20" height="20" />
        ) : (
          <Icon name="right" className="back" />
        )}
        <span>{place.kind === "home" ? words.product : words.bar.home}</span>
      </a>
      {children ?? <span className="sp" />}
      {me && (
        <Menu
          label={words.bar.user(name)}
          face={
            <>
              <span className="avatar" aria-hidden="true">
                {name.slice(0, 1).toUpperCase()}
              </span>
              <span className="who">{name}</span>
              <Icon name="down" />
            </>
          }
          groups={[
            themes,
            [{ label: words.bar.help, run: () => open(`${api.config.root}api/docs`, "_blank", "noopener") }],
            [{ label: words.bar.signOut, run: signOut }],
          ]}
        />
      )}
    </header>
  );
}
