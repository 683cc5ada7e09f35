import { memo, useMemo } from "react";
import { MAX_TEXT, markdownHtml } from "../components/markdown.ts";
import { strings } from "../strings.ts";
import { blocksOf } from "./blocks.ts";

/** An answer in markdown. While it grows, only its last block is read anew. */
export function Answer({ text, growing }: { text: string; growing: boolean }) {
  const blocks = useMemo(() => (growing ? blocksOf(text.slice(0, MAX_TEXT)) : [text]), [text, growing]);
  return (
    <div className="an md2" aria-busy={growing || undefined}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
        <Block key={index} source={block} />
      ))}
      {text.length > MAX_TEXT && <p className="mut">{strings.chat.tooLong(MAX_TEXT)}</p>}
    </div>
  );
}

const Block = memo(function Block({ source }: { source: string }) {
  const html = useMemo(() => markdownHtml(source), [source]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by an allow-list in markdown.ts
  return <div dangerouslySetInnerHTML={{ __html: html }} />;
});
