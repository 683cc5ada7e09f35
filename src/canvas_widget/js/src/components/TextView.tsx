import { useMemo } from "react";
import type { Container, TextContent } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import { geometry } from "../theme/theme.ts";
import { Heading } from "./Heading.tsx";
import { MAX_TEXT, markdownHtml } from "./markdown.ts";

interface Props {
  container: Container;
  content: TextContent;
  size: { width: number; height: number };
}

export function TextView({ container, content, size }: Props) {
  const html = useMemo(() => markdownHtml(content.markdown), [content.markdown]);
  const { padding, bodyTop } = geometry.container;
  const top = container.title ? bodyTop + 4 : padding - 2;
  const box = { top, height: Math.max(0, size.height - top - 8) };
  return (
    <>
      <Heading title={container.title} />
      <div className="md nowheel" style={box}>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by an allow-list in markdown.ts */}
        <div dangerouslySetInnerHTML={{ __html: html }} />
        {content.markdown.length > MAX_TEXT && <p className="mut">{strings.container.tooMuch}</p>}
      </div>
    </>
  );
}
