import { useValue, useView } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { strings } from "../strings.ts";

/** Up to three prompts that fit the data at hand; a click asks one. */
export function Suggestions({ big = false }: { big?: boolean }) {
  const { session } = useView();
  const { suggestions } = useValue("offer");
  const live = useValue("connection") === "live";
  if (!session || !live || suggestions.length === 0) return null;
  return (
    <ul className={big ? "sugs big" : "sugs"} aria-label={strings.chat.suggestions}>
      {suggestions.map((prompt) => (
        <li key={prompt}>
          <button type="button" className="sug" onClick={() => session.prompt(prompt)}>
            <span>{prompt}</span>
            <Icon name="right" />
          </button>
        </li>
      ))}
    </ul>
  );
}
