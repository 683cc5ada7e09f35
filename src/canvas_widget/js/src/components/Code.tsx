import { useMemo } from "react";
import { sqlLines, sqlPieces } from "../chat/sql.ts";
import { strings } from "../strings.ts";
import { useView } from "./context.ts";
import { copyText } from "./copy.ts";
import { Icon } from "./Icon.tsx";

const LONGEST = 20_000;

/** A statement with its keywords set off. */
export function Sql({ sql, label = strings.chat.sql }: { sql: string; label?: string }) {
  const pieces = useMemo(() => sqlPieces(sqlLines(sql.slice(0, LONGEST))), [sql]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre className="code" tabIndex={0} aria-label={label} role="region">
      {pieces.map(({ kind, text }, index) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other identity than their order
        if (kind === "key") return <b key={index}>{text}</b>;
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        if (kind === "note") return <i key={index}>{text}</i>;
        return text;
      })}
    </pre>
  );
}

/** Copies a text; without room for a word it shows only its icon. */
export function CopyButton({ text, label, bare = false }: { text: string; label?: string; bare?: boolean }) {
  const name = label ?? strings.chat.copy;
  const { store } = useView();
  return (
    <button
      type="button"
      className="bt"
      aria-label={bare ? name : undefined}
      title={bare ? name : undefined}
      onClick={() =>
        copyText(text).then(
          () => store.toast(strings.chat.copied),
          () => store.toast(strings.chat.copyFailed, true),
        )
      }
    >
      <Icon name="copy" />
      {!bare && name}
    </button>
  );
}
